import { intervalMinutes } from '@screener/market';
import { latestBars } from '../bars.ts';
import { type GatewayData, instrumentOf, intervalOf } from '../gateway-data.ts';
import { json } from '../http/answer.ts';
import type { Route } from '../http/router.ts';
import { limits } from '../limits.ts';
import { numberParameter } from './parameters.ts';

export const candlesRoutes = (data: GatewayData): readonly Route[] => [
  {
    method: 'GET',
    path: '/candles/:symbol/:interval',
    async answer(request) {
      const interval = intervalOf(request.parts.interval ?? '');
      const limit = numberParameter(request, 'limit', { default: 500, least: 1, most: limits.candlesPerAnswer });
      const { instrument, symbol } = instrumentOf(data, request.parts.symbol ?? '');
      const sources = { candles: data.views.candles, history: data.history };
      const bars = await latestBars(sources, instrument, intervalMinutes[interval], limit);
      return json({
        symbol,
        interval,
        instrument,
        candles: bars.map(({ openTime, open, high, low, close, volume, closed }) => ({
          time: openTime / 1_000,
          open,
          high,
          low,
          close,
          volume,
          // The newest one may be in progress, as at the exchanges.
          closed,
        })),
      });
    },
  },
];
