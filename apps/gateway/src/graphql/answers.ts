/** Events and rows in the shape of the GraphQL schema. */
import type { AlertTriggered, InstrumentChanged, RuleSaved, Window } from '@screener/events';
import {
  type ChangeBasis,
  changePercent,
  fibonacciPivots,
  intervalName,
  parseInstrument,
  takerShare,
  vcp,
  vwap,
} from '@screener/market';
import type { ChartBar } from '../bars.ts';
import type { Status } from '../status.ts';
import { orNull } from '../ticker-board.ts';
import type { AppHealth } from '../views/heartbeats-view.ts';
import type { CurrentMetrics } from '../views/metrics-view.ts';

export const symbolOf = (instrument: string): string => parseInstrument(instrument)?.symbol ?? instrument;

const namedNumbers = (numbers: Readonly<Record<string, number>>) =>
  Object.entries(numbers).flatMap(([name, value]) => (Number.isFinite(value) ? [{ name, value }] : []));

export const instrumentAnswer = (event: InstrumentChanged) => ({ ...event, simulated: event.simulated === true });

export const alertAnswer = (event: AlertTriggered) => ({
  ...event,
  symbol: symbolOf(event.instrument),
  triggeredAtMs: event.triggeredAt,
  time: Math.floor(event.openTime / 1_000),
  volume: orNull(event.volume),
  changePct: orNull(event.changePct),
  metrics: namedNumbers(event.metrics),
});

export const ruleAnswer = (event: RuleSaved) => ({
  ...event,
  id: event.rule,
  enabled: event.enabled !== false,
  parameters: namedNumbers(event.parameters),
});

export const candleAnswer = ({ openTime, open, high, low, close, volume, quoteVolume }: ChartBar) => ({
  time: Math.floor(openTime / 1_000),
  open,
  high,
  low,
  close,
  volume,
  quoteVolume,
});

const windowAnswer = (window: Window, basis: ChangeBasis) => ({
  ...window,
  window: intervalName(window.minutes),
  change: orNull(changePercent(window, basis)),
  vwap: orNull(vwap(window)),
  vcp: orNull(vcp(window)),
  takerShare: orNull(takerShare(window)),
  pivots: fibonacciPivots(window),
});

export const metricsAnswer = (metrics: CurrentMetrics, basis: ChangeBasis) => ({
  instrument: metrics.instrument,
  symbol: symbolOf(metrics.instrument),
  timeMs: metrics.timeMs,
  price: metrics.price,
  live: metrics.live,
  windows: metrics.windows.map((window) => windowAnswer(window, basis)),
  indicators: metrics.indicators.map(({ interval, barOpenTime, rsi }) => ({
    interval,
    barOpenTimeMs: barOpenTime,
    rsi: orNull(rsi),
  })),
});

const appAnswer = ({ app, instance, version, status, stale, text, startedAt, at, numbers }: AppHealth) => ({
  app,
  instance,
  version,
  status,
  stale,
  text,
  startedAtMs: startedAt,
  lastSeenMs: at,
  numbers: namedNumbers(numbers),
});

export const statusAnswer = (status: Status) => ({ ...status, apps: status.apps.map(appAnswer) });
