/** The table of all instruments as clients see it: once a second the rows that changed, as one batch. */
import type { InstrumentStatus, Window } from '@screener/events';
import { type ChangeBasis, changePercent, vcp } from '@screener/market';
import { times } from './limits.ts';
import { Signal } from './signal.ts';
import type { InstrumentsView } from './views/instruments-view.ts';
import type { MetricsView } from './views/metrics-view.ts';

/** One row. `null`: not known yet. */
export interface Ticker {
  readonly instrument: string;
  readonly symbol: string;
  readonly status: InstrumentStatus;
  readonly simulated: boolean;
  readonly live: boolean;
  readonly stale: boolean;
  readonly timeMs: number | null;
  readonly price: number | null;
  readonly change5m: number | null;
  readonly change15m: number | null;
  readonly change1h: number | null;
  readonly change4h: number | null;
  readonly change8h: number | null;
  readonly change1d: number | null;
  readonly volume5m: number | null;
  readonly volume1h: number | null;
  readonly volume1d: number | null;
  readonly rsi1h: number | null;
  readonly vcp5m: number | null;
  readonly vcp1h: number | null;
}

export interface TickerBatch {
  readonly timeMs: number;
  readonly full: boolean;
  readonly tickers: readonly Ticker[];
}

export interface TickerSources {
  readonly instruments: InstrumentsView;
  readonly metrics: MetricsView;
  readonly basis: ChangeBasis;
}

export class TickerBoard {
  /** The rows that changed in a second; silent when none did. */
  readonly changed = new Signal<TickerBatch>();
  readonly #sources: TickerSources;
  readonly #rows = new Map<string, Ticker>();
  readonly #touched = new Set<string>();
  readonly #seenMs = new Map<string, number>();
  #timeMs = 0;

  constructor(sources: TickerSources) {
    this.#sources = sources;
  }

  touch(instrument: string, seenMs: number): void {
    this.#touched.add(instrument);
    this.#seenMs.set(instrument, Math.max(seenMs, this.#seenMs.get(instrument) ?? 0));
  }

  /** All rows as of the last tick: what the batches since the beginning add up to. */
  all(): TickerBatch {
    return { timeMs: this.#timeMs, full: true, tickers: this.#inOrder() };
  }

  tick(nowMs: number): void {
    this.#timeMs = nowMs;
    const tickers: Ticker[] = [];
    for (const { instrument } of this.#sources.instruments.list()) {
      const row = this.#rows.get(instrument);
      const stale = nowMs - (this.#seenMs.get(instrument) ?? 0) > times.tickerStaleMs;
      if (row && row.stale === stale && !this.#touched.has(instrument)) continue;
      const fresh = tickerOf(this.#sources, instrument, stale);
      if (!fresh || (row && isSame(row, fresh))) continue;
      this.#rows.set(instrument, fresh);
      tickers.push(fresh);
    }
    this.#touched.clear();
    if (tickers.length > 0) this.changed.emit({ timeMs: nowMs, full: false, tickers });
  }

  #inOrder(): Ticker[] {
    return this.#sources.instruments.list().flatMap(({ instrument }) => this.#rows.get(instrument) ?? []);
  }
}

/** The row of one instrument; undefined when it is not known. */
export function tickerOf(sources: TickerSources, instrument: string, stale: boolean): Ticker | undefined {
  const known = sources.instruments.get(instrument);
  if (!known) return undefined;
  const metrics = sources.metrics.current(instrument);
  const of = (minutes: number, read: (window: Window) => number | undefined): number | null => {
    const window = metrics?.windows.find((candidate) => candidate.minutes === minutes);
    return orNull(window && read(window));
  };
  const change = (minutes: number) => of(minutes, (window) => changePercent(window, sources.basis));
  const volume = (minutes: number) => of(minutes, (window) => window.quoteVolume);
  return {
    instrument,
    symbol: known.symbol,
    status: known.status,
    simulated: known.simulated === true,
    live: metrics?.live === true,
    stale,
    timeMs: metrics?.timeMs ?? null,
    price: orNull(metrics?.price),
    change5m: change(5),
    change15m: change(15),
    change1h: change(60),
    change4h: change(240),
    change8h: change(480),
    change1d: change(1_440),
    volume5m: volume(5),
    volume1h: volume(60),
    volume1d: volume(1_440),
    rsi1h: orNull(metrics?.indicators.find((bar) => bar.interval === '1h')?.rsi),
    vcp5m: of(5, vcp),
    vcp1h: of(60, vcp),
  };
}

/** What cannot be told as a number is not told: JSON has no NaN and no Infinity. */
export const orNull = (value: number | null | undefined): number | null =>
  value === undefined || value === null || !Number.isFinite(value) ? null : value;

function isSame(a: Ticker, b: Ticker): boolean {
  // The time alone is no news: a price said again is the same price.
  return (Object.keys(a) as (keyof Ticker)[]).every((key) => key === 'timeMs' || a[key] === b[key]);
}
