import { ScreenerError } from '@screener/errors';
import type { BarIndicators, MetricsClosed } from '@screener/events';
import { changePercent, fibonacciPivots, indicatorValue, intervalMinutes, vcp, vwap } from '@screener/market';
import { type GatewayData, instrumentOf } from '../gateway-data.ts';
import { json } from '../http/answer.ts';
import type { Route } from '../http/router.ts';
import { orNull } from '../ticker-board.ts';

const timeframes = ['5m', '15m', '1h', '4h', '8h', '1d'] as const;
const MINUTE_MS = 60_000;

export const metricsRoutes = (data: GatewayData): readonly Route[] => [
  {
    method: 'GET',
    path: '/api/metrics/:symbol',
    answer(request) {
      const { instrument, symbol } = instrumentOf(data, request.parts.symbol ?? '');
      const metrics = data.views.metrics.closed(instrument);
      if (!metrics) throw new ScreenerError('NOT_PRIMED', { what: `metrics of ${symbol}` });
      return json(metricsJson(metrics, symbol, data));
    },
  },
];

/** As of the newest closed minute. A number that is not known (the window is not full, the indicator not warm) is null. */
export const metricsJson = (metrics: MetricsClosed, symbol: string, { basis }: Pick<GatewayData, 'basis'>) => ({
  symbol,
  instrument: metrics.instrument,
  timestamp: new Date(metrics.openTime + MINUTE_MS - 1).toISOString(),
  price: metrics.price,
  timeframes: Object.fromEntries(
    timeframes.map((name) => {
      const window = metrics.windows.find((candidate) => candidate.minutes === intervalMinutes[name]);
      const bar = metrics.indicators.find((candidate) => candidate.interval === name);
      const pivots = window && fibonacciPivots(window);
      return [
        name,
        {
          open: orNull(window?.open),
          high: orNull(window?.high),
          low: orNull(window?.low),
          close: orNull(window?.close),
          volume: orNull(window?.volume),
          quote_volume: orNull(window?.quoteVolume),
          change_pct: orNull(window && changePercent(window, basis)),
          vwap: orNull(window && vwap(window)),
          vcp: orNull(window && vcp(window)),
          rsi_14: indicator(bar, 'rsi'),
          macd: indicator(bar, 'macd'),
          macd_signal: indicator(bar, 'macd_signal'),
          bb_upper: indicator(bar, 'bb_upper'),
          bb_middle: indicator(bar, 'bb_middle'),
          bb_lower: indicator(bar, 'bb_lower'),
          fib_pivot: orNull(pivots?.pivot),
          fib_r1: orNull(pivots?.r1),
          fib_r2: orNull(pivots?.r2),
          fib_r3: orNull(pivots?.r3),
          fib_s1: orNull(pivots?.s1),
          fib_s2: orNull(pivots?.s2),
          fib_s3: orNull(pivots?.s3),
        },
      ];
    }),
  ),
});

const indicator = (bar: BarIndicators | undefined, name: string): number | null =>
  orNull(bar && indicatorValue(bar, name));
