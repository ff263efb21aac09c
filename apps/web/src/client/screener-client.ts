import type {
  Alert,
  AlertSummary,
  Candle,
  ChartAlert,
  Instrument,
  Market,
  MetricDescription,
  Numbers,
  Rule,
  Sparkline,
  Status,
  Ticker,
  TickerBatch,
} from '../model.ts';
import type { ConnectionEvent } from './connection.ts';

/** Everything the page learns unasked. */
export interface ScreenerFeed {
  connectionChanged(event: ConnectionEvent): void;
  /** After each opening of the line: what is known now, including alerts missed while it was down. */
  started(start: Start): void;
  tickersChanged(batch: TickerBatch): void;
  sparklinesChanged(sparklines: readonly Sparkline[]): void;
  /** A new alert, or one that is known as it is now: amended or retracted. */
  alertTold(alert: Alert): void;
  alertsSummarised(summary: AlertSummary): void;
  statusChanged(status: Status): void;
  marketClosed(market: Market): void;
}

export interface Start {
  readonly status: Status;
  readonly instruments: readonly Instrument[];
  readonly tickers: readonly Ticker[];
  readonly sparklines: readonly Sparkline[];
  readonly rules: readonly Rule[];
  readonly alerts: { readonly alerts: readonly Alert[] };
  readonly alertSummaries: readonly AlertSummary[];
}

/** The page's only way to the world. Not its job: keeping state, drawing, deciding what is stale. */
export interface ScreenerClient {
  /** Connects, keeps reconnecting for ever, and feeds until the returned function is called. */
  start(feed: ScreenerFeed): () => void;
  candles(instrument: string, interval: string, signal: AbortSignal): Promise<readonly Candle[]>;
  alertsOf(instrument: string, signal: AbortSignal): Promise<readonly ChartAlert[]>;
  /** null: none of its minutes is closed yet. */
  numbers(instrument: string, signal: AbortSignal): Promise<Numbers | null>;
  metricTable(signal: AbortSignal): Promise<readonly MetricDescription[]>;
  /** The candle in progress, until the returned function is called; survives reconnects. */
  watchCandle(instrument: string, interval: string, onCandle: (candle: Candle) => void): () => void;
}
