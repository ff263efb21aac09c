import { type Client, createClient } from 'graphql-ws/client';
import { closeReason, retryWaitMs } from './connection.ts';
import { askGraphql } from './graphql-http.ts';
import {
  alertsOfQuery,
  alertsSubscription,
  candleSubscription,
  candlesQuery,
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
const START_RETRY_WAIT_MS = 2000;
const MINUTE_MS = 60_000;
/** Closed minutes reach the gateway within a few seconds of the minute's end. */
const SPARKLINES_AFTER_MINUTE_MS = 3000;
const SPARKLINES_WHILE_PRIMING_MS = 5000;

export function createGraphqlScreenerClient(origin: string): ScreenerClient {
  const httpUrl = `${origin}/graphql`;
  const wsUrl = httpUrl.replace(/^http/, 'ws');
  let feed: ScreenerFeed | undefined;
  let stopOpened = new AbortController();
  let priming = true;

  const client = createFeedingClient(wsUrl, {
    attempted: () => feed?.connectionChanged({ kind: 'attempted' }),
    opened: () => {
      feed?.connectionChanged({ kind: 'opened' });
      stopOpened = new AbortController();
      void askStart(stopOpened.signal);
      void refreshSparklines(stopOpened.signal);
    },
    closed: (reason) => {
      stopOpened.abort();
      feed?.connectionChanged({ kind: 'closed', reason });
    },
  });

  async function askStart(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const start = await askGraphql(httpUrl, startQuery, {}, signal);
        feed?.started(start);
        return;
      } catch {
        // The subscriptions already fill the table; this adds history, so it just tries again.
        await waitMs(START_RETRY_WAIT_MS, signal);
      }
    }
  }

  async function refreshSparklines(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const sinceMinuteMs = Date.now() % MINUTE_MS;
      await waitMs(
        priming ? SPARKLINES_WHILE_PRIMING_MS : MINUTE_MS - sinceMinuteMs + SPARKLINES_AFTER_MINUTE_MS,
        signal,
      );
      if (signal.aborted) return;
      await askGraphql(httpUrl, sparklinesQuery, {}, signal)
        .then((answer) => feed?.sparklinesChanged(answer.sparklines))
        // Older sparklines stay until the next round.
        .catch(() => undefined);
    }
  }

  return {
    start(newFeed) {
      feed = newFeed;
      const stops = [
        keepSubscribed(client, tickersSubscription, {}, (data) => newFeed.tickersChanged(data.tickers)),
        keepSubscribed(client, alertsSubscription, {}, (data) => newFeed.alertTriggered(data.alerts)),
        keepSubscribed(client, statusSubscription, {}, (data) => {
          priming = data.status.priming;
          newFeed.statusChanged(data.status);
        }),
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
    watchCandle(instrument, interval, onCandle) {
      return keepSubscribed(client, candleSubscription, { symbol: instrument, interval }, (data) =>
        onCandle(data.candle.candle),
      );
    },
  };
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
