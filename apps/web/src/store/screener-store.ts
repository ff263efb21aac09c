import { nextConnection, startConnection } from '../client/connection.ts';
import type { ScreenerFeed } from '../client/screener-client.ts';
import type { Alert } from '../model.ts';
import {
  emptyState,
  type ScreenerState,
  withAlerts,
  withConnection,
  withMarket,
  withSparklines,
  withStart,
  withStatus,
  withSummaries,
  withTickers,
} from './screener-state.ts';

/** The one store of market data: folds the feed into a state and tells its listeners once per piece of news. */
export interface ScreenerStore {
  readonly feed: ScreenerFeed;
  getState(): ScreenerState;
  subscribe(listener: () => void): () => void;
}

/** Alerts that come within this time are one piece of news: a minute in which everything moves brings thousands. */
const ALERTS_GATHER_MS = 50;

export function createScreenerStore(
  now: () => number,
  later: (work: () => void) => void = (work) => void setTimeout(work, ALERTS_GATHER_MS),
): ScreenerStore {
  let state = emptyState(startConnection(now()));
  let gathered: Alert[] = [];
  const listeners = new Set<() => void>();

  function become(next: ScreenerState): void {
    if (next === state) return;
    state = next;
    for (const listener of listeners) listener();
  }

  function gatherAlert(alert: Alert): void {
    gathered.push(alert);
    if (gathered.length > 1) return;
    later(() => {
      const alerts = gathered;
      gathered = [];
      become(withAlerts(state, alerts, true));
    });
  }

  return {
    feed: {
      connectionChanged: (event) => become(withConnection(state, nextConnection(state.connection, event, now()))),
      started: (start) => become(withStart(state, start, now())),
      tickersChanged: (batch) => become(withTickers(state, batch, now())),
      sparklinesChanged: (sparklines) => become(withSparklines(state, sparklines)),
      alertTold: gatherAlert,
      alertsSummarised: (summary) => become(withSummaries(state, [summary])),
      statusChanged: (status) => become(withStatus(state, status, now())),
      marketClosed: (market) => become(withMarket(state, market)),
    },
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
