/** A closed bar as indicators see it. */
export interface IndicatorBar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly quoteVolume: number;
}

export interface IndicatorOutput {
  /** As it appears in flat names: `rsi` in `rsi_1h`. */
  readonly name: string;
  /** What it is, in one line for people. */
  readonly about: string;
  readonly unit: 'price' | 'base' | 'number';
  /** What it needs of candles besides prices. */
  readonly needs?: readonly 'volume'[];
}

/**
 * An indicator as initialise, add, read. What it remembers stands in `memory` from `at` on, `memoryLength` numbers, and
 * nowhere else: a snapshot of them is a snapshot of the indicator, bit for bit, and a bar that is still open is previewed
 * by adding it to a copy. A bar costs the same however many came before.
 */
export interface Indicator {
  readonly memoryLength: number;
  readonly outputs: readonly IndicatorOutput[];
  /** Its level depends on where it began, and only its course means something: bars that are primed once more leave it as it is. */
  readonly keepsLevel?: true;
  initialise(memory: Float64Array, at: number): void;
  /** The next closed bar. */
  add(memory: Float64Array, at: number, bar: IndicatorBar): void;
  /** Puts the values as of the last bar added into `values`, one per output; NaN while not warm. */
  read(memory: Float64Array, at: number, values: Float64Array): void;
}
