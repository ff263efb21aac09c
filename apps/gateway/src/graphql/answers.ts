/** Events and rows in the shape of the GraphQL schema. */
import type {
  AlertTriggered,
  InstrumentChanged,
  MarketClosed,
  MarketLeader,
  RuleSaved,
  Window,
} from '@screener/events';
import {
  type ChangeBasis,
  changePercent,
  type FlatMetric,
  fibonacciPivots,
  flatMetrics,
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
import type { MarketView } from '../views/market-view.ts';
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

export interface MetricsContext {
  readonly basis: ChangeBasis;
  /** Every number there is: with CUSTOM_WINDOWS more than by default. */
  readonly metricTable: readonly FlatMetric[];
  readonly market: MarketView;
}

export const metricsAnswer = (metrics: CurrentMetrics, { basis, metricTable, market }: MetricsContext) => ({
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
  numbers: () => namedNumbers(flatMetrics(metrics, basis, metricTable)),
  standing: () => standingAnswer(metrics.instrument, market),
});

export const metricAnswer = ({ name, about, unit, interval, source }: FlatMetric) => ({
  ...{ name, about, unit, source },
  interval: interval ?? null,
});

const leaderAnswer = (leader: MarketLeader | null) =>
  leader && {
    instrument: leader.instrument,
    price: leader.price,
    change1h: orNull(leader.change_1h),
    change1d: orNull(leader.change_1d),
  };

export const marketAnswer = (event: MarketClosed) => ({
  openTimeMs: event.openTime,
  instruments: event.instruments,
  breadth: orNull(event.aboveVwap_1h),
  advancing1h: event.advancing_1h,
  declining1h: event.declining_1h,
  advancing1d: event.advancing_1d,
  declining1d: event.declining_1d,
  btc: leaderAnswer(event.btc),
  eth: leaderAnswer(event.eth),
  missing: event.missing,
});

function standingAnswer(instrument: string, market: MarketView) {
  const rank = market.rankOf(instrument);
  if (rank === undefined || market.newest === undefined) return null;
  const { instrument: _, ...numbers } = rank;
  const known = Object.entries(numbers).filter((entry): entry is [string, number] => typeof entry[1] === 'number');
  return { openTimeMs: market.newest.openTime, numbers: namedNumbers(Object.fromEntries(known)) };
}

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
