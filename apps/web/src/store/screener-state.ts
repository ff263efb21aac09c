import type { Connection } from '../client/connection.ts';
import type { Start } from '../client/screener-client.ts';
import type { Alert, Instrument, Market, Rule, Sparkline, Status, Ticker, TickerBatch } from '../model.ts';
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

/** Adds alerts not seen yet, newest first by event time; the same alert always has the same id. */
export function withAlerts(state: ScreenerState, alerts: readonly Alert[], fresh: boolean): ScreenerState {
  const known = new Set(state.alerts.map(({ id }) => id));
  const added = alerts.filter(({ id }) => !known.has(id)).map((alert) => ({ ...alert, fresh }));
  if (added.length === 0) return state;
  const merged = [...added, ...state.alerts].sort((a, b) => b.triggeredAtMs - a.triggeredAtMs);
  return { ...state, alerts: merged.slice(0, FEED_ALERTS_MAX) };
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
  return withAlerts({ ...next, rows }, start.alerts.alerts, false);
}
