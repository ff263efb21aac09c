import { type Client, createClient } from 'graphql-ws/client';
import { closeReason, retryWaitMs } from './connection.ts';
import { askGraphql } from './graphql-http.ts';
import {
  alertSummariesSubscription,
  alertsOfQuery,
  alertsSubscription,
  candleSubscription,
  candlesQuery,
  marketSubscription,
  metricTableQuery,
  numbersQuery,
  type Operation,
  sparklinesQuery,
  startQuery,
  statusSubscription,
  tickersSubscription,
} from './operations.ts';
import type { ScreenerClient, ScreenerFeed } from './screener-client.ts';
import { waitMs } from './wait.ts';

const CANDLES_MAX = 500;
const CHART_ALERTS_MAX = 100;
const PING_EVERY_MS = 10_000;
const PONG_WITHIN_MS = 5000;
const ACK_WITHIN_MS = 5000;
const RESUBSCRIBE_WAIT_MS = 2000;
const START_AGAIN_MS = 3000;
const MINUTE_MS = 60_000;
/** Closed minutes reach the gateway within a few seconds of the minute's end. */
const SPARKLINES_AFTER_MINUTE_MS = 3000;

export function createGraphqlScreenerClient(origin: string): ScreenerClient {
  const httpUrl = `${origin}/graphql`;
  const wsUrl = httpUrl.replace(/^http/, 'ws');
  let feed: ScreenerFeed | undefined;
  let stopOpened = new AbortController();

  const client = createFeedingClient(wsUrl, {
    attempted: () => feed?.connectionChanged({ kind: 'attempted' }),
    opened: () => {
      feed?.connectionChanged({ kind: 'opened' });
      stopOpened = new AbortController();
      void keepAsking(stopOpened.signal);
    },
    closed: (reason) => {
      stopOpened.abort();
      feed?.connectionChanged({ kind: 'closed', reason });
    },
  });

  /** Asks for everything until it is complete, then once a minute for what no subscription brings. */
  async function keepAsking(signal: AbortSignal): Promise<void> {
    let complete = false;
    while (!signal.aborted) {
      if (!complete) complete = await askStart(signal);
      else await askSparklines(signal);
      await waitMs(complete ? untilNextMinuteMs(Date.now()) : START_AGAIN_MS, signal);
    }
  }

  /** True when the gateway had read its log: before that it knows only some alerts, rules and sparklines. */
  async function askStart(signal: AbortSignal): Promise<boolean> {
    try {
      const start = await askGraphql(httpUrl, startQuery, {}, signal);
      if (!signal.aborted) feed?.started(start);
      return !start.status.priming;
    } catch {
      // The subscriptions fill the table meanwhile; what is missing comes with the next try.
      return false;
    }
  }

  async function askSparklines(signal: AbortSignal): Promise<void> {
    try {
      const { sparklines } = await askGraphql(httpUrl, sparklinesQuery, {}, signal);
      if (!signal.aborted) feed?.sparklinesChanged(sparklines);
    } catch {
      // Older ones stay until the next round.
    }
  }

  return {
    start(newFeed) {
      feed = newFeed;
      const stops = [
        keepSubscribed(client, tickersSubscription, {}, (data) => newFeed.tickersChanged(data.tickers)),
        keepSubscribed(client, alertsSubscription, {}, (data) => newFeed.alertTold(data.alerts)),
        keepSubscribed(client, alertSummariesSubscription, {}, (data) => newFeed.alertsSummarised(data.alertSummaries)),
        keepSubscribed(client, statusSubscription, {}, (data) => newFeed.statusChanged(data.status)),
        keepSubscribed(client, marketSubscription, {}, (data) => newFeed.marketClosed(data.market)),
      ];
      return () => {
        feed = undefined;
        stopOpened.abort();
        for (const stop of stops) stop();
      };
    },
    async candles(instrument, interval, signal) {
      const variables = { symbol: instrument, interval, limit: CANDLES_MAX };
      return (await askGraphql(httpUrl, candlesQuery, variables, signal)).candles.candles;
    },
    async alertsOf(instrument, signal) {
      const variables = { symbol: instrument, limit: CHART_ALERTS_MAX };
      return (await askGraphql(httpUrl, alertsOfQuery, variables, signal)).alerts.alerts;
    },
    async numbers(instrument, signal) {
      return (await askGraphql(httpUrl, numbersQuery, { symbol: instrument }, signal)).metrics;
    },
    async metricTable(signal) {
      return (await askGraphql(httpUrl, metricTableQuery, {}, signal)).metricTable;
    },
    watchCandle(instrument, interval, onCandle) {
      return keepSubscribed(client, candleSubscription, { symbol: instrument, interval }, (data) =>
        onCandle(data.candle.candle),
      );
    },
  };
}

function untilNextMinuteMs(nowMs: number): number {
  return MINUTE_MS - (nowMs % MINUTE_MS) + SPARKLINES_AFTER_MINUTE_MS;
}

interface LineEvents {
  attempted(): void;
  opened(): void;
  closed(reason: string): void;
}

function createFeedingClient(wsUrl: string, line: LineEvents): Client {
  let pongMissing: ReturnType<typeof setTimeout> | undefined;
  const client = createClient({
    url: wsUrl,
    // Closes only when nothing is subscribed, which is never while the page is shown; and unlike an eager client it
    // comes back on the next subscription even after a close code that the library calls fatal.
    lazy: true,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (retries) => waitMs(retryWaitMs(retries, Math.random())),
    keepAlive: PING_EVERY_MS,
    connectionAckWaitTimeout: ACK_WITHIN_MS,
    on: {
      connecting: () => line.attempted(),
      connected: () => line.opened(),
      closed: (event) => {
        clearTimeout(pongMissing);
        const { code, reason } = event as CloseEvent;
        line.closed(closeReason(code, reason, wsUrl));
      },
      ping: (received) => {
        if (!received) pongMissing = setTimeout(() => client.terminate(), PONG_WITHIN_MS);
      },
      pong: (received) => {
        if (received) clearTimeout(pongMissing);
      },
    },
  });
  return client;
}

/** A subscription that outlives errors and completions: the library re-subscribes after a lost line, this after the rest. */
function keepSubscribed<Variables extends Readonly<Record<string, unknown>>, Data>(
  client: Client,
  operation: Operation<Variables, Data>,
  variables: Variables,
  onData: (data: Data) => void,
): () => void {
  const stopped = new AbortController();
  let unsubscribe = () => {};
  const again = () => {
    void waitMs(RESUBSCRIBE_WAIT_MS, stopped.signal).then(subscribe);
  };
  const subscribe = () => {
    if (stopped.signal.aborted) return;
    unsubscribe = client.subscribe<Data>(
      { query: operation.query, variables: { ...variables } },
      {
        next: (result) => {
          if (result.data !== undefined && result.data !== null) onData(result.data);
        },
        error: again,
        complete: again,
      },
    );
  };
  subscribe();
  return () => {
    stopped.abort();
    unsubscribe();
  };
}
