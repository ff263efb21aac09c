import { nextConnection, startConnection } from '../client/connection.ts';
import type { ScreenerFeed } from '../client/screener-client.ts';
import {
  emptyState,
  type ScreenerState,
  withAlerts,
  withConnection,
  withMarket,
  withSparklines,
  withStart,
  withStatus,
  withTickers,
} from './screener-state.ts';

/** The one store of market data: folds the feed into a state and tells its listeners once per piece of news. */
export interface ScreenerStore {
  readonly feed: ScreenerFeed;
  getState(): ScreenerState;
  subscribe(listener: () => void): () => void;
}

export function createScreenerStore(now: () => number): ScreenerStore {
  let state = emptyState(startConnection(now()));
  const listeners = new Set<() => void>();

  function become(next: ScreenerState): void {
    if (next === state) return;
    state = next;
    for (const listener of listeners) listener();
  }

  return {
    feed: {
      connectionChanged: (event) => become(withConnection(state, nextConnection(state.connection, event, now()))),
      started: (start) => become(withStart(state, start, now())),
      tickersChanged: (batch) => become(withTickers(state, batch, now())),
      sparklinesChanged: (sparklines) => become(withSparklines(state, sparklines)),
      alertTold: (alert) => become(withAlerts(state, [alert], true)),
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
