/** What the product needs of an exchange. One folder implements it per exchange and market. */
import type { Candle, IntervalName } from '@screener/market';

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
  /** Of the base asset, in US dollars. No exchange says it, others do; undefined: they were not heard. */
  readonly marketCap?: number | null | undefined;
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
  /** Whom it is about, as far as the frame says. */
  readonly symbol?: string;
  /** All of the frame, for whoever keeps what could not be read; absent for `connection`. */
  readonly frame?: string;
  /** Of a bad row of a REST answer that says which candle it is: that one is refused, it is not absent. */
  readonly openTime?: number;
}

export type ProblemListener = (problem: ExchangeProblem) => void;

/** A price between two candles, where an exchange pushes candles more slowly than prices. */
export interface PriceUpdate {
  readonly symbol: string;
  readonly price: number;
  readonly eventTime: number;
}

export interface KlineListener {
  kline(update: KlineUpdate): void;
  /** Last price of a symbol from an all-market ticker, where klines come slower than once a second. */
  price?(update: PriceUpdate): void;
  problem: ProblemListener;
}

export interface StreamState {
  readonly connections: number;
  /** Connected, and frames have come. */
  readonly healthy: number;
  readonly reconnections: number;
  /** With candles. */
  readonly frames: number;
  /** Of all frames. */
  readonly bytes: number;
  /** Frames of what nobody asked for: of another market in a merged stream, of a symbol that was let go. */
  readonly foreign: number;
  /** Re-subscribed because one stream stayed silent among healthy ones. */
  readonly resubscriptions: number;
  /** Planned replacements without a break: before the exchange cuts a connection of its age, or says that it will. */
  readonly replacements: number;
  /** Connections that failed too often in a row, and are left alone for a while. */
  readonly circuitsOpen: number;
  /** Symbols that no healthy connection serves now: REST must stand in. */
  readonly unserved: ReadonlySet<string>;
}

export interface KlineStream {
  /** Which symbols to listen to from now on: what is new is subscribed, what is gone is let go, nothing else moves. */
  listenTo(symbols: readonly string[]): void;
  state(): StreamState;
  close(): Promise<void>;
}

/** A gap in what people see now goes before a fresh start, that before standing in for a stream, that before history. */
export const priorities = ['repair', 'prime', 'poll', 'history'] as const;
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
  /** Where it limits REST requests: they are held back by it. */
  readonly rest?: RestRule;
}

export interface RestRule {
  readonly counts: 'weight' | 'requests';
  /** Fixed ones begin at whole multiples of `windowMs`. */
  readonly windows: 'fixed' | 'sliding';
  /** The requests that it names; all of them where there are none. */
  readonly paths?: readonly string[];
}

/** Where candles can be fetched. */
export interface KlineSource {
  readonly path: string;
  /** Weight of a request by how many candles are asked for, ascending. */
  readonly weights: readonly WeightStep[];
  /** So many bars back from the open one, which counts; null: as far as there are any. */
  readonly reach: number | null;
}

/** So many in any stretch of time of this length. */
export interface Rate {
  readonly count: number;
  readonly windowMs: number;
}

/** What an exchange bears of its streams. */
export interface StreamLimits {
  /** Connections that an address may open. */
  readonly connectionRate: Rate;
  /** Messages that a connection may get from us: well below the documented figure, which counts pongs as well. */
  readonly messageRate: Rate;
  /** The exchange cuts a connection when it is so old; null: it names no age. */
  readonly connectionAgeMsMax: number | null;
}

/** What the exchange can and cannot do, as data. */
export interface Capabilities {
  /** Of its own, by our names; the others are aggregated from the longest of these that divides them. */
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
  /** What reaches back least comes first, and is preferred. */
  readonly klineSources: readonly KlineSource[];
  /** REST reaches back so many bars of any interval from the open one; null: as far as there are any. */
  readonly klineReach: number | null;
  readonly rateRules: readonly RateRule[];
  /** Of requests for candles. */
  readonly weightPerMinute: number;
  readonly streamsPerConnectionMax: number;
  readonly streamLimits: StreamLimits;
  readonly restBase: string;
  readonly wsBase: string;
}

export interface KlineRange {
  readonly symbol: string;
  /** Default: one minute. */
  readonly interval?: IntervalName;
  /** Open time of the first candle. */
  readonly from: number;
  /** Open time of the last candle. */
  readonly to: number;
  readonly priority: Priority;
  readonly signal?: AbortSignal;
  /** Hears of rows that are refused while the other rows of their page are sound. They are not absent: see `openTime`. */
  readonly problem?: ProblemListener;
}

/** How far the exchange's clock is ahead of ours, as it was when it was last asked. */
export interface ClockState {
  readonly offsetMs: number;
  /** By our clock. */
  readonly measuredAt: number;
  /** The offset may be wrong by half of it. */
  readonly roundTripMs: number;
}

export interface RestState {
  /** Of the limit that is nearest to its end, as the exchange counts it. */
  readonly weightUsed: number;
  readonly weightLimit: number;
  /** Nothing is sent before; by our clock. 0: there was no ban. */
  readonly bannedUntil: number;
  readonly waiting: number;
  /** Sent since the start. */
  readonly requests: number;
  /** By reason: what the exchange refused, and what we refused of its answers. */
  readonly refusals: Readonly<Record<string, number>>;
}

export interface Exchange {
  readonly exchange: string;
  readonly market: string;
  readonly capabilities: Capabilities;
  serverTime(): Promise<number>;
  instruments(problem: ProblemListener): Promise<readonly ListedInstrument[]>;
  /** Traded value of the last 24 hours by symbol. */
  dayValues(): Promise<ReadonlyMap<string, number>>;
  /**
   * Candles of one minute or of `interval`, ascending, page by page; the exchange may lack some. Also the open one where
   * the range covers it. Bars that the exchange lacks are made of shorter ones, and only of all of them.
   */
  klines(range: KlineRange): AsyncIterable<readonly Candle[]>;
  /** One-minute candles as they change. */
  streamKlines(symbols: readonly string[], listener: KlineListener): KlineStream;
  /** undefined until the exchange has told its time once. */
  clock(): ClockState | undefined;
  restState(): RestState;
  close(): Promise<void>;
}
