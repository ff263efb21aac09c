import { describe, expect, test } from 'vitest';
import type { LogRecord, TaskContext } from '../port.ts';
import { type Bench, bytes, deadlineMs, seededRandom, until } from './bench.ts';
import { type Faults, faultyEngine } from './faulty-engine.ts';
import { Ledger } from './ledger-task.ts';

export function describeExactlyOnce(bench: Bench): void {
  describe('processors', () => {
    test('put every record through once, with markers, across closing and opening again', async () => {
      const ledger = await Ledger.create(bench);
      for (let round = 0; round < 3; round += 1) {
        const member = await bench.log.processor(ledger.definition);
        const writer = bench.engine.writer();
        for (let minute = 0; minute < 10; minute += 1) {
          await writer.append(ledger.minutes(round * 10 + minute, round * 10 + minute + 1));
        }
        // The first two rounds end in the middle of the work, wherever that is.
        if (round === 2) await until('everything processed', () => ledger.caughtUp(bench));
        else await until('some of it processed', async () => (await bench.read(ledger.output)).length > round * 100);
        await member.close();
        await bench.reopen();
      }
      const { outputs, states } = await ledger.undisturbed(bench);
      expect(await ledger.outputs(bench)).toEqual(outputs);
      expect(ledger.states()).toEqual(states);
    });

    test('a single record that finds the task idle goes through at once', async () => {
      const ledger = await Ledger.create(bench);
      const member = await bench.log.processor(ledger.definition);
      await until('all partitions live', () => member.partitions().length === 4);
      const writer = bench.engine.writer();
      for (let i = 0; i < 5; i += 1) {
        await writer.append([{ topic: ledger.input, key: 'a', value: bytes('1'), timestamp: i }]);
        await until(`output ${i}`, async () => (await bench.read(ledger.output)).length === i + 1);
      }
      await member.close();
    });

    test('survive commits that fail before or after they were written', { timeout: 3 * deadlineMs }, async () => {
      const ledger = await Ledger.create(bench);
      const faults: Faults = { before: 0, after: 0 };
      const random = seededRandom(7);
      const member = await bench.logOver(faultyEngine(bench.engine, random, 0.3, faults)).processor(ledger.definition);
      const writer = bench.engine.writer();
      for (let minute = 0; minute < 40; minute += 1) {
        await writer.append(ledger.minutes(minute, minute + 1));
        const written = (await bench.read(ledger.output)).length;
        if (minute % 4 === 0)
          await until(
            'progress',
            async () => (await bench.read(ledger.output)).length > written || (await ledger.caughtUp(bench)),
          );
      }
      await until('everything processed', () => ledger.caughtUp(bench));
      await member.close();
      const { outputs } = await ledger.undisturbed(bench);
      expect(await ledger.outputs(bench)).toEqual(outputs);
      expect(faults.before).toBeGreaterThan(0);
      expect(faults.after).toBeGreaterThan(0);
    });

    test('a zombie changes nothing, and a live task that was fenced comes back', {
      timeout: 3 * deadlineMs,
    }, async () => {
      const ledger = await Ledger.create(bench);
      const { group } = ledger.definition;
      const writer = bench.engine.writer();
      await writer.append(ledger.minutes(0, 5));
      // Dead without closing: it owned a partition, prepared outputs, and never committed them.
      const dead = await bench.engine.transactor(group, ledger.input, 1);
      const member = await bench.log.processor(ledger.definition);
      await until('the first part processed', () => ledger.caughtUp(bench));
      const ghost = { topic: ledger.output, key: 'ghost', value: bytes('boo'), timestamp: 1, partition: 1 };
      await expect(dead.commit([ghost], 99)).rejects.toMatchObject({ code: 'TASK_FENCED' });
      await dead.close();
      // Now somebody else takes partition 1 away from the live member, and goes.
      const thief = await bench.engine.transactor(group, ledger.input, 1);
      await writer.append(ledger.minutes(5, 10));
      await until('the task to come back', () => ledger.caughtUp(bench));
      await thief.close();
      await member.close();
      const { outputs, states } = await ledger.undisturbed(bench);
      expect(await ledger.outputs(bench)).toEqual(outputs);
      expect(ledger.states()).toEqual(states);
    });

    test('two members share the work and hand it over, nothing lost, nothing doubled', {
      timeout: 3 * deadlineMs,
    }, async () => {
      const ledger = await Ledger.create(bench);
      const writer = bench.engine.writer();
      const feed = async (from: number, to: number): Promise<void> => {
        for (let minute = from; minute < to; minute += 1) await writer.append(ledger.minutes(minute, minute + 1));
      };
      const a = await bench.log.processor(ledger.definition);
      await feed(0, 10);
      await until('the first member has all', () => a.partitions().length === 4);
      const feeding = feed(10, 60);
      const b = await bench.log.processor(ledger.definition);
      await until('two partitions each', () => a.partitions().length === 2 && b.partitions().length === 2);
      await feeding;
      const more = feed(60, 80);
      await a.close();
      await more;
      await until('the second member has all', () => b.partitions().length === 4);
      await until('everything processed', () => ledger.caughtUp(bench));
      await b.close();
      const { outputs, states } = await ledger.undisturbed(bench);
      expect(await ledger.outputs(bench)).toEqual(outputs);
      expect(ledger.states()).toEqual(states);
    });

    test('outputs carry the place and the trace of what they came of', async () => {
      const ledger = await Ledger.create(bench);
      const definition = {
        ...ledger.definition,
        task: () => ({
          apply: ({ key, partition }: LogRecord, { emit }: TaskContext) => {
            const output = { topic: ledger.output, key, value: bytes('x'), timestamp: 1, partition };
            emit(output);
            emit({ ...output, headers: { own: 'yes', input: 'made up' } });
          },
        }),
      };
      const input = { topic: ledger.input, key: 'a', value: bytes('1'), timestamp: 1, partition: 3 };
      await bench.engine
        .writer()
        .append([input, { ...input, headers: { traceparent: '00-trace-span-01', other: 'no' } }]);
      const member = await bench.log.processor(definition);
      await until('both processed', () => ledger.caughtUp(bench));
      await member.close();
      const place = (offset: number): string => `${ledger.input}/3/${offset}`;
      expect((await bench.read(ledger.output)).map(({ headers }) => headers)).toEqual([
        { input: place(0) },
        { own: 'yes', input: place(0) },
        { input: place(1), traceparent: '00-trace-span-01' },
        { own: 'yes', input: place(1), traceparent: '00-trace-span-01' },
      ]);
    });
  });
}
