import { describe, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import type { LogRecord, Reader } from '../port.ts';
import { recordsMaxPerTransaction } from '../processor/partition-work.ts';
import { takeOversAtOnceMax } from '../processor/take-over-queue.ts';
import { type Bench, deadlineMs, until } from './bench.ts';
import { engineMethods } from './engine-methods.ts';
import { Ledger } from './ledger-task.ts';

/** An engine whose readers of snapshots wait until the test lets them. */
class GatedEngine {
  /** Partitions in the order in which their snapshots were asked for. */
  readonly asked: number[] = [];
  /** How many partitions had been let through when each commit began. */
  readonly commits: { readonly partition: number; readonly outputs: number; readonly letThrough: number }[] = [];
  letThrough = 0;
  readonly engine: Engine;
  readonly #gates = new Map<number, PromiseWithResolvers<void>>();

  constructor(engine: Engine, topics: { readonly snapshots: string; readonly output: string }) {
    this.engine = {
      ...engineMethods(engine),
      reader: (options) => {
        const [partition] = options.partitions ?? [];
        const reader = engine.reader(options);
        return options.topic === topics.snapshots && partition !== undefined ? this.#gated(partition, reader) : reader;
      },
      transactor: async (group, topic, partition) => {
        const transactor = await engine.transactor(group, topic, partition);
        return {
          committed: transactor.committed,
          commit: (outputs, nextOffset) => {
            const count = outputs.filter((output) => output.topic === topics.output).length;
            this.commits.push({ partition, outputs: count, letThrough: this.letThrough });
            return transactor.commit(outputs, nextOffset);
          },
          close: () => transactor.close(),
        };
      },
    };
  }

  /** The next one of those that wait. */
  letOneThrough(): void {
    const partition = this.asked[this.letThrough] ?? -1;
    this.letThrough += 1;
    this.#gate(partition).resolve();
  }

  #gate(partition: number): PromiseWithResolvers<void> {
    const gate = this.#gates.get(partition) ?? Promise.withResolvers<void>();
    this.#gates.set(partition, gate);
    return gate;
  }

  #gated(partition: number, reader: Reader): Reader {
    this.asked.push(partition);
    const gate = this.#gate(partition);
    return {
      positions: () => reader.positions(),
      close: () => {
        gate.resolve();
        return reader.close();
      },
      async *[Symbol.asyncIterator](): AsyncGenerator<readonly LogRecord[]> {
        await gate.promise;
        yield* reader;
      },
    };
  }
}

export function describeStagedTakeOvers(bench: Bench): void {
  describe('take-overs of a member', () => {
    const prepared = async (backlogMinutes: number) => {
      const ledger = await Ledger.create(bench);
      const writer = bench.engine.writer();
      const before = await bench.log.processor(ledger.definition);
      await writer.append(ledger.minutes(0, 3));
      await until('everything processed', () => ledger.caughtUp(bench));
      await before.close();
      await writer.append(ledger.minutes(3, 3 + backlogMinutes));
      const gated = new GatedEngine(bench.engine, { snapshots: ledger.definition.snapshots, output: ledger.output });
      const member = await bench.logOver(gated.engine).processor(ledger.definition);
      await until('the first take-overs', () => gated.asked.length === takeOversAtOnceMax);
      return { ledger, gated, member };
    };

    test('come few at a time, and the first partitions work before the last are taken over', {
      timeout: 3 * deadlineMs,
    }, async () => {
      // Several transactions of each partition.
      const { ledger, gated, member } = await prepared(400);
      for (let live = 1; live <= ledger.partitions; live += 1) {
        gated.letOneThrough();
        const askedMax = Math.min(ledger.partitions, live + takeOversAtOnceMax);
        await until(`${live} partitions live`, () => member.partitions().length === live);
        await until('the next in the row', () => gated.asked.length === askedMax);
        await until('its first transaction', () => new Set(gated.commits.map((each) => each.partition)).size === live);
      }
      await until('everything processed', () => ledger.caughtUp(bench));
      await member.close();
      const [first = -1] = gated.asked;
      const ofFirst = gated.commits.filter(({ partition }) => partition === first);
      // One full transaction, then it waits: who is far behind would be far ahead of those that have not begun.
      const full = ofFirst.findIndex(({ outputs }) => outputs >= recordsMaxPerTransaction);
      expect(ofFirst[full]?.letThrough).toBeLessThan(ledger.partitions);
      expect(ofFirst[full + 1]?.letThrough).toBe(ledger.partitions);
      const { outputs, states } = await ledger.undisturbed(bench);
      expect(await ledger.outputs(bench)).toEqual(outputs);
      expect(ledger.states()).toEqual(states);
    });

    test('that wait are over at once when the member closes', async () => {
      const { gated, member } = await prepared(1);
      await member.close();
      expect(gated.asked).toHaveLength(takeOversAtOnceMax);
      expect(gated.commits).toEqual([]);
    });
  });
}
