/** What the root fields of Subscription listen to. */
import { type IntervalName, intervalMinutes } from '@screener/market';
import { BarFollower } from '../bar-follower.ts';
import { type ChartBar, openBar } from '../bars.ts';
import { type GatewayData, instrumentOf, intervalOf } from '../gateway-data.ts';
import { limits, times } from '../limits.ts';
import { matches } from '../views/alerts-view.ts';
import { alertAnswer, candleAnswer, marketAnswer, statusAnswer, summaryAnswer } from './answers.ts';
import type { Sources } from './operations.ts';
import { optionalText, text } from './resolvers.ts';
import type { Source } from './source.ts';

export function subscriptionSources(data: GatewayData): Sources {
  return {
    tickers: () => ({
      kind: 'latest',
      current: () => data.board.all(),
      listen: (listener) => data.board.changed.listen(listener),
    }),
    status: () => ({
      kind: 'latest',
      current: () => statusAnswer(data.status()),
      listen: (listener) => data.statusTold.listen((status) => listener(statusAnswer(status))),
    }),
    market: () => ({
      kind: 'latest',
      current: () => data.views.market.newest && marketAnswer(data.views.market.newest),
      listen: (listener) => data.views.marketClosed.listen((event) => listener(marketAnswer(event))),
    }),
    alerts(args) {
      const symbol = optionalText(args, 'symbol');
      const filter = {
        instrument: symbol === undefined ? undefined : instrumentOf(data, symbol).instrument,
        rule: optionalText(args, 'rule'),
      };
      return {
        kind: 'each',
        waitingMost: limits.alertsWaiting,
        current: () => undefined,
        listen: (listener) =>
          data.views.alerted.listen((alert) => matches(alert, filter) && listener(alertAnswer(alert))),
      };
    },
    alertSummaries: () => ({
      kind: 'each',
      waitingMost: limits.alertsWaiting,
      current: () => undefined,
      listen: (listener) => data.views.summarised.listen((summary) => listener(summaryAnswer(summary))),
    }),
    candle: (args) =>
      candleSource(data, instrumentOf(data, text(args, 'symbol')).instrument, intervalOf(text(args, 'interval'))),
  };
}

/** Bars of one instrument; what comes within a moment is told together, of a backfill only its newest bars. */
function candleSource(data: GatewayData, instrument: string, interval: IntervalName): Source {
  const { candles, minuteClosed, minuteInProgress } = data.views;
  const minutes = intervalMinutes[interval];
  let newest: ChartBar | undefined;

  const answer = (bar: ChartBar) => ({ instrument, interval, closed: bar.closed, candle: candleAnswer(bar) });
  return {
    kind: 'each',
    current: () => newest && answer(newest),
    listen(listener) {
      let follower: BarFollower | undefined;
      let listening = true;
      let timer: NodeJS.Timeout | undefined;
      const pending = new Map<number, ChartBar>();
      const flush = (): void => {
        timer = undefined;
        const bars = [...pending.values()].slice(-limits.barsTold);
        pending.clear();
        for (const bar of bars) listener(answer(bar));
      };
      const tell = (bar: ChartBar | undefined): void => {
        if (!bar) return;
        newest = bar;
        pending.set(bar.openTime, bar);
        timer ??= setTimeout(flush, times.barsToldMs);
      };
      // Until the database has told the older part of the bar nothing is told: the first bar must be right.
      openBar({ candles, history: data.history }, instrument, minutes)
        .catch(() => openBar({ candles, history: undefined }, instrument, minutes))
        .then((open) => {
          if (!listening) return;
          follower = new BarFollower(minutes, open);
          const live = candles.inProgress(instrument);
          tell((live && follower.peek(live)) ?? follower.newest());
        });
      const off = [
        minuteClosed.listen(instrument, (candle) => tell(follower?.close(candle))),
        minuteInProgress.listen(instrument, (candle) => tell(follower?.peek(candle))),
      ];
      return () => {
        listening = false;
        clearTimeout(timer);
        for (const stop of off) stop();
      };
    },
  };
}
