/** All exchanges and partitions of one collector: what is due, asked many times a second. */
import { reasonOf } from '@screener/errors';
import type { ExchangeProblem } from '@screener/exchanges';
import { type Log, type NewRecord, partitionOf } from '@screener/log';
import type { Logger } from '@screener/service';
import { DayRound } from './day-round.ts';
import type { ExchangeFeed } from './exchange-feed.ts';
import type { ExchangeTime } from './exchange-time.ts';
import type { Figures } from './figures.ts';
import { InvalidFrames } from './invalid-frames.ts';
import type { PartitionCollection } from './partition-collection.ts';

export interface CollectorParts {
  readonly feeds: readonly ExchangeFeed[];
  readonly figures: Figures;
  readonly logger: Logger;
  readonly now: () => number;
  readonly log: Pick<Log, 'reader'>;
  readonly partitions: number;
}

/** An exchange that is not heard holds markers up no longer than so, while others go on. */
const behindMsMax = 10_000;

export class Collector {
  readonly #parts: CollectorParts;
  readonly #owned = new Map<number, PartitionCollection>();
  readonly #invalid: InvalidFrames;
  readonly #dayRound: DayRound;
  readonly #refreshing = new Set<ExchangeFeed>();

  constructor(parts: CollectorParts) {
    this.#parts = parts;
    const { figures } = parts;
    this.#dayRound = new DayRound(parts);
    this.#invalid = new InvalidFrames({
      ...parts,
      counted: (reason) => figures.problem(reason),
      write: (record, instrument) => this.#writeAnywhere(record, instrument),
      kept: (kept) => figures.letter(kept),
    });
  }

  get owned(): ReadonlyMap<number, PartitionCollection> {
    return this.#owned;
  }

  readonly problem = (problem: ExchangeProblem, source: string, instrument: string | undefined): void =>
    this.#invalid.add({ problem, source, instrument });

  readonly opened = (partition: PartitionCollection): void => {
    this.#owned.set(partition.partition, partition);
  };

  readonly closed = (partition: PartitionCollection): void => {
    if (this.#owned.get(partition.partition) === partition) this.#owned.delete(partition.partition);
  };

  /** A minute is over when it is over at every exchange that is heard; for the others there is an end of waiting. */
  readonly time = (): number => {
    const wallTime = this.#parts.now();
    const times = this.#parts.feeds.flatMap(({ time }) => (time === undefined ? [] : [time]));
    const [heard, silent] = [times.filter(isHeard), times.filter((time) => !isHeard(time))];
    function isHeard({ heardAt }: ExchangeTime): boolean {
      return wallTime - heardAt < behindMsMax;
    }
    if (times.length === 0) return 0;
    const all = (some: readonly ExchangeTime[]): number[] => some.map(({ now }) => now);
    if (heard.length === 0) return Math.max(Math.min(...all(times)), Math.max(...all(times)) - behindMsMax);
    const slowest = Math.min(...all(heard));
    return Math.min(slowest, ...all(silent).map((now) => Math.max(now, slowest - behindMsMax)));
  };

  tick(): void {
    const wallTime = this.#parts.now();
    for (const feed of this.#parts.feeds) feed.tick(wallTime);
    const time = this.time();
    for (const partition of this.#owned.values()) partition.tick(time, wallTime);
    this.#dayRound.tick(this.#owned.values(), time);
  }

  /** Asks every exchange for its instruments; one that does not answer is asked again next time, and holds up no other. */
  async refresh(): Promise<void> {
    const { feeds, logger, now } = this.#parts;
    await Promise.all(
      feeds.map(async (feed) => {
        if (feed.isBanned(now())) return;
        try {
          await this.refreshOne(feed);
        } catch (cause) {
          const text = `the instruments of ${feed.name} cannot be listed: ${reasonOf(cause)}`;
          logger.warn(`${text}; those known stay, and they are asked for again in half a minute`, { cause });
        }
      }),
    );
  }

  /** Unless that is under way. Throws where it does not answer. */
  async refreshOne(feed: ExchangeFeed): Promise<void> {
    if (this.#refreshing.has(feed)) return;
    this.#refreshing.add(feed);
    try {
      await feed.refresh();
      for (const partition of this.#owned.values()) partition.reconcile(feed);
    } finally {
      this.#refreshing.delete(feed);
    }
  }

  #writeAnywhere(record: NewRecord, instrument: string | undefined): boolean {
    const own = instrument === undefined ? undefined : this.#owned.get(partitionOf(instrument, this.#parts.partitions));
    const [any] = this.#owned.values();
    return (own ?? any)?.write(record) ?? false;
  }
}
