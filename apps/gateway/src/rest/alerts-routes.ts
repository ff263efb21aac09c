import type { AlertTriggered } from '@screener/events';
import { alertPage, type GatewayData } from '../gateway-data.ts';
import { symbolOf } from '../graphql/answers.ts';
import { json } from '../http/answer.ts';
import type { Route } from '../http/router.ts';
import { limits } from '../limits.ts';
import { orNull } from '../ticker-board.ts';
import { cursorOf } from '../views/alerts-view.ts';
import { numberParameter, textParameter } from './parameters.ts';

export const alertsRoutes = (data: GatewayData): readonly Route[] => [
  {
    method: 'GET',
    path: '/api/alerts',
    answer(request) {
      const limit = numberParameter(request, 'limit', { default: 100, least: 1, most: limits.alertsPerPage });
      const after = textParameter(request, 'after');
      // The cursor says where to go on: an offset beside it would count from there, which nobody means.
      const offset = after ? 0 : numberParameter(request, 'offset', { default: 0, least: 0, most: limits.alerts });
      const rule = textParameter(request, 'type');
      const page = alertPage(data, { symbol: textParameter(request, 'symbol'), rule, limit, offset, after });
      return json({
        alerts: page.alerts.map(alertJson),
        total: page.total,
        limit,
        offset,
        next: page.next ? cursorOf(page.next) : null,
      });
    },
  },
];

/** The alert as existing clients know it. */
export function alertJson(alert: AlertTriggered) {
  const { metrics, timeframe } = alert;
  const named = (prefix: string): number | null => orNull(metrics[`${prefix}_${timeframe}`]);
  return {
    id: alert.id,
    triggered_at: new Date(alert.triggeredAt).toISOString(),
    symbol: symbolOf(alert.instrument),
    instrument: alert.instrument,
    alert_type: alert.rule,
    title: alert.title,
    timeframe,
    price: alert.price,
    volume: orNull(alert.volume),
    change_pct: orNull(alert.changePct),
    metadata: {
      ...metrics,
      vcp: named('vcp'),
      volume_increase: volumeIncrease(alert),
      candle_size_pct: orNull(alert.changePct ?? named('change')),
    },
  };
}

const nextLonger: Readonly<Record<string, readonly [string, number]>> = {
  '5m': ['1h', 12],
  '15m': ['1h', 4],
  '1h': ['8h', 8],
  '4h': ['1d', 6],
  '8h': ['1d', 3],
};

/** The timeframe's quote volume against its fair share of the next longer window that the rule read; null where it read none. */
function volumeIncrease({ timeframe, metrics, volume }: AlertTriggered): number | null {
  const [longer, times] = nextLonger[timeframe] ?? [];
  const whole = longer === undefined ? undefined : metrics[`volume_${longer}`];
  const own = metrics[`volume_${timeframe}`] ?? volume ?? undefined;
  if (own === undefined || whole === undefined || times === undefined || whole === 0) return null;
  return orNull((own * times) / whole);
}
