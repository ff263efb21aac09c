/**
 * Some times a day all that the log has of the last day is compared with REST: one partition at a time, so that little is held
 * in memory, and one instrument after the other, so that hardly anything is asked for at a time.
 */
import { reasonOf } from '@screener/errors';
import type { Log } from '@screener/log';
import { MINUTE_MS } from '@screener/market';
import type { Logger } from '@screener/service';
import { olderAtOnceMax, olderPlace, readOlderCandles } from './older-candles.ts';
import type { PartitionCollection } from './partition-collection.ts';
import type { RecentCandles } from './recent-candles.ts';
import type { Tracked } from './tracked.ts';

/** After a start there is enough to fetch. Exchange time. */
const firstAfterMs = 15 * MINUTE_MS;
/** Each minute is compared three times in its first day. Exchange time. */
const everyMs = 8 * 60 * MINUTE_MS;
/** Who cannot be compared for so long holds up nobody: it is looked at again in the next round. Exchange time. */
const turnMsMax = 60 * MINUTE_MS;

export interface DayRoundOptions {
  readonly log: Pick<Log, 'reader'>;
  readonly logger: Logger;
}

type Partition = Pick<PartitionCollection, 'partition' | 'tracked' | 'signal'>;

interface Turn {
  readonly partition: Partition;
  readonly tracked: readonly Tracked[];
}

export class DayRound {
  readonly #options: DayRoundOptions;
  readonly #places: RecentCandles[] = [];
  #dueAt: number | undefined;
  #turns: Turn[] = [];
  #turn: Turn | undefined;
  #turnEnds = 0;
  #isReading = false;

  constructor(options: DayRoundOptions) {
    this.#options = options;
  }

  /** Called again and again. */
  tick(owned: Iterable<Partition>, exchangeTime: number): void {
    if (this.#isReading || exchangeTime === 0) return;
    const waiting = this.#turn?.tracked.filter(({ older }) => older !== undefined) ?? [];
    if (waiting.length > 0 && exchangeTime < this.#turnEnds) return;
    for (const one of waiting) one.older = undefined;
    this.#turn = undefined;
    this.#dueAt ??= exchangeTime + firstAfterMs;
    if (this.#turns.length === 0 && exchangeTime >= this.#dueAt) {
      this.#dueAt = exchangeTime + everyMs;
      this.#turns = [...owned].flatMap((partition) => turnsOf(partition));
    }
    const turn = this.#turns.shift();
    if (turn === undefined) return;
    this.#turnEnds = exchangeTime + turnMsMax;
    void this.#take(turn);
  }

  /** Never throws. */
  async #take(turn: Turn): Promise<void> {
    const { log, logger } = this.#options;
    const { partition, signal } = turn.partition;
    while (this.#places.length < turn.tracked.length) this.#places.push(olderPlace());
    this.#turn = turn;
    this.#isReading = true;
    try {
      if (!signal.aborted) await readOlderCandles(turn.tracked, this.#places, { log, partition, signal });
    } catch (cause) {
      const text = `the last day of partition ${partition} cannot be read to be compared: ${reasonOf(cause)}`;
      if (!signal.aborted) logger.warn(`${text}; it will be in some hours`, { cause });
    } finally {
      this.#isReading = false;
    }
  }
}

function turnsOf(partition: Partition): readonly Turn[] {
  const { tracked } = partition;
  return Array.from({ length: Math.ceil(tracked.length / olderAtOnceMax) }, (_, index) => ({
    partition,
    tracked: tracked.slice(index * olderAtOnceMax, (index + 1) * olderAtOnceMax),
  }));
}
