import { MINUTE_MS } from './candle.ts';
import type { IndicatorBar } from './indicators/indicator.ts';
import { BEGINNING_LENGTH, type IndicatorLayout, type IntervalSlots } from './indicators/indicator-layout.ts';
import type { IndicatorInterval } from './indicators/indicator-table.ts';
import { type BarBeginning, joined, type PrimedBars } from './primed-bars.ts';

/** Values of one interval's indicators as of its last closed bar: one field per output that is warm, by its name. */
export interface BarIndicators {
  readonly interval: string;
  readonly barOpenTime: number;
  readonly rsi?: number | null | undefined;
}

type Values = Readonly<Record<string, number | null | undefined>>;

/** What events leave out because it follows from what they carry, bit for bit as the indicators compute it. */
const derivedValues: ReadonlyMap<string, (values: Values) => number | undefined> = new Map([
  ['macd_hist', ({ macd, macd_signal }) => (isNumber(macd) && isNumber(macd_signal) ? macd - macd_signal : undefined)],
  [
    'ichimoku_senkou_a',
    ({ ichimoku_tenkan: tenkan, ichimoku_kijun: kijun }) =>
      isNumber(tenkan) && isNumber(kijun) ? (tenkan + kijun) / 2 : undefined,
  ],
]);

const isNumber = (value: number | null | undefined): value is number => value !== null && value !== undefined;

/** The value of that name; undefined while it is not warm. */
export function indicatorValue(bar: BarIndicators, output: string): number | undefined {
  const known = bar as unknown as Values;
  return known[output] ?? derivedValues.get(output)?.(known);
}

/** Where closed bars come from. */
export interface BarSource {
  /** The bar of the last so many minutes; undefined where one of them has no candle. */
  whole(minutes: number): IndicatorBar | undefined;
  /** Candles of the minutes from `from` to `to`, both included; undefined where one is missing. */
  candles(from: number, to: number): readonly IndicatorBar[] | undefined;
}

/** No indicator has more outputs. */
const OUTPUTS_MAX = 16;
const outputs = new Float64Array(OUTPUTS_MAX);
let previewMemory = new Float64Array(0);

/** Indicators of one instrument over its clock-aligned closed bars. */
export class IndicatorSet {
  /** All that the indicators remember. */
  readonly memory: Float64Array;
  readonly #layout: IndicatorLayout;
  /** Per interval, as of its last closed bar; handed out as they are, so never changed, only replaced. */
  readonly #latest: (BarIndicators | undefined)[];
  #warm: readonly BarIndicators[] = [];

  constructor(layout: IndicatorLayout) {
    if (layout.outputsMax > OUTPUTS_MAX) throw new RangeError(`an indicator of ${layout.outputsMax} outputs`);
    this.#layout = layout;
    this.memory = new Float64Array(layout.memoryLength);
    this.#latest = layout.intervals.map(() => undefined);
    for (const interval of layout.intervals) initialise(interval, this.memory);
  }

  /** Of every interval with a warm value, as of its last closed bar. */
  get warm(): readonly BarIndicators[] {
    return this.#warm;
  }

  /**
   * The minute is over. Where it ends a bar, that bar is added; one that lacks a minute makes the interval's indicators
   * begin again, because whatever they went on with would be a wrong number.
   */
  minuteClosed(minute: number, source: BarSource): void {
    const { intervals } = this.#layout;
    let closed = false;
    for (let index = 0; index < intervals.length; index++) {
      const interval = intervals[index] as IntervalSlots;
      if ((minute + 1) % interval.minutes !== 0) continue;
      const bar = source.whole(interval.minutes) ?? this.#begunBefore(interval, minute, source);
      this.memory[interval.beginningAt] = 0;
      if (bar === undefined) initialise(interval, this.memory);
      else add(interval, this.memory, 0, bar);
      this.#latest[index] = bar && readInterval(interval, this.memory, 0, minute + 1);
      closed = true;
    }
    if (closed) this.#warm = this.#latest.filter((latest) => latest !== undefined);
  }

  /** Begins with bars that were closed before the first candle, which is that of `minute`. */
  prime(primed: PrimedBars, minute: number): void {
    for (const interval of this.#layout.intervals) {
      for (const bar of primed.closedBefore(interval.minutes, minute)) add(interval, this.memory, 0, bar);
      const beginning = primed.beginningOf(interval.minutes, minute);
      if (beginning !== undefined) putBeginning(this.memory, interval.beginningAt, beginning);
    }
    this.memoryRestored(minute - 1);
  }

