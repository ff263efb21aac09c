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

/** A candle as pushed. `closed` is the exchange's own word: no clock of ours closes a bar. */
export interface KlineUpdate {
  readonly symbol: string;
  readonly candle: Candle;
  readonly closed: boolean;
  /** When the exchange sent it, by its clock. */
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

/** What the exchange can and cannot do, as data. */
export interface Capabilities {
  readonly intervals: readonly string[];
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
  /** Of the current minute. */
  weightUsed(): number;
  close(): Promise<void>;
}
