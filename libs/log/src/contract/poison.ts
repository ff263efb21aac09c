import { type DeadLetter, decodeAs } from '@screener/events';
import { describe, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import type { LogRecord, NewRecord } from '../port.ts';
import { failedInRowMax } from '../processor/partition-work.ts';
import { type Bench, bytes, deadlineMs, seededRandom, text, until } from './bench.ts';
import { engineMethods } from './engine-methods.ts';
import { type Faults, faultyEngine } from './faulty-engine.ts';
import { Ledger, lineOf } from './ledger-task.ts';

export function describePoison(bench: Bench): void {
  const letters = async (ledger: Ledger): Promise<DeadLetter[]> =>
    (await bench.read(ledger.definition.deadLetters ?? ''))
      .map(({ value }) => decodeAs('DeadLetter', value ?? new Uint8Array(0)))
      .sort((one, other) => one.partition - other.partition || one.offset - other.offset);
  const poison = (ledger: Ledger, minute: number, overrides: Partial<NewRecord> = {}): NewRecord => ({
    topic: ledger.input,
    key: `key-${minute % 10}`,
    value: bytes(`poison ${minute}`),
    timestamp: minute * 60_000 + 100,
    headers: { traceparent: `trace-${minute}`, other: 'x' },
    ...overrides,
  });

  describe('records that a task cannot take', () => {
    test('are skipped in every replay, set aside as they were, and cost nothing else, also while commits fail', {
      timeout: 3 * deadlineMs,
    }, async () => {
      const ledger = await Ledger.create(bench, { snapshotEveryMs: 180_000 });
      const faults: Faults = { before: 0, after: 0 };
      const random = seededRandom(21);
      const log = bench.logOver(faultyEngine(bench.engine, random, 0.1, faults));
      const writer = bench.engine.writer();
      let member = await log.processor(ledger.definition);
      const poisoned: NewRecord[] = [];
      for (let minute = 0; minute < 30; minute += 1) {
        const records = ledger.minutes(minute, minute + 1);
        if (minute % 3 === 0) {
          const bad = poison(ledger, minute);
          poisoned.push(bad);
          // Anywhere: first, last, in the middle; sometimes two in a row.
          const place = Math.floor(random() * (records.length + 1));
          records.splice(place, 0, bad);
          if (minute % 6 === 0) {
            records.splice(place, 0, bad);
            poisoned.push(bad);
          }
        }
        await writer.append(records);
        if (random() < 0.5) await until(`minute ${minute}`, () => ledger.caughtUp(bench));
        if (minute === 14) {
          await member.close();
          member = await log.processor(ledger.definition);
        }
      }
      await until('everything processed', () => ledger.caughtUp(bench));
      await member.close();
      expect(faults.before + faults.after).toBeGreaterThan(0);
      const { outputs, states } = await ledger.undisturbed(bench);
      expect(await ledger.outputs(bench)).toEqual(outputs);
      expect(ledger.states()).toEqual(states);

      const found = await letters(ledger);
      expect(found).toHaveLength(poisoned.length);
      const originals = (await bench.read(ledger.input)).filter(({ value }) => text(value)?.startsWith('poison'));
      const placeOf = ({ partition, offset }: LogRecord): number => partition * 1e6 + offset;
      originals.sort((one, other) => placeOf(one) - placeOf(other));
      expect(
        found.map(({ key, value, headers, topic, partition, offset, timestamp }) => {
          return { key, value: text(value), headers, topic, partition, offset, timestamp };
        }),
      ).toEqual(originals.map((record) => ({ ...record, value: text(record.value) })));
      for (const letter of found) {
        expect(letter.group).toBe(ledger.definition.group);
        expect(letter.reason).toMatch(/^'poison \d+' is no number$/);
        expect(letter.stack).toContain('ledger-task.ts');
      }

      // From the snapshots, and from the beginning: both leave out the same.
      for (const snapshotVersion of [1, 2]) {
        const again = await bench.log.processor({ ...ledger.definition, snapshotVersion });
        await until('all partitions live', () => again.partitions().length === ledger.partitions);
        await again.close();
        expect(ledger.states()).toEqual(states);
      }
      expect(await letters(ledger)).toHaveLength(poisoned.length);
    });

    test('stop the processor when ten in a row fail, and restarts do not drain the topic', async () => {
      const ledger = await Ledger.create(bench);
      const at = { partition: 2 };
      const good = poison(ledger, 0, { ...at, value: bytes('1') });
      const writer = bench.engine.writer();
      const bad = (count: number): NewRecord[] => Array.from({ length: count }, (_, i) => poison(ledger, i, at));
      // Nine and a good one: no reason to stop.
      await writer.append([...bad(failedInRowMax - 1), good]);
      const first = await bench.log.processor(ledger.definition);
      await until('the good one', () => ledger.caughtUp(bench));
      await first.close();
      expect(await letters(ledger)).toHaveLength(failedInRowMax - 1);
      // Five, a restart, and more: what was skipped before counts.
      await writer.append(bad(5));
      const second = await bench.log.processor(ledger.definition);
      await until('five more', () => ledger.caughtUp(bench));
      await second.close();
      await writer.append([...bad(20), good]);
      const facts = { topic: ledger.input, partition: 2, offset: 19, count: failedInRowMax };
      for (let restart = 0; restart < 2; restart += 1) {
        const member = await bench.log.processor(ledger.definition);
        await expect(member.failed).rejects.toMatchObject({ code: 'RECORDS_FAILED', facts });
        expect(member.partitions()).toEqual([]);
        expect(await letters(ledger)).toHaveLength(2 * (failedInRowMax - 1));
      }
      expect((await ledger.outputs(bench)).flat()).toEqual([lineOf({ ...good, value: bytes('1 1 0 x1') })]);
    });

    test('of a side input are skipped by all tasks and set aside once', { timeout: 2 * deadlineMs }, async () => {
      const side = await bench.topic('side', { partitions: 2 });
      const ledger = await Ledger.create(bench, { sides: [side] });
      const writer = bench.engine.writer();
      const change = (value: string, partition = 0): Promise<void> =>
        writer.append([{ topic: side, key: 'factor', value: bytes(value), timestamp: 1, partition }]);
      await change('2');
      await change('nonsense');
      await change('more nonsense', 1);
      let member = await bench.log.processor(ledger.definition);
      for (let minute = 0; minute < 10; minute += 1) {
        await writer.append(ledger.minutes(minute, minute + 1));
        await until(`minute ${minute}`, () => ledger.caughtUp(bench));
        if (minute === 4) await change('broken');
        if (minute === 6) {
          await change('3');
          await member.close();
          member = await bench.log.processor(ledger.definition);
        }
      }
      await member.close();
      const outputs = await ledger.outputs(bench);
      const factors = new Set(outputs.flat().map((line) => / x(\S+)$/.exec(line)?.[1]));
      expect([...factors].filter((factor) => factor !== undefined).sort()).toEqual(['2', '3']);
      const found = await letters(ledger);
      expect(found.map(({ topic, value }) => [topic, text(value)])).toEqual([
        [side, 'nonsense'],
        [side, 'broken'],
        [side, 'more nonsense'],
      ]);
      const again = await bench.log.processor({ ...ledger.definition, snapshotVersion: 2 });
      await until('all partitions live', () => again.partitions().length === ledger.partitions);
      await again.close();
      expect(Array.from({ length: 4 }, (_, p) => ledger.tasks.get(p)?.emitted.map(lineOf))).toEqual(outputs);
    });

    test('of a side input are forgotten when they are gone, and only they', async () => {
      const side = await bench.topic('side', { partitions: 1 });
      const ledger = await Ledger.create(bench, { sides: [side] });
      const writer = bench.engine.writer();
      for (const value of ['2', 'first', 'second', '3']) {
        await writer.append([{ topic: side, key: 'factor', value: bytes(value), timestamp: 1 }]);
      }
      const run = async (engine: Engine, minute: number): Promise<void> => {
        const member = await bench.logOver(engine).processor(ledger.definition);
        await writer.append(ledger.minutes(minute, minute + 1));
        await until(`minute ${minute}`, () => ledger.caughtUp(bench));
        await member.close();
      };
      const skips = async (): Promise<string[]> => {
        const kept = new Set<string>();
        for (const { key, value } of await bench.read(ledger.definition.snapshots)) {
          if (key?.includes('/skip/') !== true) continue;
          if (value === null) kept.delete(key);
          else kept.add(key);
        }
        return [...kept].sort();
      };
      const skipsOf = (...offsets: readonly number[]): string[] =>
        [0, 1, 2, 3]
          .flatMap((partition) =>
            offsets.map((offset) => `${ledger.definition.group}/${partition}/skip/${side}/0/${offset}`),
          )
          .sort();
      await run(bench.engine, 0);
      expect(await skips()).toEqual(skipsOf(1, 2));
      // As after compaction.
      const engine = withoutRecord(bench.engine, side, 1);
      await run(engine, 1);
      expect(await skips()).toEqual(skipsOf(2));
      await run(engine, 2);
      const outputs = await ledger.outputs(bench);
      expect(outputs.flat().filter((line) => line.includes(' x') && !line.endsWith(' x3'))).toEqual([]);
      const again = await bench.logOver(engine).processor({ ...ledger.definition, snapshotVersion: 2 });
      await until('all partitions live', () => again.partitions().length === ledger.partitions);
      await again.close();
      expect(Array.from({ length: 4 }, (_, p) => ledger.tasks.get(p)?.emitted.map(lineOf))).toEqual(outputs);
    });
  });
}

/** An engine whose readers do not find one record. */
function withoutRecord(engine: Engine, topic: string, offset: number): Engine {
  return {
    ...engineMethods(engine),
    reader: (options) => {
      const reader = engine.reader(options);
      if (options.topic !== topic) return reader;
      return {
        positions: () => reader.positions(),
        close: () => reader.close(),
        async *[Symbol.asyncIterator]() {
          for await (const batch of reader) {
            const left = batch.filter((record) => record.offset !== offset);
            if (left.length > 0) yield left;
          }
        },
      };
    },
  };
}
