/**
 * What a condition is evaluated on. Usage, once per instrument:
 *
 *     const minutes = createEvaluationInput({ instrument: 'binance:usdm:BTCUSDT', quote: 'USDT', changeBasis: 'open' });
 *     minutes.closed(openTime, metricsClosed, marketMinute);   // the minute is over, or …
 *     minutes.live(openTime, metricsLive, marketMinute);       // … a sample of the minute in progress
 *     for (const rule of rules) rule.evaluate(minutes.input);  // true, false, or undefined: absent
 *
 * A number is computed when the first condition reads it and at most once per minute or sample, whoever else reads it.
 */
import {
  atPrice,
  type ChangeBasis,
  type FlatMetric,
  type MetricsSource,
  MINUTE_MS,
  parseInstrument,
  type Window,
} from '@screener/market';
import { CandleHistory } from './candle-history.ts';
import { type ConditionNames, conditionNames } from './condition-names.ts';
import type { MarketMinute, RankSource } from './market-names.ts';

/** Loops inside loops, each with a place for its element. */
export const LOOP_DEPTH_MAX = 4;

const UNREAD = 0;
const PRESENT = 1;
const ABSENT = 2;

type ReadNumber = (slot: number) => number | undefined;

/** The side that compiled conditions see: numbers by slot, texts and elements by place. */
export class EvaluationInput {
  /** By slot. NaN: look into `number`, it is not read yet, absent, or really NaN. */
  readonly numbers: Float64Array;
  readonly candles: CandleHistory;
  /** By the order of instrumentTexts. */
  readonly texts: readonly (string | undefined)[];
  /** Elements of the loops being evaluated: a number, or the place of a candle. */
  readonly elements = new Float64Array(LOOP_DEPTH_MAX);
  readonly places = new Int32Array(LOOP_DEPTH_MAX);
  /** The NaN that was loaded last stands for an absent number; until somebody has asked. */
  #absent = false;
  readonly #known: Uint8Array;
  /** Slots that are known, so that forgetting does not go over all the others. */
  readonly #readSlots: Uint16Array;
  #readCount = 0;
  readonly #read: ReadNumber;

  constructor(count: number, read: ReadNumber, candles: CandleHistory, texts: readonly (string | undefined)[]) {
    this.numbers = new Float64Array(count).fill(Number.NaN);
    this.#known = new Uint8Array(count);
    this.#readSlots = new Uint16Array(count);
    this.#read = read;
    this.candles = candles;
    this.texts = texts;
  }

  /** undefined: absent. */
  number(slot: number): number | undefined {
    if (this.#known[slot] === UNREAD) {
      const value = this.#read(slot);
      this.#readSlots[this.#readCount++] = slot;
      this.#known[slot] = value === undefined ? ABSENT : PRESENT;
      if (value !== undefined) this.numbers[slot] = value;
    }
    return this.#known[slot] === ABSENT ? undefined : this.numbers[slot];
  }

  /** What a loop has come to; whether it is a number or a place, whoever reads it knows. */
  setElement(register: number, element: number): void {
    this.elements[register] = element;
    this.places[register] = element;
  }

  /** NaN in the place of an absent number. */
  putAbsent(): number {
    this.#absent = true;
    return Number.NaN;
  }

  takeAbsent(): boolean {
    const absent = this.#absent;
    this.#absent = false;
    return absent;
  }

  /** All numbers are other ones from now on. */
  forget(): void {
    for (let index = 0; index < this.#readCount; index++) {
      const slot = this.#readSlots[index] as number;
      this.numbers[slot] = Number.NaN;
      this.#known[slot] = UNREAD;
    }
    this.#readCount = 0;
  }
}

export interface EvaluationInputOptions {
  /** `exchange:market:symbol` */
  readonly instrument: string;
  /** What it is priced in; absent where not known. */
  readonly quote?: string | undefined;
  readonly changeBasis: ChangeBasis;
  /** Those that the conditions were compiled with. */
  readonly names?: ConditionNames | undefined;
}

