/** How Kraken is spoken to on its WebSocket v2. */
import { currentPath, type DatedRoute } from '../dated-route.ts';
import type { StreamLimits } from '../exchange.ts';
import { inMessages, type StreamProtocol, withoutSlash } from '../stream/stream-protocol.ts';
import { krakenReader } from './kline-frame.ts';

const streamRoutes: readonly DatedRoute[] = [
  { since: '2019-01-01', path: '/' },
  { since: '2023-10-01', path: '/v2' },
];

export const krakenStreamLimits: StreamLimits = {
  connectionRate: { count: 150, windowMs: 600_000 },
  // No figure is documented.
  messageRate: { count: 5, windowMs: 1_000 },
  connectionAgeMsMax: null,
};

const symbolsPerRequest = 100;

const requests = (
  method: string,
  symbols: readonly string[],
  firstId: number,
  further: { readonly snapshot?: boolean } = {},
): readonly string[] =>
  inMessages(symbols, symbolsPerRequest, firstId, (symbol, req_id) => ({
    method,
    params: { channel: 'ohlc', symbol, interval: 1, ...further },
    req_id,
  }));

export const krakenProtocol: StreamProtocol = {
  url: (wsBase) => `${withoutSlash(wsBase)}${currentPath(streamRoutes)}`,
  subscribe: (symbols, id) => requests('subscribe', symbols, id, { snapshot: true }),
  unsubscribe: (symbols, id) => requests('unsubscribe', symbols, id),
  ping: { text: '{"method":"ping"}', everyMs: 30_000 },
  reader: krakenReader,
  // Frames come with trades only: a few quiet pairs may have none for long.
  silence: { manyMs: 60_000, oneMs: 600_000 },
};
