/** How Bybit v5 is spoken to on its public streams. */
import { currentPath, type DatedRoute } from '../dated-route.ts';
import type { StreamLimits } from '../exchange.ts';
import { inMessages, type StreamProtocol, withoutSlash } from '../stream/stream-protocol.ts';
import { readBybitFrame, topicPrefix } from './kline-frame.ts';
import type { BybitMarket } from './rest-answers.ts';

/** The market is the last part. */
const streamRoutes: readonly DatedRoute[] = [
  { since: '2021-07-01', path: '/realtime_public' },
  { since: '2022-12-19', path: '/v5/public' },
];

export const bybitStreamLimits: StreamLimits = {
  connectionRate: { count: 500, windowMs: 300_000 },
  // No figure is documented.
  messageRate: { count: 10, windowMs: 1_000 },
  connectionAgeMsMax: null,
};

/** Spot takes no more topics a request; linear takes as many as fit into 21,000 characters, which these do. */
const topicsPerRequest: Readonly<Record<BybitMarket, number>> = { spot: 10, linear: 100 };

export function bybitProtocol(market: BybitMarket): StreamProtocol {
  const requests = (op: string, symbols: readonly string[], firstId: number): readonly string[] =>
    inMessages(symbols, topicsPerRequest[market], firstId, (part, id) => ({
      op,
      req_id: `klines-${id}`,
      args: part.map((symbol) => `${topicPrefix}${symbol}`),
    }));
  return {
    url: (wsBase) => `${withoutSlash(wsBase)}${currentPath(streamRoutes)}/${market}`,
    subscribe: (symbols, id) => requests('subscribe', symbols, id),
    unsubscribe: (symbols, id) => requests('unsubscribe', symbols, id),
    refusesWhole: true,
    ping: { text: '{"op":"ping"}', everyMs: 20_000 },
    reader: () => readBybitFrame,
    // Pushed every 1 to 60 s.
    silence: { manyMs: 30_000, oneMs: 90_000, finalOverdueMs: 30_000 },
  };
}
