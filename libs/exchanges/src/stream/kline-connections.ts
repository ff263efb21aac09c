/** Klines of many symbols over as few connections as the exchange allows. */
import type { KlineListener, KlineStream } from '../exchange.ts';
import type { Timers } from '../timers.ts';
import type { FrameReader } from './frame.ts';
import { type ClientPing, StreamConnection } from './stream-connection.ts';

/** How an exchange wants to be spoken to. */
export interface StreamProtocol {
  url(wsBase: string, symbols: readonly string[]): string;
  /** What to send first: subscriptions, where the address does not say them. */
  hello?(symbols: readonly string[]): readonly string[];
  readonly ping?: ClientPing;
  /** A reader for one connection: what it remembers ends with the connection. */
  reader(): FrameReader;
  /** How long nothing may come of many symbols and of few; see `manySymbols`. */
  readonly silentAfterMs: { readonly many: number; readonly few: number };
}

export interface KlineConnectionsOptions {
  readonly protocol: StreamProtocol;
  readonly wsBase: string;
  readonly streamsPerConnectionMax: number;
  /** Instead of the protocol's. */
  readonly silentAfterMs: number | undefined;
  readonly now: () => number;
  readonly random: () => number;
  readonly timers: Timers;
}

/** Any of so many symbols trades every few seconds; a few quiet ones may say nothing but a final frame a minute. */
const manySymbols = 20;

export function openKlineConnections(
  symbols: readonly string[],
  listener: KlineListener,
  options: KlineConnectionsOptions,
): KlineStream {
  const { protocol, wsBase, streamsPerConnectionMax, now, random, timers } = options;
  let frames = 0;
  const count = Math.ceil(symbols.length / streamsPerConnectionMax);
  const connections = Array.from({ length: count }, (_, index) => {
    const part = symbols.slice(index * streamsPerConnectionMax, (index + 1) * streamsPerConnectionMax);
    const { many, few } = protocol.silentAfterMs;
    const silentAfterMs = options.silentAfterMs ?? (part.length >= manySymbols ? many : few);
    let read = protocol.reader();
    return new StreamConnection({
      url: protocol.url(wsBase, part),
      name: `stream ${index + 1} of ${count}`,
      firstFrameWithinMs: silentAfterMs,
      silentAfterMs,
      now,
      random,
      timers,
      hello: () => {
        read = protocol.reader();
        return protocol.hello?.(part) ?? [];
      },
      ping: protocol.ping,
      frame(text, send) {
        const reading = read(text);
        if (reading === 'answer') return false;
        if ('updates' in reading) {
          frames++;
          for (const update of reading.updates) listener.kline(update);
          return true;
        }
        if ('reply' in reading) send(reading.reply);
        else listener.problem(reading.problem);
        return false;
      },
      problem: listener.problem,
    });
  });
  return {
    state: () => ({
      connections: connections.length,
      healthy: connections.filter(({ healthy }) => healthy).length,
      reconnections: connections.reduce((sum, { reconnections }) => sum + reconnections, 0),
      frames,
    }),
    async close() {
      await Promise.all(connections.map((connection) => connection.close()));
    },
  };
}

/** So many topics a message: exchanges bound the length of a request. */
export const inMessages = <T>(
  topics: readonly T[],
  perMessage: number,
  message: (part: readonly T[], id: number) => unknown,
): readonly string[] =>
  Array.from({ length: Math.ceil(topics.length / perMessage) }, (_, index) =>
    JSON.stringify(message(topics.slice(index * perMessage, (index + 1) * perMessage), index + 1)),
  );
