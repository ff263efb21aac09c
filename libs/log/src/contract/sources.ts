import { describe, expect, test } from 'vitest';
import type { AssignmentListener, Engine } from '../engine.ts';
import type { Member, SourceTask, SourceWriter } from '../port.ts';
import { type Bench, bytes, deadlineMs, seededRandom, text, uniqueName, until } from './bench.ts';
import { CountingSource, type CountingTopics, countingFaults } from './counting-source.ts';
import { engineMethods } from './engine-methods.ts';
import { type Faults, faultyEngine } from './faulty-engine.ts';

const partitions = 4;

/** Topics and sources of one group, and the question whether the numbering is unbroken. */
class Counting {
  readonly topics: CountingTopics;
  readonly group = uniqueName('group');
  readonly #bench: Bench;
  readonly #sources: CountingSource[] = [];

  static async create(bench: Bench): Promise<Counting> {
    const input = await bench.topic('input', { partitions });
    const output = await bench.topic('output', { partitions });
    const audit = await bench.topic('audit', { partitions: 1 });
    return new Counting(bench, { input, output, audit });
  }

  constructor(bench: Bench, topics: CountingTopics) {
    this.#bench = bench;
    this.topics = topics;
  }

  source(): CountingSource {
    const source = new CountingSource({
      ...this.topics,
      group: this.group,
      name: `source ${this.#sources.length}`,
      read: (partition) => this.#bench.read(this.topics.output, 'beginning', [partition]),
      pause: () => new Promise((resolve) => setTimeout(resolve, 2)),
      random: seededRandom(this.#sources.length),
    });
    this.#sources.push(source);
    return source;
  }

  async counts(): Promise<number[]> {
    return (await this.#bench.engine.offsets(this.topics.output)).map(({ end }) => end);
  }

  /** Resolves when every partition has grown. */
  async grows(): Promise<void> {
    const before = await this.counts();
    await until('every partition to grow', async () =>
      (await this.counts()).every((count, partition) => count > (before[partition] ?? 0) + 5),
    );
  }

  async check(): Promise<void> {
    const output = await Promise.all(
      Array.from({ length: partitions }, (_, partition) =>
        this.#bench.read(this.topics.output, 'beginning', [partition]),
      ),
    );
    const acknowledged = this.#sources.flatMap((source) => source.acknowledged);
    expect(countingFaults(output, await this.#bench.read(this.topics.audit), acknowledged)).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(0);
  }
}

/** A task that does nothing by itself: its writer is the test's. */
function handedOver(writers: Map<number, SourceWriter>): (partition: number) => SourceTask {
  return (partition) => ({
    start: async (writer) => void writers.set(partition, writer),
    close: async () => void writers.delete(partition),
  });
}

export function describeSources(bench: Bench): void {
  describe('sources', () => {
    const only = async (): Promise<{ writer: SourceWriter; member: Member; output: string; other: string }> => {
      const input = await bench.topic('input', { partitions: 1 });
      const output = await bench.topic('output', { partitions: 1 });
      const other = await bench.topic('other', { partitions: 3 });
      const writers = new Map<number, SourceWriter>();
      const member = await bench.log.source({ group: uniqueName('group'), input, task: handedOver(writers) });
      await until('the partition to be looked after', () => member.partitions().length === 1);
      const writer = writers.get(0);
      if (writer === undefined) throw new Error('it was not started');
      return { writer, member, output, other };
    };
    const at = (topic: string, value: string, partition = 0) => {
      return { topic, key: null, value: bytes(value), timestamp: 1, partition };
    };
    const values = async (topic: string): Promise<(string | null)[]> =>
      (await bench.read(topic)).map(({ value }) => text(value));

    test('append to any topic, in the order of the calls, and what is acknowledged can be read', async () => {
      const { writer, member, output, other } = await only();
      await writer.append([at(output, 'first'), at(other, 'first', 2)]);
      expect(await values(output)).toEqual(['first']);
      const many = Array.from({ length: 40 }, (_, i) => writer.append([at(output, `${i}`), at(other, `${i}`, i % 3)]));
      await writer.append([]);
      await Promise.all(many);
      expect(await values(output)).toEqual(['first', ...many.map((_, i) => `${i}`)]);
      expect((await values(other)).toSorted()).toEqual(['first', ...many.map((_, i) => `${i}`)].toSorted());
      await member.close();
    });

    test('have nothing of an append that cannot be written, and end when nothing can help', async () => {
      const { writer, member, output } = await only();
      await writer.append([at(output, 'before')]);
      const missing = uniqueName('missing');
      const refused = writer.append([at(output, 'by half'), at(missing, 'x')]);
      await expect(refused).rejects.toMatchObject({ code: 'TOPIC_MISSING', facts: { topic: missing } });
      // One that came later would leave a hole.
      await expect(writer.append([at(output, 'after')])).rejects.toMatchObject({ code: 'TOPIC_MISSING' });
      await expect(member.failed).rejects.toMatchObject({ code: 'TOPIC_MISSING' });
      expect(await values(output)).toEqual(['before']);
    });

    test('settle when they are closed what was appended, and take nothing more', async () => {
      const { writer, member, output } = await only();
      const under = Array.from({ length: 20 }, (_, i) => writer.append([at(output, `${i}`)]));
      await member.close();
      expect((await Promise.allSettled(under)).map(({ status }) => status)).toEqual(under.map(() => 'fulfilled'));
      await expect(writer.append([at(output, 'late')])).rejects.toMatchObject({ code: 'LOG_CLOSED' });
      expect(await values(output)).toEqual(under.map((_, i) => `${i}`));
    });

    test('number on without a break when appends fail before or after they were written', {
      timeout: 3 * deadlineMs,
    }, async () => {
      const counting = await Counting.create(bench);
      const faults: Faults = { before: 0, after: 0 };
      const source = counting.source();
      const log = bench.logOver(faultyEngine(bench.engine, seededRandom(11), 0.2, faults));
      const member = await log.source(source.definition);
      await until('faults of both kinds', () => faults.before >= 4 && faults.after >= 4);
      await counting.grows();
      await member.close();
      expect(source.rejected).toBeGreaterThanOrEqual(8);
      expect(source.closed).toBe(source.writers.length);
      await counting.check();
    });

    test('an owner whose partition was taken writes nothing more, and comes back where the log ends', {
      timeout: 3 * deadlineMs,
    }, async () => {
      const counting = await Counting.create(bench);
      const source = counting.source();
      const member = await bench.log.source(source.definition);
      await until('all for the first', () => member.partitions().length === partitions);
      await counting.grows();
      const { input, output } = counting.topics;
      const lives = source.writers.length;
      // The newest life of the partition: an earlier one may have ended by something else.
      const zombie = source.writers.findLast(({ partition }) => partition === 2)?.writer;
      const thief = await bench.engine.transactor(counting.group, input, 2);
      await until('another life', () => source.writers.length > lives);
      await thief.close();
      await counting.grows();
      expect(source.writers.at(-1)?.partition).toBe(2);
      // It still has its writer.
      await expect(zombie?.append([at(output, 'boo', 2)])).rejects.toMatchObject({ code: 'TASK_FENCED' });
      await member.close();
      await counting.check();
    });

    test('number on without a break while members join and leave', { timeout: 3 * deadlineMs }, async () => {
      const counting = await Counting.create(bench);
      const source = counting.source();
      const a = await bench.log.source(source.definition);
      await until('all for the first', () => a.partitions().length === partitions);
      await counting.grows();
      const b = await bench.log.source(counting.source().definition);
      await until('half for each', () => a.partitions().length === 2 && b.partitions().length === 2);
      await counting.grows();
      await a.close();
      await until('all for the second', () => b.partitions().length === partitions);
      await counting.grows();
      // Handed over in order, nothing is turned away.
      expect(source.rejected).toBe(0);
      await b.close();
      await counting.check();
    });

    test('number on without a break while two both believe that everything is theirs', {
      timeout: 4 * deadlineMs,
    }, async () => {
      const counting = await Counting.create(bench);
      const deaf = (): Engine => ({
        ...engineMethods(bench.engine),
        join: async (_group, _topic, listener: AssignmentListener) => {
          listener.assigned(Array.from({ length: partitions }, (_, partition) => partition));
          return { leave: async () => {} };
        },
      });
      const sources = [counting.source(), counting.source()];
      const members: Member[] = [];
      for (const { definition } of sources) members.push(await bench.logOver(deaf()).source(definition));
      await until('each to rob the other', () => sources.every(({ rejected }) => rejected >= 2 * partitions));
      for (const member of members) await member.close();
      await counting.check();
    });
  });
}
