import { ScreenerError } from '@screener/errors';
import { describe, expect, test } from 'vitest';
import type { ExternalTask, InputIdentity, LogRecord } from '../port.ts';
import { type Bench, bytes, deadlineMs, seededRandom, text, uniqueName, until } from './bench.ts';

/** A database in miniature: rows and offset change together or not at all, and an older owner is turned away. */
class Store {
  readonly rows: string[] = [];
  readonly offsets = new Map<number, number>();
  readonly identities: InputIdentity[] = [];
  readonly #owners = new Map<number, symbol>();
  readonly #random = seededRandom(3);
  faults = 0;

  task(partition: number, share: number): ExternalTask {
    const me = Symbol('owner');
    return {
      load: async (input) => {
        this.identities.push(input);
        this.#owners.set(partition, me);
        return this.offsets.get(partition);
      },
      write: async (records: readonly LogRecord[], nextOffset: number) => {
        if (this.#owners.get(partition) !== me) throw new Error('fenced by the store');
        const dice = this.#random();
        if (dice < share / 2) this.#fault();
        this.rows.push(...records.map(({ value }) => `${partition}:${text(value)}`));
        this.offsets.set(partition, nextOffset);
        if (dice < share) this.#fault();
      },
    };
  }

  #fault(): never {
    this.faults += 1;
    throw new Error('the database went away');
  }
}

export function describeConsumers(bench: Bench): void {
  describe('consumers with offsets of their own', () => {
    test('write every record once, whatever the store does, and show their lag', {
      timeout: 3 * deadlineMs,
    }, async () => {
      const input = await bench.topic('input');
      const group = uniqueName('group');
      const store = new Store();
      const definition = { group, input, task: (partition: number) => store.task(partition, 0.3) };
      const expected: string[] = [];
      const write = async (from: number, to: number): Promise<void> => {
        const writer = bench.engine.writer();
        for (let i = from; i < to; i += 1) {
          await writer.append([{ topic: input, key: null, value: bytes(`${i}`), timestamp: i, partition: i % 4 }]);
          expected.push(`${i % 4}:${i}`);
        }
      };
      await write(0, 10);
      const before = await bench.log.lag(group, input);
      expect(before.map(({ committed, lag }) => [committed, lag])).toEqual([
        [undefined, 3],
        [undefined, 3],
        [undefined, 2],
        [undefined, 2],
      ]);
      const first = await bench.log.consumer(definition);
      await write(10, 100);
      await until('half of the rows', () => store.rows.length >= 50);
      await first.close();
      await bench.reopen();
      const second = await bench.log.consumer(definition);
      await write(100, 150);
      await until('all rows', () => store.rows.length >= 150);
      await until('the lag to be seen as zero', async () =>
        (await bench.log.lag(group, input)).every(({ lag }) => lag === 0),
      );
      await second.close();
      expect([...store.rows].sort()).toEqual([...expected].sort());
      expect(store.faults).toBeGreaterThan(0);
      const topic = (await bench.engine.topics()).find(({ name }) => name === input);
      const { cluster } = bench.engine;
      for (const identity of store.identities) {
        expect(identity).toMatchObject({ cluster, topic: input, topicId: topic?.topicId });
      }
    });

    test('end when the store refuses the input for good', async () => {
      const input = await bench.topic('input');
      const refusal = new ScreenerError('FILE_UNREADABLE', {
        file: 'store',
        reason: 'another cluster',
        expected: 'mine',
      });
      const member = await bench.log.consumer({
        group: uniqueName('group'),
        input,
        task: () => ({ load: () => Promise.reject(refusal), write: async () => {} }),
      });
      await expect(member.failed).rejects.toBe(refusal);
    });
  });
}
