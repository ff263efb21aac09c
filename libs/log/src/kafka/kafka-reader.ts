/**
 * Reads committed records of given partitions without joining a group: one loop per broker that leads some of them, one
 * long-polling request under way in each, on a connection of the reader's own.
 */
import { ScreenerError } from '@screener/errors';
import type { Notify } from '../notify.ts';
import type { LogRecord, Reader, ReaderOptions } from '../port.ts';
import { Backoff } from './backoff.ts';
import { type Cluster, type TopicLayout, UNREACHABLE_MS_MAX } from './cluster.ts';
import { fetchOnce, startOffsets } from './fetch.ts';
import { settledEnds } from './group-offsets.ts';
import { describeError, isUnavailable } from './kafka-errors.ts';

/** Responses decoded ahead of the one that is being worked on; with FETCH_BYTES_MAX this bounds the memory of a reader. */
const RESPONSES_AHEAD_MAX = 2;
/** How long an idle request waits at the broker. Records end the wait at once, so this is not a latency. */
const LONG_POLL_MS = 5_000;
/** Reading up to an end never has to wait, except where the rest of a partition was compacted away. */
const SHORT_POLL_MS = 50;

interface Arrival {
  readonly records: readonly LogRecord[];
  /** Next offsets once these records were handed out; also where there were none to hand out. */
  readonly positions: ReadonlyMap<number, number>;
}

let readers = 0;

export class KafkaReader implements Reader {
  readonly #cluster: Cluster;
  readonly #options: ReaderOptions;
  readonly #notify: Notify;
  readonly #lane: string;
  /** As handed out. */
  readonly #positions = new Map<number, number>();
  /** As fetched: ahead of the above by what is queued. */
  readonly #fetchPositions = new Map<number, number>();
  /** With `until: 'end'`: partitions that are not there yet, with the offset to reach. */
  readonly #ends = new Map<number, number>();
  readonly #loops = new Map<number, Promise<void>>();
  readonly #arrivals: Arrival[] = [];
  readonly #stopping = new AbortController();
  readonly #onClose: () => void;
  #topicId: string | undefined;
  #started = false;
  #failure: { readonly cause: unknown } | undefined;
  #wakeConsumer: (() => void) | undefined;
  #wakeFetchers: (() => void)[] = [];

  constructor(cluster: Cluster, options: ReaderOptions, notify: Notify, onClose: () => void) {
    this.#cluster = cluster;
    this.#options = options;
    this.#notify = notify;
    this.#onClose = onClose;
    readers += 1;
    this.#lane = `read ${options.topic} ${readers}`;
    void this.#start();
  }

