/** What the product needs of an exchange. One folder implements it per exchange and market. */
import type { Candle } from '@screener/market';

export type InstrumentStatus = 'listed' | 'trading' | 'halted' | 'delisted';

export interface ListedInstrument {
  readonly exchange: string;
  readonly market: string;
  /** As the exchange writes it; any script. */
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly kind: 'perpetual' | 'spot' | 'other';
  readonly status: InstrumentStatus;
  readonly tickSize: number | null;
  readonly stepSize: number | null;
  readonly listedAt: number | null;
}

/**
 * A candle as pushed. `closed` is the exchange's own word, or follows from a frame of a later candle of the same
 * instrument (see `Capabilities.closedBy`): no clock of ours closes a bar.
 */
export interface KlineUpdate {
  readonly symbol: string;
  readonly candle: Candle;
  readonly closed: boolean;
  /** When the exchange sent it, by its clock; see `Capabilities.eventTimeBy`. */
  readonly eventTime: number;
}

/** Something of another shape than agreed. Counted by reason and sampled, never guessed at. */
export interface ExchangeProblem {
  readonly reason: 'not-json' | 'unknown-shape' | 'absurd-numbers' | 'unknown-status' | 'connection';
  /** One line for people. */
  readonly text: string;
  /** The beginning of what came. */
  readonly sample: string;
}

export type ProblemListener = (problem: ExchangeProblem) => void;

export interface KlineListener {
  kline(update: KlineUpdate): void;
  problem: ProblemListener;
}

export interface StreamState {
  readonly connections: number;
  /** Connected, and frames have come. */
  readonly healthy: number;
  readonly reconnections: number;
  readonly frames: number;
}

export interface KlineStream {
  state(): StreamState;
  close(): Promise<void>;
}

/** A gap in what people see now goes before a fresh start, which goes before history. */
export const priorities = ['repair', 'prime', 'history'] as const;
export type Priority = (typeof priorities)[number];

export interface WeightStep {
  readonly limitMax: number;
  readonly weight: number;
}

export type CandleField = 'quoteVolume' | 'trades' | 'takerBuyVolume' | 'takerBuyQuoteVolume';

/** One limit of an exchange, for people and for planning. */
export interface RateRule {
  readonly what: string;
  readonly count: number;
  readonly windowMs: number;
}

/** What the exchange can and cannot do, as data. */
export interface Capabilities {
  /** Of its own, by our names; the others are aggregated from one-minute candles. */
  readonly intervals: readonly string[];
  /** How it writes them, where that differs; UTC bars where it has others. */
  readonly intervalCodes: Readonly<Record<string, string>>;
  /** How it lets us know that a candle is over: a flag in the frame, or only that a later candle began. */
  readonly closedBy: 'flag' | 'next-candle';
  /** Whose clock dates the frames: the exchange's, or ours put right by its server time where frames carry no time. */
  readonly eventTimeBy: 'exchange' | 'receipt';
  /** What it does not say of a candle; 0 there. */
  readonly candleFieldsAbsent: readonly CandleField[];
  /** What is computed from other fields, with their rounding. */
  readonly candleFieldsDerived: readonly CandleField[];
  /** REST reaches back so many one-minute candles from now; null: as far as there are any. */
  readonly klineReach: number | null;
  readonly rateRules: readonly RateRule[];
  readonly weightPerMinute: number;
  /** Weight of a request for candles by how many are asked for, ascending. */
  readonly klineWeights: readonly WeightStep[];
  readonly streamsPerConnectionMax: number;
  readonly restBase: string;
  readonly wsBase: string;
}

export interface KlineRange {
  readonly symbol: string;
  /** Open time of the first candle. */
  readonly from: number;
  /** Open time of the last candle. */
  readonly to: number;
  readonly priority: Priority;
  readonly signal?: AbortSignal;
}

export interface Exchange {
  readonly exchange: string;
  readonly market: string;
  readonly capabilities: Capabilities;
  serverTime(): Promise<number>;
  instruments(problem: ProblemListener): Promise<readonly ListedInstrument[]>;
  /** Traded value of the last 24 hours by symbol. */
  dayValues(): Promise<ReadonlyMap<string, number>>;
  /** One-minute candles, ascending, page by page; the exchange may lack some. Also the open one where the range covers it. */
  klines(range: KlineRange): AsyncIterable<readonly Candle[]>;
  /** One-minute candles as they change. */
  streamKlines(symbols: readonly string[], listener: KlineListener): KlineStream;
  /** Of the current window of its limit: a minute, if not shorter. */
  weightUsed(): number;
  close(): Promise<void>;
}