interface Minute {
  readonly openTime: number;
  readonly metrics: MetricsSource;
}

/** The minutes of one instrument, as its conditions see them. */
export class InstrumentMinutes {
  readonly input: EvaluationInput;
  readonly #instrument: string;
  readonly #basis: ChangeBasis;
  readonly #names: ConditionNames;
  #closed: Minute | undefined;
  /** The minute that was put last, as it is. */
  #newest: Minute | undefined;
  #current: MetricsSource | undefined;
  /** Where what does not move with the candle in progress is read: indicators, statistics. */
  #settled: MetricsSource | undefined;
  #previous: MetricsSource | undefined;
  #market: MarketMinute | undefined;
  #rank: RankSource | undefined;

  constructor({ instrument, quote, changeBasis, names = conditionNames }: EvaluationInputOptions) {
    this.#instrument = instrument;
    this.#basis = changeBasis;
    this.#names = names;
    const parts = parseInstrument(instrument);
    const texts = [parts?.symbol, parts?.exchange, parts?.market, quote];
    this.input = new EvaluationInput(names.numbers.length, (slot) => this.#read(slot), new CandleHistory(), texts);
  }

  /** A minute is over. `market`: its record of the minute before; undefined where there is none. */
  closed(openTime: number, metrics: MetricsSource, market: MarketMinute | undefined): void {
    this.#begin(openTime, metrics, market);
    this.#settled = metrics;
    this.#closed = { openTime, metrics };
  }

  /**
   * A sample of the minute in progress: its candle is the newest one, the closed minute before it is `previous`.
   * Indicators and statistics are those of that closed minute, as samples do not carry them.
   */
  live(openTime: number, metrics: MetricsSource, market: MarketMinute | undefined): void {
    this.#begin(openTime, metrics, market);
    this.#settled = this.#previous;
  }

  #begin(openTime: number, metrics: MetricsSource, market: MarketMinute | undefined): void {
    const before = this.#closed;
    this.#previous = before?.openTime === openTime - MINUTE_MS ? before.metrics : undefined;
    this.#newest = { openTime, metrics };
    this.#market = market;
    this.#rank = undefined;
    this.#put(openTime, metrics);
  }

  /** As if this were the newest price of the minute, and nothing else were different; undefined: as it is. */
  movePrice(price: number | undefined): void {
    if (this.#newest === undefined) return;
    const { openTime, metrics } = this.#newest;
    this.#put(openTime, price === undefined ? metrics : atPrice(metrics, price));
  }

  #put(openTime: number, metrics: MetricsSource): void {
    this.#current = metrics;
    this.input.candles.put(openTime, oneMinuteOf(metrics.windows));
    this.input.forget();
  }

  #read(slot: number): number | undefined {
    const { origin, live, metric, market } = this.#names.at(slot);
    if (origin === 'minute') return this.#readOf(live ? this.#current : this.#settled, metric);
    if (origin === 'previous') return this.#readOf(this.#previous, metric);
    if (this.#market === undefined) return undefined;
    this.#rank ??= this.#market.rankOf(this.#instrument);
    return market?.read(this.#market.record, this.#rank) ?? undefined;
  }

  #readOf(source: MetricsSource | undefined, metric: FlatMetric | undefined): number | undefined {
    return source && metric?.read(source, this.#basis);
  }
}

const oneMinuteOf = (windows: readonly Window[]): Window | undefined => windows.find(({ minutes }) => minutes === 1);

export const createEvaluationInput = (options: EvaluationInputOptions): InstrumentMinutes =>
  new InstrumentMinutes(options);

/** Numbers by their names, from anywhere: a file, a form. Without candles and texts. */
export function inputOfLookup(
  lookup: (name: string) => number | undefined,
  names: ConditionNames = conditionNames,
): EvaluationInput {
  return new EvaluationInput(names.numbers.length, (slot) => lookup(names.at(slot).name), new CandleHistory(), []);
}
