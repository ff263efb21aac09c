/** How Deribit is spoken to on its streams: JSON-RPC. */
import { currentPath, type DatedRoute } from '../dated-route.ts';
import type { StreamLimits } from '../exchange.ts';
import type { ExchangeClock } from '../exchange-clock.ts';
import { inMessages, type StreamProtocol, withoutSlash } from '../stream/stream-protocol.ts';
import { chartChannel, deribitReader } from './kline-frame.ts';

const streamRoutes: readonly DatedRoute[] = [
  { since: '2016-06-01', path: '/ws/api/v1' },
  { since: '2019-01-01', path: '/ws/api/v2' },
];

export const deribitStreamLimits: StreamLimits = {
  // 32 at the same time; no rate is documented.
  connectionRate: { count: 5, windowMs: 1_000 },
  // Credits for 20 come back in a second, and REST needs some of them.
  messageRate: { count: 5, windowMs: 1_000 },
  connectionAgeMsMax: null,
};

const channelsPerRequest = 100;
const heartbeatSeconds = 30;

const requests = (method: string, symbols: readonly string[], firstId: number): readonly string[] =>
  inMessages(symbols, channelsPerRequest, firstId, (part, id) => ({
    jsonrpc: '2.0',
    id,
    method,
    params: { channels: part.map(chartChannel) },
  }));

export const deribitProtocol = (clock: ExchangeClock): StreamProtocol => ({
  url: (wsBase) => `${withoutSlash(wsBase)}${currentPath(streamRoutes)}`,
  greeting: [
    JSON.stringify({
      jsonrpc: '2.0',
      id: 0,
      method: 'public/set_heartbeat',
      params: { interval: heartbeatSeconds },
    }),
  ],
  subscribe: (symbols, id) => requests('public/subscribe', symbols, id),
  unsubscribe: (symbols, id) => requests('public/unsubscribe', symbols, id),
  reader: () => deribitReader(clock),
  // A minute without trades gets a candle too, but only once the next one begins.
  silence: { manyMs: 90_000, oneMs: 150_000 },
});
