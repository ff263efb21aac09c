import { alertPage, type GatewayData } from '../gateway-data.ts';
import { changeAnswer, symbolOf, termAnswer } from '../graphql/answers.ts';
import { json } from '../http/answer.ts';
import type { Route } from '../http/router.ts';
import { limits } from '../limits.ts';
import { orNull } from '../ticker-board.ts';
import { cursorOf } from '../views/alerts-view.ts';
import type { ToldAlert } from '../views/told-alert.ts';
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

/** The alert as existing clients know it, and what they may not know yet beside that. */
export function alertJson(alert: ToldAlert) {
  const { metrics, timeframe } = alert;
  return {
    id: alert.id,
    triggered_at: timeText(alert.triggeredAt),
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
      vcp: orNull(metrics[`vcp_${timeframe}`]),
      volume_increase: orNull(alert.volumeIncrease),
      candle_size_pct: orNull(alert.candleSizePct),
      momentum_score: orNull(alert.momentumScore),
    },
    severity: alert.severity ?? 'info',
    message: alert.message || alert.title,
    provisional: alert.provisional === true,
    terms: (alert.terms ?? []).map(termAnswer).map(({ term, element, left, leftText, right, rightText, held }) => ({
      ...{ term, element, held },
      ...{ left: left ?? leftText, right: right ?? rightText },
    })),
    status: alert.status,
    status_at: alert.statusAt === undefined ? null : timeText(alert.statusAt),
    reason: alert.reason ?? null,
    changes: alert.changes.map(changeAnswer),
  };
}

const timeText = (timeMs: number): string => new Date(timeMs).toISOString();
