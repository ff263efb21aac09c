import { describe, expect, test } from 'vitest';
import { type Bench, bytes, text, uniqueName } from './bench.ts';

export function describeTransactors(bench: Bench): void {
  describe('transactors', () => {
    test('commit outputs and offset together, and the next owner begins there', async () => {
      const input = await bench.topic('input');
      const output = await bench.topic('output', { partitions: 1 });
      const group = uniqueName('group');
      const first = await bench.engine.transactor(group, input, 2);
      expect(first.committed).toBeUndefined();
      await first.commit([{ topic: output, key: 'a', value: bytes('1'), timestamp: 1 }], 10);
      await first.commit([], 20);
      // The same offset once more is a transaction like any other.
      await first.commit([{ topic: output, key: 'a', value: bytes('2'), timestamp: 1 }], 20);
      await first.close();
      expect([...(await bench.engine.committed(group, input))]).toEqual([[2, 20]]);
      const second = await bench.engine.transactor(group, input, 2);
      expect(second.committed).toBe(20);
      await second.close();
      expect((await bench.read(output)).map(({ value }) => text(value))).toEqual(['1', '2']);
    });

    test('a later one fences an earlier one: a zombie commits nothing', async () => {
      const input = await bench.topic('input');
      const output = await bench.topic('output', { partitions: 1 });
      const group = uniqueName('group');
      const zombie = await bench.engine.transactor(group, input, 0);
      const other = await bench.engine.transactor(group, input, 1);
      await zombie.commit([{ topic: output, key: 'a', value: bytes('alive'), timestamp: 1 }], 1);
      const heir = await bench.engine.transactor(group, input, 0);
      expect(heir.committed).toBe(1);
      const late = zombie.commit([{ topic: output, key: 'a', value: bytes('zombie'), timestamp: 1 }], 2);
      await expect(late).rejects.toMatchObject({ code: 'TASK_FENCED', facts: { group, partition: 0 } });
      await heir.commit([{ topic: output, key: 'a', value: bytes('heir'), timestamp: 1 }], 2);
      // Another partition of the same group is another right.
      await other.commit([{ topic: output, key: 'a', value: bytes('other'), timestamp: 1 }], 7);
      for (const transactor of [zombie, heir, other]) await transactor.close();
      expect((await bench.read(output)).map(({ value }) => text(value))).toEqual(['alive', 'heir', 'other']);
      expect([...(await bench.engine.committed(group, input))].sort()).toEqual([
        [0, 2],
        [1, 7],
      ]);
    });

    test('a commit that cannot be written leaves nothing behind', async () => {
      const input = await bench.topic('input');
      const output = await bench.topic('output', { partitions: 1 });
      const group = uniqueName('group');
      const transactor = await bench.engine.transactor(group, input, 0);
      const outputs = [
        { topic: output, key: 'a', value: bytes('1'), timestamp: 1 },
        { topic: uniqueName('missing'), key: 'a', value: bytes('1'), timestamp: 1 },
      ];
      await expect(transactor.commit(outputs, 1)).rejects.toThrow();
      await transactor.close();
      expect(await bench.read(output)).toEqual([]);
      expect((await bench.engine.committed(group, input)).size).toBe(0);
    });

    test('many partitions commit in parallel', async () => {
      const input = await bench.topic('input', { partitions: 12 });
      const output = await bench.topic('output', { partitions: 12 });
      const group = uniqueName('group');
      await Promise.all(
        Array.from({ length: 12 }, async (_, partition) => {
          const transactor = await bench.engine.transactor(group, input, partition);
          for (let i = 1; i <= 10; i += 1) {
            await transactor.commit([{ topic: output, key: null, value: bytes(`${i}`), timestamp: i, partition }], i);
          }
          await transactor.close();
        }),
      );
      expect((await bench.read(output)).length).toBe(120);
      expect([...(await bench.engine.committed(group, input)).values()]).toEqual(Array.from({ length: 12 }, () => 10));
    });
  });
}
