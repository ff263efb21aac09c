import type { BarIndicators, MetricsClosed, MetricsLive, Statistics, Window } from '@screener/events';
import { limits } from '../limits.ts';

/** What is known of an instrument's numbers now: those with the minute in progress where they are newer. */
export interface CurrentMetrics {
  readonly instrument: string;
  /** When the price was true, event time. */
  readonly timeMs: number;
  readonly price: number;
  readonly live: boolean;
  readonly windows: readonly Window[];
  readonly indicators: readonly BarIndicators[];
  /** As of the newest closed minute, as indicators are. */
  readonly statistics: Statistics | undefined;
}

const MINUTE_MS = 60_000;

/** Fold over metrics.closed and metrics.live: the newest of each per instrument. */
export class MetricsView {
  readonly #closed = new Map<string, MetricsClosed>();
  readonly #live = new Map<string, MetricsLive>();

  applyClosed(event: MetricsClosed): boolean {
    const known = this.#closed.get(event.instrument);
    if (known ? known.openTime > event.openTime : this.#closed.size >= limits.instruments) return false;
    this.#closed.set(event.instrument, event);
    return true;
  }

  applyLive(event: MetricsLive): boolean {
    const known = this.#live.get(event.instrument);
    if (known ? known.eventTime > event.eventTime : this.#live.size >= limits.instruments) return false;
    this.#live.set(event.instrument, event);
    return true;
  }

  closed(instrument: string): MetricsClosed | undefined {
    return this.#closed.get(instrument);
  }

  /** How many instruments have metrics of a closed minute. */
  get size(): number {
    return this.#closed.size;
  }

  current(instrument: string): CurrentMetrics | undefined {
    const closed = this.#closed.get(instrument);
    const live = this.#live.get(instrument);
    const slow = { indicators: closed?.indicators ?? [], statistics: closed?.statistics ?? undefined };
    // Once a minute is closed its closed numbers are the better ones for it.
    if (live && (!closed || live.openTime > closed.openTime)) {
      const { price, eventTime, windows } = live;
      return { instrument, timeMs: eventTime, price, live: true, windows: join(windows, closed?.windows), ...slow };
    }
    if (!closed) return undefined;
    const { price, openTime, windows } = closed;
    return { instrument, timeMs: openTime + MINUTE_MS - 1, price, live: false, windows, ...slow };
  }
}

/** The live windows, and the closed ones of lengths that the live event does not carry. */
function join(live: readonly Window[], closed: readonly Window[] | undefined): readonly Window[] {
  if (!closed) return live;
  const missing = closed.filter((window) => !live.some((other) => other.minutes === window.minutes));
  return missing.length === 0 ? live : [...live, ...missing].sort((a, b) => a.minutes - b.minutes);
}