  /** The memory was filled from elsewhere; `newest` is the last minute that it has seen the end of. */
  memoryRestored(newest: number): void {
    for (const [index, interval] of this.#layout.intervals.entries()) {
      const end = Math.floor((newest + 1) / interval.minutes) * interval.minutes;
      this.#latest[index] = readInterval(interval, this.memory, 0, end);
    }
    this.#warm = this.#latest.filter((latest) => latest !== undefined);
  }

  /** The bar that ends with the minute, where the candles that it lacks were known as bars. */
  #begunBefore({ beginningAt }: IntervalSlots, minute: number, source: BarSource): IndicatorBar | undefined {
    const beginning = beginningIn(this.memory, beginningAt);
    if (beginning === undefined) return undefined;
    const candles = source.candles(beginning.until, minute);
    return candles && joined([beginning, ...candles], minute + 1);
  }

  /** Values as if the bar, which is still open, closed as it is; undefined when none would be warm. */
  preview(name: IndicatorInterval, bar: IndicatorBar & { readonly openTime: number }): BarIndicators | undefined {
    const interval = this.#layout.intervals.find((candidate) => candidate.interval === name);
    if (interval === undefined) return undefined;
    const { from, to, minutes } = interval;
    if (previewMemory.length < to - from) previewMemory = new Float64Array(to - from);
    previewMemory.set(this.memory.subarray(from, to));
    add(interval, previewMemory, -from, bar);
    return readInterval(interval, previewMemory, -from, bar.openTime / MINUTE_MS + minutes);
  }
}

function initialise({ slots }: IntervalSlots, memory: Float64Array): void {
  for (const { indicator, at } of slots) indicator.initialise(memory, at);
}

function putBeginning(memory: Float64Array, at: number, beginning: BarBeginning): void {
  const { until, open, high, low, close, volume, quoteVolume } = beginning;
  memory.set([until, open, high, low, close, volume, quoteVolume], at);
}

function beginningIn(memory: Float64Array, at: number): BarBeginning | undefined {
  const [until = 0, open = 0, high = 0, low = 0, close = 0, volume = 0, quoteVolume = 0] = memory.subarray(
    at,
    at + BEGINNING_LENGTH,
  );
  return until === 0 ? undefined : { until, open, high, low, close, volume, quoteVolume };
}

/** `shift`: where the memory begins, seen from the whole set's. */
function add({ slots }: IntervalSlots, memory: Float64Array, shift: number, bar: IndicatorBar): void {
  for (const { indicator, at } of slots) indicator.add(memory, at + shift, bar);
}

function readInterval(
  interval: IntervalSlots,
  memory: Float64Array,
  shift: number,
  endMinute: number,
): BarIndicators | undefined {
  // A list of doubles from the start: it is made for every bar, and one that grows costs several times as much.
  const values = new Array<number>(interval.names.length).fill(Number.NaN);
  let count = 0;
  let warm = false;
  for (const { indicator, at } of interval.slots) {
    indicator.read(memory, at + shift, outputs);
    for (let output = 0; output < indicator.outputs.length; output++) {
      const value = outputs[output] as number;
      values[count++] = value;
      warm ||= !Number.isNaN(value);
    }
  }
  if (!warm) return undefined;
  const Values = valuesClassOf(interval);
  return new Values(interval.interval, (endMinute - interval.minutes) * MINUTE_MS, values);
}

/** Numbers in one list; read by the names of the outputs. NaN, which is never handed out, stands for what is not warm. */
class BarValues implements BarIndicators {
  readonly interval: string;
  readonly barOpenTime: number;
  readonly values: readonly number[];

  constructor(interval: string, barOpenTime: number, values: readonly number[]) {
    this.interval = interval;
    this.barOpenTime = barOpenTime;
    this.values = values;
  }
}

const valuesClasses = new Map<string, typeof BarValues>();

/** With a getter per output. Intervals of the same indicators share one: whoever reads them all meets one kind of object, not seven. */
function valuesClassOf({ names, namesText }: IntervalSlots): typeof BarValues {
  const known = valuesClasses.get(namesText);
  if (known !== undefined) return known;
  const named = class extends BarValues {};
  for (const [place, name] of names.entries()) {
    Object.defineProperty(named.prototype, name, {
      get(this: BarValues): number | undefined {
        const value = this.values[place] as number;
        return Number.isNaN(value) ? undefined : value;
      },
    });
  }
  valuesClasses.set(namesText, named);
  return named;
}