  positions(): ReadonlyMap<number, number> {
    return new Map(this.#positions);
  }

  get #closed(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #start(): Promise<void> {
    const { topic, until } = this.#options;
    try {
      const layout = await this.#cluster.topic(topic);
      const { leaders } = layout;
      this.#sameTopic(layout);
      const partitions = this.#options.partitions ?? [...leaders.keys()];
      const unknown = partitions.find((partition) => partition < 0 || partition >= leaders.length);
      if (unknown !== undefined) {
        throw new ScreenerError('PARTITION_UNKNOWN', { topic, partition: unknown, last: leaders.length - 1 });
      }
      const starts = await startOffsets(this.#cluster, topic, partitions, this.#options.from);
      if (until === 'end') {
        const ends = await settledEnds(this.#cluster, topic, partitions);
        for (const [partition, start] of starts) {
          const end = ends.get(partition) ?? 0;
          if (start < end) this.#ends.set(partition, end);
        }
      }
      for (const [partition, start] of starts) {
        this.#positions.set(partition, start);
        if (until !== 'end' || this.#ends.has(partition)) this.#fetchPositions.set(partition, start);
      }
      this.#started = true;
      await this.#follow();
    } catch (cause) {
      this.#fail(cause);
    }
    this.#wakeConsumer?.();
  }

  /** Sees to it that each broker which leads one of our partitions has a loop. */
  async #follow(): Promise<void> {
    const { leaders } = await this.#cluster.topic(this.#options.topic);
    for (const partition of this.#fetchPositions.keys()) {
      const leader = leaders[partition] ?? -1;
      if (this.#closed || this.#loops.has(leader)) continue;
      const loop = this.#fetchFrom(leader)
        .catch((cause: unknown) => this.#fail(cause))
        .finally(() => this.#ended(leader));
      this.#loops.set(leader, loop);
    }
  }

  #ended(leader: number): void {
    this.#loops.delete(leader);
    // A partition may have come to this leader just when its loop found nothing left to do.
    if (!this.#closed && this.#failure === undefined) this.#follow().catch((cause: unknown) => this.#fail(cause));
  }

  async #fetchFrom(leader: number): Promise<void> {
    const { topic, until } = this.#options;
    const waitMs = until === 'end' ? SHORT_POLL_MS : LONG_POLL_MS;
    let trouble: Backoff | undefined;
    while (!this.#closed && this.#failure === undefined) {
      await this.#roomForMore();
      try {
        const layout = await this.#cluster.topic(topic);
        this.#sameTopic(layout);
        const wanted = [...this.#fetchPositions].filter(([partition]) => layout.leaders[partition] === leader);
        if (wanted.length === 0 || this.#closed) return;
        const fetched = await fetchOnce(this.#cluster, { lane: this.#lane, leader, layout, wanted, waitMs });
        if (this.#closed) return;
        if (trouble) this.#notify(`reading ${topic} goes on`);
        trouble = undefined;
        this.#arrive(fetched.records, fetched.positions, fetched.drained);
        if (fetched.moved) await this.#leadersMoved();
      } catch (cause) {
        if (this.#closed) return;
        if (!isUnavailable(cause)) throw cause;
        if (!trouble) this.#notify(`reading ${topic} is interrupted: ${describeError(cause)}`, cause);
        trouble ??= new Backoff(UNREACHABLE_MS_MAX);
        if (trouble.exhausted) throw this.#cluster.unreachable(cause);
        await trouble.wait(this.#stopping.signal);
        await this.#leadersMoved().catch(() => {});
      }
    }
  }

  /** Offsets say nothing about another topic of the same name. */
  #sameTopic({ name, id }: TopicLayout): void {
    this.#topicId ??= id;
    if (id !== this.#topicId) {
      throw new ScreenerError('TOPIC_RECREATED', { topic: name, expected: this.#topicId, found: id });
    }
  }

  async #leadersMoved(): Promise<void> {
    this.#cluster.forget(this.#options.topic);
    await this.#follow();
  }

  async #roomForMore(): Promise<void> {
    while (this.#arrivals.length >= RESPONSES_AHEAD_MAX && !this.#closed) {
      await new Promise<void>((wake) => this.#wakeFetchers.push(wake));
    }
  }

  #arrive(records: readonly LogRecord[], positions: ReadonlyMap<number, number>, drained: boolean): void {
    let shown = records;
    const reached = new Map(positions);
    for (const [partition, position] of positions) {
      this.#fetchPositions.set(partition, position);
      const end = this.#ends.get(partition);
      if (end === undefined || (position < end && !drained)) continue;
      // What came after the end that the topic had belongs to the next reader; what is missing before it is compacted.
      if (position > end) shown = shown.filter((record) => record.partition !== partition || record.offset < end);
      reached.set(partition, end);
      this.#ends.delete(partition);
      this.#fetchPositions.delete(partition);
    }
    if (shown.length === 0 && this.#arrivals.length === 0) this.#moveTo(reached);
    else this.#arrivals.push({ records: shown, positions: reached });
    this.#wakeConsumer?.();
  }

  #moveTo(positions: ReadonlyMap<number, number>): void {
    for (const [partition, position] of positions) this.#positions.set(partition, position);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly LogRecord[], void> {
    try {
      for (;;) {
        const arrival = this.#arrivals.shift();
        if (arrival) {
          for (const wake of this.#wakeFetchers.splice(0)) wake();
          this.#moveTo(arrival.positions);
          if (arrival.records.length > 0) yield arrival.records;
        } else if (this.#closed) {
          return;
        } else if (this.#failure) {
          throw this.#failure.cause;
        } else if (this.#started && this.#options.until === 'end' && this.#ends.size === 0) {
          return;
        } else {
          await new Promise<void>((wake) => (this.#wakeConsumer = wake));
          this.#wakeConsumer = undefined;
        }
      }
    } finally {
      await this.close();
    }
  }

  #fail(cause: unknown): void {
    this.#failure ??= { cause: cause instanceof ScreenerError ? cause : this.#cluster.refused(cause) };
    this.#wakeConsumer?.();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#stopping.abort();
    this.#arrivals.length = 0;
    for (const wake of this.#wakeFetchers.splice(0)) wake();
    this.#wakeConsumer?.();
    this.#onClose();
    // A request that waits at the broker ends with its connection.
    this.#cluster.connections.drop(this.#lane);
  }
}
