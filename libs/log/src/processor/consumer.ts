/** A consumer that keeps its offsets in a store of its own: the same group and fencing, the store's own transactions. */
import { ScreenerError } from '@screener/errors';
import type { Engine } from '../engine.ts';
import type { Notify } from '../notify.ts';
import type { ConsumerDefinition, InputIdentity, Member } from '../port.ts';
import { forEachBatch } from './batches.ts';
import { type Life, startMember } from './member.ts';

export async function startConsumer(engine: Engine, definition: ConsumerDefinition, notify: Notify): Promise<Member> {
  const { group, input } = definition;
  const topicId = await topicIdOf(engine, input);
  return startMember({
    engine,
    group,
    input,
    notify,
    watched: false,
    run: (partition, life) => {
      const identity = { cluster: engine.cluster, topic: input, topicId, partition };
      return consumePartition(engine, definition, identity, life, notify);
    },
  });
}

async function topicIdOf(engine: Engine, topic: string): Promise<string> {
  const found = (await engine.topics()).find(({ name }) => name === topic);
  if (found === undefined) throw new ScreenerError('TOPIC_MISSING', { topic, where: engine.cluster });
  return found.topicId;
}

async function consumePartition(
  engine: Engine,
  { group, input, task: create }: ConsumerDefinition,
  identity: InputIdentity,
  life: Life,
  notify: Notify,
): Promise<void> {
  const { partition } = identity;
  const task = create(partition);
  const mirror = new OffsetMirror((next) => engine.mirror(group, input, partition, next), notify);
  try {
    // 1. The store fences earlier owners and tells where to go on.
    const next = await task.load(identity);
    // 2. The store commits records and offset in one transaction; the group gets a copy of the offset for lag.
    const from = next === undefined ? 'beginning' : ({ offsets: new Map([[partition, next]]) } as const);
    const reader = engine.reader({ topic: input, partitions: [partition], from });
    if (next !== undefined) mirror.set(next);
    life.live();
    await forEachBatch(reader, life.stop, async (batch) => {
      const last = batch.at(-1);
      if (last === undefined) return undefined;
      const nextOffset = Math.max(last.offset + 1, reader.positions().get(partition) ?? 0);
      await task.write(batch, nextOffset);
      life.progressed();
      mirror.set(nextOffset);
      return undefined;
    });
  } finally {
    await mirror.settled();
    await task.close?.();
  }
}

/** Copies the newest offset to the group, one copy under way at a time; a failed copy is only a stale figure. */
class OffsetMirror {
  readonly #copy: (nextOffset: number) => Promise<void>;
  readonly #notify: Notify;
  #wanted: number | undefined;
  #underWay: Promise<void> | undefined;

  constructor(copy: (nextOffset: number) => Promise<void>, notify: Notify) {
    this.#copy = copy;
    this.#notify = notify;
  }

  set(nextOffset: number): void {
    this.#wanted = nextOffset;
    this.#underWay ??= this.#run();
  }

  async settled(): Promise<void> {
    await this.#underWay;
  }

  async #run(): Promise<void> {
    while (this.#wanted !== undefined) {
      const offset = this.#wanted;
      this.#wanted = undefined;
      try {
        await this.#copy(offset);
      } catch (cause) {
        this.#notify('an offset was not mirrored to its group: lag looks bigger than it is', cause);
      }
    }
    this.#underWay = undefined;
  }
}
