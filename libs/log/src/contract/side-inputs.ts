import { describe, expect, test } from 'vitest';
import type { LogRecord, Member, ProcessorDefinition } from '../port.ts';
import { type Bench, bytes, deadlineMs, seededRandom, text, until } from './bench.ts';
import { Ledger, LedgerTask, lineOf } from './ledger-task.ts';

export function describeSideInputs(bench: Bench): void {
  describe('side inputs', () => {
    test('change only where a minute opens, and a replay uses them as the live run did', {
      timeout: 4 * deadlineMs,
    }, async () => {
      const side = await bench.topic('side', { partitions: 1, compact: false });
      const ledger = await Ledger.create(bench, { sides: [side] });
      const writer = bench.engine.writer();
      const random = seededRandom(11);
      let factor = 2;
      const change = async (): Promise<void> => {
        factor += 1;
        await writer.append([{ topic: side, key: 'factor', value: bytes(`${factor}`), timestamp: factor }]);
      };
      await change();
      let member = await bench.log.processor(ledger.definition);
      // The first minute sees what was there before the member began.
      await writer.append(ledger.minutes(0, 1));
      await until('the first minute', () => ledger.caughtUp(bench));
      for (let minute = 1; minute < 40; minute += 1) {
        const records = ledger.minutes(minute, minute + 1);
        const cut = Math.floor(random() * records.length);
        await writer.append(records.slice(0, cut));
        if (random() < 0.5) await change();
        await writer.append(records.slice(cut));
        if (random() < 0.3) await until('a breath', () => ledger.caughtUp(bench));
        if (minute === 15 || minute === 30) {
          await member.close();
          await change();
          member = await bench.log.processor(ledger.definition);
        }
      }
      await until('everything processed', () => ledger.caughtUp(bench));
      await member.close();
      const outputs = await ledger.outputs(bench);

      const factors = new Set(outputs.flat().map((line) => / x(\d+)$/.exec(line)?.[1]));
      factors.delete(undefined);
      expect(Math.min(...[...factors].map(Number))).toBe(3);
      expect(factors.size).toBeGreaterThan(4);
      for (const lines of outputs) {
        const byMinute = new Map<number, Set<string>>();
        for (const line of lines) {
          const [, , timestamp, used] = /^(\S+) (\d+) .* (x\d+)$/.exec(line) ?? [];
          if (used === undefined) continue;
          const minute = Math.floor(Number(timestamp) / 60_000);
          byMinute.set(minute, (byMinute.get(minute) ?? new Set()).add(used));
        }
        for (const used of byMinute.values()) expect(used.size).toBe(1);
      }

      // From scratch (a snapshot format that nobody wrote yet), long after all changes.
      const again = await bench.log.processor({ ...ledger.definition, snapshotVersion: 2 });
      await until('all partitions live', () => again.partitions().length === ledger.partitions);
      await again.close();
      const repeated = Array.from({ length: ledger.partitions }, (_, p) => ledger.tasks.get(p)?.emitted.map(lineOf));
      expect(repeated).toEqual(outputs);
      const fromScratch = ledger.states();

      // And from the snapshots that version 1 left.
      const third = await bench.log.processor(ledger.definition);
      await until('all partitions live', () => third.partitions().length === ledger.partitions);
      await third.close();
      expect(ledger.states()).toEqual(fromScratch);
    });

    test('with a reach are read from shortly before what a take-over replays', {
      timeout: 4 * deadlineMs,
    }, async () => {
      const side = await bench.topic('side', { partitions: 1, compact: false, retentionMs: undefined });
      const minuteMs = 60_000;
      const ledger = await Ledger.create(bench, {
        sides: [side],
        sideReachMs: { [side]: 2 * minuteMs },
        snapshotEveryMs: 5 * minuteMs,
      });
      const seen = new Set<string | null>();
      const definition: ProcessorDefinition = {
        ...ledger.definition,
        task: (partition) => {
          const task = ledger.definition.task(partition);
          return Object.assign(task, {
            applySide: (record: LogRecord) => {
              seen.add(text(record.value));
              LedgerTask.prototype.applySide.call(task, record);
            },
          });
        },
      };
      const writer = bench.engine.writer();
      const change = (factor: string, minute: number): Promise<void> =>
        writer.append([{ topic: side, key: 'factor', value: bytes(factor), timestamp: minute * minuteMs }]);
      await change('2', 0);
      const member = await bench.log.processor(definition);
      await writer.append(ledger.minutes(0, 1));
      await until('the first minute', () => ledger.caughtUp(bench));
      await change('3', 39);
      await writer.append(ledger.minutes(1, 40));
      await until('everything processed', () => ledger.caughtUp(bench));
      await member.close();
      expect([...seen].sort()).toEqual(['2', '3']);
      const states = ledger.states();

      seen.clear();
      const again = await bench.log.processor(definition);
      await until('all partitions live', () => again.partitions().length === ledger.partitions);
      await again.close();
      expect([...seen]).toEqual(['3']);
      expect(ledger.states()).toEqual(states);
    });

    test.each([[1], [2], [3]])(
      'changed by another writer at random moments, on %i instances: a replay decides as they did',
      { timeout: 4 * deadlineMs },
      async (instances) => {
        const side = await bench.topic('rules', { partitions: 1, compact: true, retentionMs: undefined });
        const ledger = await Ledger.create(bench, { sides: [side], snapshotEveryMs: 300_000 });
        const random = seededRandom(100 + instances);
        const members: Member[] = [];
        for (let i = 0; i < instances; i += 1) members.push(await bench.log.processor(ledger.definition));
        const partitionsLive = (): number => members.reduce((sum, member) => sum + member.partitions().length, 0);
        await until('all partitions live', () => partitionsLive() === ledger.partitions);
        const stop = new AbortController();
        let factor = 1;
        // In its own time, as somebody at a keyboard: with respect to minutes and transactions it is anywhere.
        const editing = (async () => {
          const writer = bench.engine.writer();
          while (!stop.signal.aborted) {
            factor += 1;
            // As in the topic of rules: every version has a key of its own, so compaction takes none away.
            const key = `rule-${factor % 3}/${factor}`;
            await writer.append([{ topic: side, key, value: bytes(`${factor}`), timestamp: factor }]);
            await new Promise((resolve) => setTimeout(resolve, random() * 8));
          }
        })();
        const writer = bench.engine.writer();
        for (let minute = 0; minute < 40; minute += 1) {
          const records = ledger.minutes(minute, minute + 1);
          for (let begin = 0; begin < records.length; begin += 7) await writer.append(records.slice(begin, begin + 7));
          if (random() < 0.3) await until('a breath', () => ledger.caughtUp(bench));
        }
        await until('everything processed', () => ledger.caughtUp(bench));
        stop.abort();
        await editing;
        for (const member of members) await member.close();
        const outputs = await ledger.outputs(bench);
        const used = new Set(outputs.flat().map((line) => / x(\d+)$/.exec(line)?.[1]));
        expect(used.size).toBeGreaterThan(3);

        const restarted = async (snapshotVersion: number): Promise<unknown[]> => {
          ledger.tasks.clear();
          const again = await bench.log.processor({ ...ledger.definition, snapshotVersion });
          await until('all partitions live', () => again.partitions().length === ledger.partitions);
          await again.close();
          return ledger.states();
        };
        const fromScratch = await restarted(2);
        expect(Array.from({ length: 4 }, (_, p) => ledger.tasks.get(p)?.emitted.map(lineOf))).toEqual(outputs);
        expect(await restarted(1)).toEqual(fromScratch);
      },
    );

    test('a missing one is named', async () => {
      const ledger = await Ledger.create(bench, { sides: ['contract-no-such-topic'] });
      await expect(bench.log.processor(ledger.definition)).rejects.toMatchObject({
        code: 'TOPIC_MISSING',
        facts: { topic: 'contract-no-such-topic' },
      });
    });
  });
}
