/** How OKX v5 is spoken to on its candle streams. */
import { currentPath, type DatedRoute } from '../dated-route.ts';
import type { StreamLimits } from '../exchange.ts';
import type { ExchangeClock } from '../exchange-clock.ts';
import { inMessages, type StreamProtocol, withoutSlash } from '../stream/stream-protocol.ts';
import { candleChannel, type OkxMarket, readOkxFrame } from './kline-frame.ts';

const candleRoutes: readonly DatedRoute[] = [
  { since: '2021-01-01', path: '/ws/v5/public' },
  { since: '2023-06-20', path: '/ws/v5/business' },
];

export const okxStreamLimits: StreamLimits = {
  connectionRate: { count: 3, windowMs: 1_000 },
  // Of subscriptions and their ends; pings do not count there, but they do here.
  messageRate: { count: 480, windowMs: 3_600_000 },
  connectionAgeMsMax: null,
};

/** A request may have 64 kB; an argument has some 60 bytes. */
const topicsPerRequest = 100;

const requests = (op: string, symbols: readonly string[], firstId: number): readonly string[] =>
  inMessages(symbols, topicsPerRequest, firstId, (part) => ({
    op,
    args: part.map((instId) => ({ channel: candleChannel, instId })),
  }));

export const okxProtocol = (market: OkxMarket, clock: ExchangeClock): StreamProtocol => ({
  url: (wsBase) => `${withoutSlash(wsBase)}${currentPath(candleRoutes)}`,
  subscribe: (symbols, id) => requests('subscribe', symbols, id),
  unsubscribe: (symbols, id) => requests('unsubscribe', symbols, id),
  refusesWhole: true,
  // Whoever is silent for 30 s is cut off.
  ping: { text: 'ping', everyMs: 20_000 },
  reader: () => (text) => readOkxFrame(text, market, clock),
  silence: { manyMs: 15_000, oneMs: 90_000, finalOverdueMs: 20_000 },
});
