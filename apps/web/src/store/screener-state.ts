import type { Connection } from '../client/connection.ts';
import type { Start } from '../client/screener-client.ts';
import type {
  Alert,
  AlertSummary,
  Instrument,
  Market,
  Rule,
  Sparkline,
  Status,
  Ticker,
  TickerBatch,
} from '../model.ts';
import { splitSymbol } from './split-symbol.ts';

/** Everything the page shows, as one immutable value; each function below folds one piece of news into it. */
export interface ScreenerState {
  readonly connection: Connection;
  readonly status: Status | null;
  /** When the page last heard of the gateway, and of any price (the page's own clock) */
  readonly statusAtMs: number | null;
  readonly tickersAtMs: number | null;
  /** The gateway has told its history, so that an empty list means: there is none */
  readonly complete: boolean;
  readonly rows: ReadonlyMap<string, Row>;
  readonly closes: ReadonlyMap<string, readonly number[]>;
  readonly instruments: ReadonlyMap<string, Instrument>;
  readonly rules: ReadonlyMap<string, Rule>;
  /** The market as a whole as of its newest closed minute */
  readonly market: Market | null;
  /** Newest first */
  readonly alerts: readonly FeedAlert[];
  /** What fired beside the alerts of a minute, by `summaryKey` */
  readonly summaries: ReadonlyMap<string, AlertSummary>;
  /** The last one that was retracted while the page was looking */
  readonly retracted: FeedAlert | null;
}

export interface Row extends Ticker {
  readonly base: string;
  readonly quote: string;
  readonly tickSize: number | null;
  /** Where the price went last, and how often it moved: a changed count is what makes the cell flash */
  readonly direction: 'up' | 'down' | null;
  readonly moves: number;
}

export interface FeedAlert extends Alert {
  /** Came while the page was looking, so it slides in and is read out */
  readonly fresh: boolean;
}

/** The feed's length: more than anybody scrolls, and bounded on a page that stays open for weeks. */
export const FEED_ALERTS_MAX = 200;

export function emptyState(connection: Connection): ScreenerState {
  return {
    connection,
    status: null,
    statusAtMs: null,
    tickersAtMs: null,
    complete: false,
    rows: new Map(),
    closes: new Map(),
    instruments: new Map(),
    rules: new Map(),
    market: null,
    alerts: [],
    summaries: new Map(),
    retracted: null,
  };
}

function rowOf(ticker: Ticker, previous: Row | undefined, instrument: Instrument | undefined): Row {
  const { base, quote } = instrument ?? previous ?? splitSymbol(ticker.symbol);
  const tickSize = instrument?.tickSize ?? previous?.tickSize ?? null;
  const before = previous?.price ?? null;
  const moved = before !== null && ticker.price !== null && ticker.price !== before;
  return {
    ...ticker,
    base,
    quote,
    tickSize,
    direction: moved ? (Number(ticker.price) > before ? 'up' : 'down') : (previous?.direction ?? null),
    moves: (previous?.moves ?? 0) + (moved ? 1 : 0),
  };
}

export function withTickers(state: ScreenerState, batch: TickerBatch, nowMs: number): ScreenerState {
  const rows = new Map(batch.full ? [] : state.rows);
  for (const ticker of batch.tickers) {
    const { instrument } = ticker;
    rows.set(instrument, rowOf(ticker, state.rows.get(instrument), state.instruments.get(instrument)));
  }
  // A list of instruments without a single price is not yet news of the market.
  const priced = batch.tickers.some((ticker) => ticker.price !== null);
  return { ...state, rows, tickersAtMs: priced ? nowMs : state.tickersAtMs };
}

export function withSparklines(state: ScreenerState, sparklines: readonly Sparkline[]): ScreenerState {
  return { ...state, closes: new Map(sparklines.map(({ instrument, closes }) => [instrument, closes])) };
}

export function withStatus(state: ScreenerState, status: Status, nowMs: number): ScreenerState {
  return { ...state, status, statusAtMs: nowMs };
}

export function withMarket(state: ScreenerState, market: Market): ScreenerState {
  return { ...state, market };
}

export function withConnection(state: ScreenerState, connection: Connection): ScreenerState {
  return { ...state, connection };
}

/**
 * Newest first by event time, each once: the same alert always has the same id. One that is known is replaced where it was
 * amended or retracted since; an answer that was asked for may be older than what the subscription has told (`fresh`).
 */
export function withAlerts(state: ScreenerState, alerts: readonly Alert[], fresh: boolean): ScreenerState {
  const byId = new Map(state.alerts.map((alert) => [alert.id, alert]));
  let { retracted } = state;
  let changed = false;
  for (const alert of alerts) {
    const known = byId.get(alert.id);
    if (known !== undefined && !isNewer(alert, known, fresh)) continue;
    const told = { ...alert, fresh: known?.fresh ?? (fresh && alert.status !== 'retracted') };
    byId.set(alert.id, told);
    if (fresh && known !== undefined && alert.status === 'retracted') retracted = told;
    changed = true;
  }
  if (!changed) return state;
  const sorted = Array.from(byId.values()).sort((a, b) => b.triggeredAtMs - a.triggeredAtMs);
  return { ...state, alerts: sorted.slice(0, FEED_ALERTS_MAX), retracted };
}

/** An instrument's minute. */
export const summaryKey = ({ instrument, time }: Pick<AlertSummary, 'instrument' | 'time'>): string =>
  `${instrument} ${time}`;

/** The larger count is the later word: of very many alerts there are several. */
export function withSummaries(state: ScreenerState, summaries: readonly AlertSummary[]): ScreenerState {
  const merged = new Map(state.summaries);
  let changed = false;
  for (const summary of summaries) {
    const key = summaryKey(summary);
    if (summary.count <= (merged.get(key)?.count ?? 0)) continue;
    merged.set(key, summary);
    changed = true;
  }
  return changed ? { ...state, summaries: new Map([...merged].slice(-FEED_ALERTS_MAX)) } : state;
}

/** What was retracted stays so; otherwise the later word counts, of two of the same time that of the subscription. */
function isNewer(alert: Alert, known: Alert, fresh: boolean): boolean {
  if (known.status === 'retracted') return false;
  if (alert.status === 'retracted') return true;
  const [atMs, knownAtMs] = [alert.statusAtMs ?? 0, known.statusAtMs ?? 0];
  if (atMs !== knownAtMs) return atMs > knownAtMs;
  return (known.provisional && !alert.provisional) || (fresh && alert.status === 'amended');
}

export function withStart(state: ScreenerState, start: Start, nowMs: number): ScreenerState {
  const instruments = new Map(start.instruments.map((instrument) => [instrument.instrument, instrument]));
  const rules = new Map(start.rules.map((rule) => [rule.id, rule]));
  let next = withStatus({ ...state, instruments, rules, complete: !start.status.priming }, start.status, nowMs);
  next = withSparklines(next, start.sparklines);
  // The subscription may have been quicker, and then knows better: this answer only adds what is not there yet,
  // and what it says about base, quote and price step.
  const newer = new Map(next.rows);
  next = withTickers({ ...next, rows: new Map() }, { timeMs: nowMs, full: true, tickers: start.tickers }, nowMs);
  const rows = new Map(next.rows);
  for (const [id, row] of newer) {
    const { base, quote, tickSize } = instruments.get(id) ?? row;
    rows.set(id, { ...row, base, quote, tickSize });
  }
  next = withSummaries({ ...next, rows }, start.alertSummaries);
  return withAlerts(next, start.alerts.alerts, false);
}
