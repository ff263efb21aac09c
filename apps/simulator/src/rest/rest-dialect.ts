/** The REST side of an exchange: which question gets which answer. */
import type { BarRange } from '../bars.ts';
import type { SimulatedInstrument } from '../catalogue.ts';
import type { DayTicker } from '../day-tickers.ts';
import type { Interval } from '../intervals.ts';
import type { MarketTruth } from '../truth.ts';
import type { PrintedCandle } from '../units.ts';

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string | number>>;
}

/** What an answer is made of. */
export interface ExchangeView {
  readonly market: MarketTruth;
  /** Simulated time. */
  now(): number;
  /** As the exchange's clock says it. */
  serverTime(): number;
  /** Those that the exchange knows now. */
  listed(): readonly SimulatedInstrument[];
  /** Undefined where the exchange does not know it now. */
  instrument(symbol: string): SimulatedInstrument | undefined;
  candles(instrument: SimulatedInstrument, interval: Interval, range: BarRange): Promise<readonly PrintedCandle[]>;
  ticker(instrument: SimulatedInstrument): DayTicker;
}

export interface RestDialect {
  readonly contentType: string;
  answer(path: string, query: URLSearchParams, view: ExchangeView): Answer | Promise<Answer>;
  /** To whoever does not ask with GET. */
  readonly getOnly: Answer;
}

export const ok = (body: string): Answer => ({ status: 200, body });

/** A whole number of a query; undefined where it is not given, NaN where it is none. */
export function wholeNumber(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  return /^[0-9]{1,16}$/.test(text) ? Number(text) : Number.NaN;
}

/** What is one step in price or amount, in words. */
export const stepText = (decimals: number): string => (10 ** -decimals).toFixed(decimals);
