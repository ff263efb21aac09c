import { MINUTE_MS } from './candle.ts';
import type { IndicatorBar } from './indicators/indicator.ts';
import type { IndicatorLayout, IntervalSlots } from './indicators/indicator-layout.ts';
import type { IndicatorInterval } from './indicators/indicator-table.ts';

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

/** No indicator has more outputs. */
const values = new Float64Array(16);
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
    if (layout.outputsMax > values.length) throw new RangeError(`an indicator of ${layout.outputsMax} outputs`);
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
  minuteClosed(minute: number, barOf: (minutes: number) => IndicatorBar | undefined): void {
    const { intervals } = this.#layout;
    let closed = false;
    for (let index = 0; index < intervals.length; index++) {
      const interval = intervals[index] as IntervalSlots;
      if ((minute + 1) % interval.minutes !== 0) continue;
      const bar = barOf(interval.minutes);
      if (bar === undefined) initialise(interval, this.memory);
      else add(interval, this.memory, 0, bar);
      this.#latest[index] = bar && readInterval(interval, this.memory, 0, minute + 1);
      closed = true;
    }
    if (closed) this.#warm = this.#latest.filter((latest) => latest !== undefined);
  }

  /** The memory was filled from elsewhere; `newest` is the last minute that it has seen the end of. */
  memoryRestored(newest: number): void {
    for (const [index, interval] of this.#layout.intervals.entries()) {
      const end = Math.floor((newest + 1) / interval.minutes) * interval.minutes;
      this.#latest[index] = readInterval(interval, this.memory, 0, end);
    }
    this.#warm = this.#latest.filter((latest) => latest !== undefined);
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

/** `shift`: where the memory begins, seen from the whole set's. */
function add({ slots }: IntervalSlots, memory: Float64Array, shift: number, bar: IndicatorBar): void {
  for (const { indicator, at } of slots) indicator.add(memory, at + shift, bar);
}

function readInterval(
  { interval, minutes, slots }: IntervalSlots,
  memory: Float64Array,
  shift: number,
  endMinute: number,
): BarIndicators | undefined {
  const bar: Record<string, string | number> = { interval, barOpenTime: (endMinute - minutes) * MINUTE_MS };
  let warm = false;
  for (const { indicator, at, names } of slots) {
    indicator.read(memory, at + shift, values);
    for (let output = 0; output < names.length; output++) {
      const value = values[output] as number;
      // NaN: not warm.
      if (Number.isNaN(value)) continue;
      bar[names[output] as string] = value;
      warm = true;
    }
  }
  return warm ? (bar as unknown as BarIndicators) : undefined;
}
