/** How an exchange wants to be spoken to on its streams. */
import type { KlineUpdate } from '../exchange.ts';
import type { FrameReader } from './frame.ts';

/** A sign of life that the exchange wants as a message; pings of the WebSocket itself are answered by ws. */
export interface ClientPing {
  readonly text: string;
  readonly everyMs: number;
}

export interface StreamProtocol {
  /** `symbols`: those that the connection begins with. */
  url(wsBase: string, symbols: readonly string[]): string;
  /** The address names what a connection begins with; otherwise that is subscribed by messages as well. */
  readonly addressSubscribes?: boolean;
  /** A subscription with one unknown symbol is refused as a whole: those in doubt are asked for one at a time. */
  readonly refusesWhole?: boolean;
  /** What to send first on every connection. */
  readonly greeting?: readonly string[];
  /** `id`: of the first message, the following ones count on. */
  subscribe(symbols: readonly string[], id: number): readonly string[];
  unsubscribe(symbols: readonly string[], id: number): readonly string[];
  readonly ping?: ClientPing;
  /** A reader for one connection: what it remembers ends with the connection. */
  reader(): FrameReader;
  /** What `reader` makes of frames in their usual form, without its cost; undefined for all others. From `begin` to `end`. */
  readonly usualUpdate?: (bytes: Buffer, begin: number, end: number) => KlineUpdate | undefined;
  readonly silence: SilenceLimits;
  /** A stream of the last prices of all symbols, where candles come slower than once a second. */
  readonly prices?: StreamProtocol;
}

/** What counts as silence differs by exchange: some push on every trade, some once a minute whatever happens. */
export interface SilenceLimits {
  /** How long nothing may come of many symbols together, and of a symbol that is brisk otherwise. */
  readonly manyMs: number;
  /** How long nothing may come of a single one, trades or not. */
  readonly oneMs: number;
  /**
   * The final candle of every minute is pushed, trades or not: so long after the others have gone on it is overdue.
   * Undefined where a minute without trades may go by in silence.
   */
  readonly finalOverdueMs?: number;
}

/** So many topics a message: exchanges bound the length of a request. */
export const inMessages = <T>(
  topics: readonly T[],
  perMessage: number,
  firstId: number,
  message: (part: readonly T[], id: number) => unknown,
): readonly string[] =>
  Array.from({ length: Math.ceil(topics.length / perMessage) }, (_, index) =>
    JSON.stringify(message(topics.slice(index * perMessage, (index + 1) * perMessage), firstId + index)),
  );

/** An address without the slashes that people put at its end. */
export const withoutSlash = (address: string): string => address.replace(/\/+$/, '');
