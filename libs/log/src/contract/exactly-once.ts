import { describe, expect, test } from 'vitest';
import { type Bench, bytes, deadlineMs, seededRandom, text, until } from './bench.ts';
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

    test('live records go through at once and leave the closed state alone', async () => {
      const live = await bench.topic('live-in', { live: true });
      const liveOut = await bench.topic('live-out', { live: true });
      const ledger = await Ledger.create(bench);
      const definition = {
        ...ledger.definition,
        live: [live],
        task: (partition: number) =>
          Object.assign(ledger.definition.task(partition), {
            applyLive: (record: { key: string | null; value: Uint8Array | null }, emit: (output: unknown) => void) => {
              const { key } = record;
              const known = key === null ? undefined : ledger.tasks.get(partition)?.accounts.get(key);
              emit({
                topic: liveOut,
                key,
                value: bytes(`${known?.count} ${text(record.value)}`),
                timestamp: 1,
                partition,
              });
            },
          }),
      };
      const reader = bench.engine.reader({ topic: liveOut, from: 'end' });
      const newest = new Map<string | null, string | null>();
      const reading = (async () => {
        for await (const batch of reader) for (const { key, value } of batch) newest.set(key, text(value));
      })();
      await until('the reader has begun', () => reader.positions().size === 4);
      const member = await bench.log.processor(definition);
      const writer = bench.engine.writer();
      await writer.append(ledger.minutes(0, 1));
      await until('the closed part', () => ledger.caughtUp(bench));
      let price = 0;
      // Live inputs are read from their end: repeat, as the exchange does, until the answer comes.
      await until('the answers', async () => {
        price += 1;
        await writer.append(
          ['key-0', 'key-1'].map((key) => ({ topic: live, key, value: bytes(`${price}`), timestamp: price })),
        );
        return ['key-0', 'key-1'].every((key) => newest.get(key)?.startsWith('2 '));
      });
      await member.close();
      await reader.close();
      await reading;
      expect((await ledger.undisturbed(bench)).states).toEqual(ledger.states());
    });
  });
}
