/** Events and rows in the shape of the GraphQL schema. */
import type {
  AlertChange,
  AlertTerm,
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
import type { AlertSummary } from '../views/alert-summaries-view.ts';
import type { AppHealth } from '../views/heartbeats-view.ts';
import type { MarketView } from '../views/market-view.ts';
import type { CurrentMetrics } from '../views/metrics-view.ts';
import type { ToldAlert } from '../views/told-alert.ts';

export const symbolOf = (instrument: string): string => parseInstrument(instrument)?.symbol ?? instrument;

const namedNumbers = (numbers: Readonly<Record<string, number>>) =>
  Object.entries(numbers).flatMap(([name, value]) => (Number.isFinite(value) ? [{ name, value }] : []));

export const instrumentAnswer = (event: InstrumentChanged) => ({ ...event, simulated: event.simulated === true });

/** A side of a term: JSON has no NaN and no Infinity, as text they can be told. */
const sideAnswer = (value: number | null, text: string | null | undefined) =>
  value !== null && !Number.isFinite(value)
    ? { number: null, text: String(value) }
    : { number: value, text: text ?? null };

export function termAnswer({ term, element, held, ...sides }: AlertTerm) {
  const left = sideAnswer(sides.left, sides.leftText);
  const right = sideAnswer(sides.right, sides.rightText);
  return {
    ...{ term, element: element ?? null, held },
    ...{ left: left.number, leftText: left.text, right: right.number, rightText: right.text },
  };
}

export const changeAnswer = ({ name, before, after }: AlertChange) => ({
  ...{ name, before: orNull(before), after: orNull(after) },
});

export const alertAnswer = (alert: ToldAlert) => ({
  ...alert,
  symbol: symbolOf(alert.instrument),
  triggeredAtMs: alert.triggeredAt,
  time: Math.floor(alert.openTime / 1_000),
  volume: orNull(alert.volume),
  changePct: orNull(alert.changePct),
  volumeIncrease: orNull(alert.volumeIncrease),
  candleSizePct: orNull(alert.candleSizePct),
  momentumScore: orNull(alert.momentumScore),
  metrics: namedNumbers(alert.metrics),
  ordinal: alert.ordinal ?? 0,
  provisional: alert.provisional === true,
  severity: alert.severity ?? 'info',
  owner: alert.owner ?? '',
  message: alert.message || alert.title,
  terms: (alert.terms ?? []).map(termAnswer),
  statusAtMs: alert.statusAt ?? null,
  reason: alert.reason ?? null,
  changes: alert.changes.map(changeAnswer),
});

export const summaryAnswer = (summary: AlertSummary) => ({
  ...summary,
  symbol: symbolOf(summary.instrument),
  time: Math.floor(summary.openTime / 1_000),
  summarisedAtMs: summary.summarisedAt,
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
