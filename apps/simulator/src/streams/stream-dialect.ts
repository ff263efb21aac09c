/** The WebSocket side of an exchange: addresses, requests, frames and limits. */
import type { SimulatedInstrument } from '../catalogue.ts';
import type { DayTicker } from '../day-tickers.ts';
import type { Interval } from '../intervals.ts';
import type { InstrumentStatus } from '../truth.ts';
import type { PrintedCandle } from '../units.ts';
import type { Connection } from './connection.ts';

export interface Opening {
  /** Subscribed by the address itself. */
  readonly streams: readonly string[];
  /** Wrapped as {"stream","data"}. */
  readonly combined: boolean;
  /** Connects, acknowledges and never says a word. */
  readonly silent: boolean;
  /** Which of the exchange's endpoints it is. */
  readonly endpoint: string;
}

/** What a stream's name stands for. */
export type Channel =
  | { readonly kind: 'kline'; readonly symbol: string; readonly code: string; readonly interval: Interval }
  | { readonly kind: 'all-tickers' }
  | { readonly kind: 'news' };

export interface KlineEvent {
  readonly instrument: SimulatedInstrument;
  /** The interval as the exchange writes it. */
  readonly code: string;
  readonly candle: PrintedCandle;
  readonly closed: boolean;
  readonly eventTime: number;
}

export interface News {
  readonly stream: string;
  readonly text: string;
}

export interface Rate {
  readonly count: number;
  readonly windowMs: number;
}

export interface StreamLimits {
  /** Attempts of one address; beyond them an attempt is answered with `refusedStatus`. */
  readonly connections: Rate;
  readonly refusedStatus: number;
  /** Whoever sends more is cut off. */
  readonly messages?: Rate;
  /** Subscriptions and their ends: more are answered with an error. */
  readonly operations?: Rate;
  readonly streamsPerConnectionMax: number;
  /** Every connection is cut at this age. */
  readonly lifetimeMs?: number;
  /** The server asks for a sign of life and cuts off who does not answer. */
  readonly ping?: { readonly everyMs: number; readonly pongWithinMs: number };
  /** A connection on which nothing is said for so long is cut off. */
  readonly idleMs?: number;
}

/** What a dialect may ask of the side that holds the connections. */
export interface StreamHost {
  instrument(symbol: string): SimulatedInstrument | undefined;
  subscribe(connection: Connection, names: readonly string[]): void;
  unsubscribe(connection: Connection, names: readonly string[]): void;
  say(connection: Connection, text: string): void;
  /** False: the answer to a ping gets lost. */
  pongs(connection: Connection): boolean;
  /** False: too many of them. */
  operates(connection: Connection): boolean;
}

export interface StreamDialect {
  readonly limits: StreamLimits;
  /** Undefined: there is no such address. */
  open(path: string, query: URLSearchParams): Opening | undefined;
  message(connection: Connection, text: string, host: StreamHost): void;
  /** Undefined: a stream of which nothing is ever sent. */
  channel(name: string): Channel | undefined;
  /** The stream of one-minute candles. */
  klineName(symbol: string): string;
  kline(event: KlineEvent): string;
  /** Of all that changed. */
  tickers?(changed: readonly DayTicker[], eventTime: number): string;
  /** How often the all-market tickers are sent. */
  readonly tickersEveryMs?: number;
  /** What it tells of a listing or the end of one. */
  news?(instrument: SimulatedInstrument, status: InstrumentStatus, eventTime: number): News;
}

/** The request of a client as an object, or undefined where it is no JSON object. */
export function requestOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const request: unknown = JSON.parse(text);
    return typeof request === 'object' && request !== null && !Array.isArray(request) ? { ...request } : undefined;
  } catch {
    return undefined;
  }
}
