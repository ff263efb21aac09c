/**
 * Side inputs of all tasks of one member: each topic is followed once, and every task gets what is new. A task reads
 * the past itself when it takes over, so nothing older than the slowest task has to stay in memory.
 */
import { reasonOf, ScreenerError } from '@screener/errors';
import type { Engine } from '../engine.ts';
import type { Notify } from '../notify.ts';
import type { LogRecord } from '../port.ts';
import { systemTimers } from '../timers.ts';
import { forEachBatch } from './batches.ts';
import { pause } from './pause.ts';
import { type CursorOwner, SideCursor, sideRecordsWaitingMax } from './side-cursor.ts';

const retryAfterMs = 200;

interface Follower {
  /** Next offset to hand out, by partition. */
  readonly positions: Map<number, number>;
  readonly ended: Promise<void>;
}

type Listening = Pick<SideCursor, 'add'>;

/** Told of each batch, so that whoever watches sees that something moves. */
export interface Attending {
  readonly stop: AbortSignal;
  readonly alive: () => void;
}

export class SideInputs {
  readonly #engine: Engine;
  readonly #topics: ReadonlyMap<string, number>;
  readonly #notify: Notify;
  readonly #cursors = new Set<Listening>();
  readonly #followers = new Map<string, Follower>();
  readonly #stop = new AbortController();

  /** Topics with their partition counts, in the order in which tasks see them. */
  constructor(engine: Engine, topics: ReadonlyMap<string, number>, notify: Notify) {
    this.#engine = engine;
    this.#topics = topics;
    this.#notify = notify;
  }

  static async open(engine: Engine, names: readonly string[], notify: Notify): Promise<SideInputs> {
    const described = names.length === 0 ? [] : await engine.topics();
    const topics = new Map<string, number>();
    for (const name of names) {
      const topic = described.find((candidate) => candidate.name === name);
      if (topic === undefined) throw new ScreenerError('TOPIC_MISSING', { topic: name, where: engine.cluster });
      topics.set(name, topic.partitions);
    }
    return new SideInputs(engine, topics, notify);
  }

  /** A cursor that knows everything up to the present end of each side topic, and all that comes after. */
  async attach(
    owner: CursorOwner,
    { stop, alive }: Attending,
    /** Times from which on topics are read; of others all is. */
    since: ReadonlyMap<string, number> = new Map(),
  ): Promise<SideCursor> {
    const cursor = new SideCursor(owner, this.#topics);
    if (this.#topics.size === 0) return cursor;
    // What followers deliver while the past is being read comes twice or early: held back until the past is in.
    let held: LogRecord[][] = [];
    let heldRecords = 0;
    let overrun = false;
    const holding: Listening = {
      add: (records) => {
        heldRecords += records.length;
        overrun ||= heldRecords > sideRecordsWaitingMax;
        if (overrun) held = [];
        else held.push([...records]);
      },
    };
    this.#cursors.add(holding);
    try {
      // Once more where more came meanwhile than is held back: by then it is the past.
      do {
        overrun = false;
        heldRecords = 0;
        for (const topic of this.#topics.keys()) {
          await this.#readPast(topic, cursor, { stop, alive }, since.get(topic));
        }
      } while (overrun);
      for (const records of held) cursor.add(records);
      this.#cursors.add(cursor);
    } finally {
      this.#cursors.delete(holding);
    }
    return cursor;
  }

  detach(cursor: SideCursor): void {
    this.#cursors.delete(cursor);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all([...this.#followers.values()].map(({ ended }) => ended));
  }

  /** Reads on until nothing lies between what was read and where the follower hands out from. */
  async #readPast(
    topic: string,
    cursor: SideCursor,
    { stop, alive }: Attending,
    since: number | undefined,
  ): Promise<void> {
    const begin = since === undefined ? 'beginning' : { time: since };
    const needed = new Map(this.#followers.get(topic)?.positions);
    let from: ReadonlyMap<number, number> | undefined;
    do {
      const reader = this.#engine.reader({ topic, from: from ? { offsets: from } : begin, until: 'end' });
      await forEachBatch(reader, stop, (batch) => {
        cursor.add(batch);
        alive();
        return undefined;
      });
      stop.throwIfAborted();
      from = new Map(reader.positions());
      if (!this.#followers.has(topic)) this.#follow(topic, new Map(from));
      // A follower that began meanwhile may begin beyond the end that was read here.
      for (const [partition, position] of this.#followers.get(topic)?.positions ?? []) {
        if (!needed.has(partition)) needed.set(partition, position);
      }
    } while ([...needed].some(([partition, position]) => (from?.get(partition) ?? 0) < position));
  }

  #follow(topic: string, positions: Map<number, number>): void {
    this.#followers.set(topic, { positions, ended: this.#keepFollowing(topic, positions) });
  }

  async #keepFollowing(topic: string, positions: Map<number, number>): Promise<void> {
    const stop = this.#stop.signal;
    while (!stop.aborted) {
      const reader = this.#engine.reader({ topic, from: { offsets: new Map(positions) } });
      try {
        await forEachBatch(reader, stop, (batch) => {
          for (const cursor of this.#cursors) cursor.add(batch);
          for (const { partition, offset } of batch) positions.set(partition, offset + 1);
          return undefined;
        });
      } catch (cause) {
        if (stop.aborted) return;
        this.#notify(`${topic} is not followed for a moment: ${reasonOf(cause)}`, cause);
        await pause(this.#engine.timers ?? systemTimers, retryAfterMs, stop);
      }
    }
  }
}
