/** All exchanges and partitions of one collector: what is due, asked many times a second. */
import { reasonOf } from '@screener/errors';
import type { ExchangeProblem } from '@screener/exchanges';
import { type NewRecord, partitionOf } from '@screener/log';
import type { Logger } from '@screener/service';
import type { ExchangeFeed } from './exchange-feed.ts';
import type { Figures } from './figures.ts';
import { InvalidFrames } from './invalid-frames.ts';
import type { PartitionCollection } from './partition-collection.ts';

export interface CollectorParts {
  readonly feeds: readonly ExchangeFeed[];
  readonly figures: Figures;
  readonly logger: Logger;
  readonly now: () => number;
  readonly partitions: number;
}

/** An exchange that stands still holds markers up no longer than so, while others go on. */
const behindMsMax = 10_000;

export class Collector {
  readonly #parts: CollectorParts;
  readonly #owned = new Map<number, PartitionCollection>();
  readonly #invalid: InvalidFrames;

  constructor(parts: CollectorParts) {
    this.#parts = parts;
    const { figures } = parts;
    this.#invalid = new InvalidFrames({
      ...parts,
      counted: (reason) => figures.problem(reason),
      write: (record, instrument) => this.#writeAnywhere(record, instrument),
      kept: (kept) => {
        if (kept) figures.deadLetters++;
        else figures.deadLettersLeftOut++;
      },
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

  /** A minute is over when it is over at every exchange, as far as they can be heard. */
  readonly time = (): number => {
    const times = this.#parts.feeds.flatMap(({ time }) => (time === undefined ? [] : [time.now]));
    return times.length === 0 ? 0 : Math.max(Math.min(...times), Math.max(...times) - behindMsMax);
  };

  tick(): void {
    const wallTime = this.#parts.now();
    for (const feed of this.#parts.feeds) feed.tick(wallTime);
    const time = this.time();
    for (const partition of this.#owned.values()) partition.tick(time, wallTime);
  }

  /** Asks every exchange for its instruments; one that does not answer is asked again next time. */
  async refresh(): Promise<void> {
    const { feeds, logger, now } = this.#parts;
    await Promise.all(
      feeds.map(async (feed) => {
        if (feed.isBanned(now())) return;
        try {
          await feed.refresh();
        } catch (cause) {
          logger.warn(`the instruments of ${feed.name} cannot be listed: ${reasonOf(cause)}`, { cause });
          return;
        }
        for (const partition of this.#owned.values()) partition.reconcile(feed);
      }),
    );
  }

  #writeAnywhere(record: NewRecord, instrument: string | undefined): boolean {
    const own = instrument === undefined ? undefined : this.#owned.get(partitionOf(instrument, this.#parts.partitions));
    const [any] = this.#owned.values();
    return (own ?? any)?.write(record) ?? false;
  }
}
