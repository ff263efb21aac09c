/** A closed bar as indicators see it. */
export interface IndicatorBar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly quoteVolume: number;
}

/**
 * An indicator as initialise, add, value. What it remembers stands in `memory` and nowhere else, so that a snapshot of
 * that memory is a snapshot of the indicator, bit for bit.
 */
export interface Indicator<Output extends string = string> {
  /** Numbers it remembers. */
  readonly memoryLength: number;
  /** Names of its values, as they appear in flat names: `rsi` in `rsi_1h`. */
  readonly outputs: readonly { readonly name: Output; readonly about: string }[];
  initialise(memory: Float64Array): void;
  /** The next closed bar. */
  add(memory: Float64Array, bar: IndicatorBar): void;
  /** Value as of the last bar added; undefined while not warm. */
  value(memory: Float64Array, output: Output): number | undefined;
}
