/**
 * Decides when a minute is over in a partition: when every instrument that is expected there has got past it, or when
 * the wait is over, naming who is missing. Minutes of a partition come in order, none left out. Pure.
 */
import { MINUTE_MS } from '@screener/market';

export interface Expected {
  readonly instrument: string;
  readonly partition: number;
  /** Open time of the next candle to be written; undefined while nothing is expected of the instrument yet. */
  readonly next: number | undefined;
}

export interface Marker {
  readonly partition: number;
  readonly openTime: number;
  readonly missing: readonly string[];
}

export interface MinuteMarkersOptions {
  /** The first minute of each partition that gets a marker. */
  readonly first: ReadonlyMap<number, number>;
  /** Exchange time at which we (re)started: minutes that were over by then are being fetched and get more time. */
  readonly startedAt: number;
  /** How long after a minute's end its candles may come, in exchange time. */
  readonly waitMs: number;
  readonly catchUpWaitMs: number;
  /** In an accelerated simulation exchange time leaps: what has arrived must also be read. Wall clock. */
  readonly graceMs: number;
}

/** So many markers of a partition at a time: others are due as well, and the rest comes soon after. */
export const markersAtATimeMax = 240;
/** Who was missing so often in a row is named, but no longer waited for: one sick symbol never holds up another. */
const patience = 2;

interface Place {
  next: number;
  /** Wall clock time since when the wait for `next` is over. */
  overdueSince: number | undefined;
}

export class MinuteMarkers {
  readonly #options: MinuteMarkersOptions;
  readonly #places: ReadonlyMap<number, Place>;
  readonly #absences = new Map<string, number>();

  constructor(options: MinuteMarkersOptions) {
    this.#options = options;
    this.#places = new Map(
      [...options.first].map(([partition, next]) => [partition, { next, overdueSince: undefined }]),
    );
  }

  /** The minute whose marker comes next. */
  next(partition: number): number | undefined {
    return this.#places.get(partition)?.next;
  }

  /** The markers that are due now. */
  due(expected: readonly Expected[], exchangeTime: number, wallTime: number): readonly Marker[] {
    const markers: Marker[] = [];
    const byPartition = Map.groupBy(expected, ({ partition }) => partition);
    for (const [partition, place] of this.#places) {
      const here = byPartition.get(partition) ?? [];
      for (let count = 0; count < markersAtATimeMax && place.next + MINUTE_MS <= exchangeTime; count++) {
        const behind = here.filter(({ next }) => next !== undefined && next <= place.next);
        const names = new Set(behind.map(({ instrument }) => instrument));
        if (!this.#settled(place, behind, exchangeTime, wallTime)) break;
        for (const { instrument } of here) {
          this.#absences.set(instrument, names.has(instrument) ? (this.#absences.get(instrument) ?? 0) + 1 : 0);
        }
        markers.push({ partition, openTime: place.next, missing: [...names] });
        place.next += MINUTE_MS;
        place.overdueSince = undefined;
      }
    }
    return markers;
  }

  #settled(place: Place, behind: readonly Expected[], exchangeTime: number, wallTime: number): boolean {
    const { startedAt, waitMs, catchUpWaitMs, graceMs } = this.#options;
    const end = place.next + MINUTE_MS;
    const catchingUp = end <= startedAt;
    if (!catchingUp && behind.every(({ instrument }) => (this.#absences.get(instrument) ?? 0) >= patience)) return true;
    if (behind.length === 0) return true;
    if (exchangeTime < (catchingUp ? startedAt + catchUpWaitMs : end + waitMs)) return false;
    place.overdueSince ??= wallTime;
    return wallTime - place.overdueSince >= graceMs;
  }
}
