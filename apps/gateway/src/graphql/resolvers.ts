/** Answers of the root fields of Query. */
import { intervalMinutes } from '@screener/market';
import { latestBars } from '../bars.ts';
import { alertPage, type GatewayData, instrumentOf, intervalOf, wholeNumber } from '../gateway-data.ts';
import { limits } from '../limits.ts';
import { cursorOf } from '../views/alerts-view.ts';
import {
  alertAnswer,
  candleAnswer,
  instrumentAnswer,
  marketAnswer,
  metricAnswer,
  metricsAnswer,
  ruleAnswer,
  statusAnswer,
  summaryAnswer,
} from './answers.ts';
import type { Arguments, Resolvers } from './operations.ts';

/** The schema has checked the types already. */
export const text = (args: Arguments, name: string): string => String(args[name]);
export const optionalText = (args: Arguments, name: string): string | undefined =>
  args[name] === undefined || args[name] === null ? undefined : String(args[name]);

export function queryResolvers(data: GatewayData): Resolvers {
  const { views, board } = data;
  return {
    instruments: () => views.instruments.list().map(instrumentAnswer),
    tickers: () => board.all().tickers,
    sparklines: () =>
      views.instruments.list().flatMap(({ instrument }) => {
        const closes = views.candles.closes(instrument, limits.sparklineCloses);
        return closes.length === 0 ? [] : [{ instrument, closes }];
      }),
    metrics(args) {
      const { instrument } = instrumentOf(data, text(args, 'symbol'));
      const metrics = views.metrics.current(instrument);
      const { basis, metricTable } = data;
      return metrics ? metricsAnswer(metrics, { basis, metricTable, market: views.market }) : null;
    },
    metricTable: () => data.metricTable.map(metricAnswer),
    market: () => views.market.newest && marketAnswer(views.market.newest),
    async candles(args) {
      const { instrument, symbol } = instrumentOf(data, text(args, 'symbol'));
      const interval = intervalOf(text(args, 'interval'));
      const limit = wholeNumber('limit', Number(args.limit), 1, limits.candlesPerAnswer, '500');
      const sources = { candles: views.candles, history: data.history };
      const bars = await latestBars(sources, instrument, intervalMinutes[interval], limit);
      return { instrument, symbol, interval, candles: bars.map(candleAnswer) };
    },
    alerts(args) {
      const page = alertPage(data, {
        symbol: optionalText(args, 'symbol'),
        rule: optionalText(args, 'rule'),
        after: optionalText(args, 'after'),
        limit: Number(args.limit),
        offset: 0,
      });
      return { alerts: page.alerts.map(alertAnswer), total: page.total, next: page.next ? cursorOf(page.next) : null };
    },
    alertSummaries: ({ limit }) =>
      views.alertSummaries
        .list(wholeNumber('limit', Number(limit), 1, limits.alertSummaries, '100'))
        .map(summaryAnswer),
    rules: () => views.rules.list().map(ruleAnswer),
    status: () => statusAnswer(data.status()),
  };
}
