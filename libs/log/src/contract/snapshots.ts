import { crc32 } from 'node:zlib';
import { decodeEvent, encodeEvent, type SnapshotTaken } from '@screener/events';
import { describe, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import type { LogRecord, ProcessorDefinition } from '../port.ts';
import { type Bench, bytes, deadlineMs, text, until } from './bench.ts';
import { engineMethods } from './engine-methods.ts';
import { Ledger } from './ledger-task.ts';
import { truncatedEngine } from './truncated-engine.ts';

/** Short, so that every key has many generations. */
const snapshotEveryMs = 300_000;

interface Stored {
  readonly record: LogRecord;
  readonly taken: SnapshotTaken;
}

export function describeSnapshots(bench: Bench): void {
  /** Thirty minutes of work, and what it came to. */
  const worked = async (overrides: Partial<ProcessorDefinition> = {}) => {
    const ledger = await Ledger.create(bench, { snapshotEveryMs, ...overrides });
    const writer = bench.engine.writer();
    const member = await bench.log.processor(ledger.definition);
    for (let minute = 0; minute < 30; minute += 1) {
      await writer.append(ledger.minutes(minute, minute + 1));
      await until(`minute ${minute}`, () => ledger.caughtUp(bench));
    }
    await member.close();
    return { ledger, writer, ...(await ledger.undisturbed(bench)) };
  };
  const restart = async (
    ledger: Ledger,
    { engine = bench.engine, ...overrides }: Partial<ProcessorDefinition> & { engine?: Engine } = {},
  ): Promise<{ states: unknown[]; applied: number }> => {
    ledger.tasks.clear();
    const member = await bench.logOver(engine).processor({ ...ledger.definition, ...overrides });
    const live = until('all partitions live', () => member.partitions().length === ledger.partitions);
    await Promise.race([live, member.failed]).finally(() => {
      live.catch(() => {});
      return member.close();
    });
    const applied = [...ledger.tasks.values()].reduce((sum, task) => sum + task.applied, 0);
    return { states: ledger.states(), applied };
  };
  /** What the snapshots topic holds, newest per record key. */
  const recorded = async (ledger: Ledger): Promise<Map<string, LogRecord>> => {
    const newest = new Map<string, LogRecord>();
    for (const record of await bench.read(ledger.definition.snapshots)) {
      if (record.value === null) newest.delete(record.key ?? '');
      else newest.set(record.key ?? '', record);
    }
    return newest;
  };
  /** Generations of one key, the newest first. */
  const generations = async (ledger: Ledger, key: string): Promise<Stored[]> => {
    const stored: Stored[] = [];
    for (const record of (await recorded(ledger)).values()) {
      if (!record.key?.includes(`/${key}/`) || record.value === null) continue;
      const decoded = decodeEvent(record.value);
      if (decoded.type === 'SnapshotTaken') stored.push({ record, taken: decoded.event });
    }
    return stored.sort((one, other) => other.taken.offset - one.taken.offset);
  };
  const floors = async (ledger: Ledger): Promise<Map<number, number>> => {
    const found = new Map<number, number>();
    for (const { value } of (await recorded(ledger)).values()) {
      const decoded = value === null ? undefined : decodeEvent(value);
      if (decoded?.type === 'ReplayFloorRaised') found.set(decoded.event.partition, decoded.event.inputOffset);
    }
    return found;
  };
  const damage = ({ record, taken }: Stored, how: 'checksum' | 'bytes'): LogRecord => ({
    ...record,
    // Of the state, not of the checksum that stands there: damaged twice would be sound.
    value: how === 'bytes' ? bytes('?') : encodeEvent('SnapshotTaken', { ...taken, checksum: crc32(taken.state) ^ 1 }),
  });

  describe('snapshots', () => {
    test('of another version are migrated, and written anew in the new format', async () => {
      const { ledger, writer, states } = await worked();
      const v2 = (key: string, state: Uint8Array): Uint8Array => bytes(`v2 ${key} ${text(state)}`);
      const task = (partition: number) => {
        const made = ledger.definition.task(partition);
        return Object.assign(Object.create(made), {
          apply: made.apply.bind(made),
          keys: () => made.keys?.() ?? [],
          snapshot: (key: string) => v2(key, made.snapshot?.(key) ?? bytes('')),
          restore: (key: string, state: Uint8Array) => {
            const [version, name, ...rest] = (text(state) ?? '').split(' ');
            if (version !== 'v2' || name !== key) throw new Error(`restored from ${text(state)}`);
            made.restore?.(key, bytes(rest.join(' ')));
          },
        });
      };
      const fromVersions = new Set<number>();
      const second: Partial<ProcessorDefinition> = {
        snapshotVersion: 2,
        task,
        migrateSnapshot: (version, key, state) => {
          fromVersions.add(version);
          return version === 1 ? v2(key, state) : undefined;
        },
      };
      // The log keeps nothing of what the snapshots stand for: without them this would not come out right.
      const kept = await floors(ledger);
      const engine = truncatedEngine(bench.engine, ledger.input, (partition) => kept.get(partition) ?? 0);
      expect((await restart(ledger, { ...second, engine })).states).toEqual(states);
      expect([...fromVersions]).toEqual([1]);

      // A minute more, and all of them stand in the new format; nobody has to migrate again.
      await writer.append(ledger.minutes(30, 31));
      const member = await bench.logOver(engine).processor({ ...ledger.definition, ...second });
      await until('a minute more', () => ledger.caughtUp(bench));
      await until('all keys in the new format', async () => {
        const newest = await Promise.all(Array.from({ length: 10 }, (_, key) => generations(ledger, `key-${key}`)));
        return newest.every(([first]) => first?.taken.version === 2);
      });
      await member.close();
      const after = (await ledger.undisturbed(bench)).states;
      const { snapshotVersion } = second;
      expect((await restart(ledger, { task, ...(snapshotVersion && { snapshotVersion }), engine })).states).toEqual(
        after,
      );
    });

    test('of another version that nobody migrates: the input is enough, or the member refuses to start', async () => {
      const { ledger, states, outputs } = await worked();
      const rebuilt = await restart(ledger, { snapshotVersion: 2 });
      expect(rebuilt.states).toEqual(states);
      expect(rebuilt.applied).toBe(outputs.flat().length);
      const engine = truncatedEngine(bench.engine, ledger.input, () => 1);
      for (const migrateSnapshot of [undefined, () => undefined]) {
        const given = { engine, snapshotVersion: 2, ...(migrateSnapshot && { migrateSnapshot }) };
        await expect(restart(ledger, given)).rejects.toMatchObject({ code: 'SNAPSHOT_UNUSABLE' });
        await expect(restart(ledger, given)).rejects.toThrow(
          /the snapshot of key-\d has format 1, expected 2.* begins at 1: start the version that wrote/,
        );
      }
      // Nothing was harmed by it.
      expect((await restart(ledger, { engine })).states).toEqual(states);
    });

    test('that are damaged are never trusted: the one before and the log give the same', async () => {
      const { ledger, writer, states } = await worked();
      const kept = await floors(ledger);
      const engine = truncatedEngine(bench.engine, ledger.input, (partition) => kept.get(partition) ?? 0);
      for (let key = 0; key < 10; key += 1) {
        const found = await generations(ledger, `key-${key}`);
        expect(found).toHaveLength(2);
        const [newest, before] = found;
        if (newest === undefined || before === undefined) continue;
        expect(newest.taken.offset).toBeGreaterThan(before.taken.offset);
        await writer.append([damage(newest, key % 2 === 0 ? 'checksum' : 'bytes')]);
      }
      // The log still holds what the generation before needs: that is what the floor promises.
      expect((await restart(ledger, { engine })).states).toEqual(states);

      // Both of one key: all of the input, or none.
      await writer.append((await generations(ledger, 'key-4')).map((stored) => damage(stored, 'checksum')));
      await expect(restart(ledger, { engine })).rejects.toMatchObject({ code: 'SNAPSHOT_UNUSABLE' });
      expect((await restart(ledger)).states).toEqual(states);
    });

    test('say from where the log is needed, and the engine is asked to keep it', async () => {
      const calls = new Map<number, number>();
      const { ledger } = await worked();
      const engine: Engine = {
        ...engineMethods(bench.engine),
        protect: async (group, topic, partition, offset) => {
          expect([group, topic]).toEqual([ledger.definition.group, ledger.input]);
          calls.set(partition, offset);
        },
      };
      const kept = await floors(ledger);
      expect(kept.size).toBe(ledger.partitions);
      const ends = await bench.engine.offsets(ledger.input);
      for (const { partition, end } of ends) {
        // Two generations are ten minutes; nothing holds back much more.
        expect(kept.get(partition)).toBeGreaterThan(end / 2);
        expect(kept.get(partition)).toBeLessThan(end);
      }
      await restart(ledger, { engine });
      await until('all floors protected', () => calls.size === ledger.partitions);
      expect(calls).toEqual(kept);
      // Where it was not kept after all, that is said, and nothing is made up.
      const gone = truncatedEngine(bench.engine, ledger.input, (partition) => (ends[partition]?.end ?? 1) - 1);
      await expect(restart(ledger, { engine: gone })).rejects.toThrow(/too old, and .* is needed from offset/);
    });

    test('recorded side offsets that no replay can need are taken back', { timeout: 2 * deadlineMs }, async () => {
      const side = await bench.topic('side', { partitions: 1 });
      const ledger = await Ledger.create(bench, { sides: [side], snapshotEveryMs });
      const writer = bench.engine.writer();
      const run = async (
        engine: Engine,
        { from, to, done = () => true }: { from: number; to: number; done?: () => boolean | Promise<boolean> },
      ): Promise<void> => {
        const member = await bench.logOver(engine).processor(ledger.definition);
        await until('all partitions live', () => member.partitions().length === ledger.partitions);
        for (let minute = from; minute < to; minute += 1) {
          await writer.append([{ topic: side, key: 'factor', value: bytes(`${minute + 2}`), timestamp: minute }]);
          await writer.append(ledger.minutes(minute, minute + 1));
          await until(`minute ${minute}`, () => ledger.caughtUp(bench));
        }
        await until('what has to be done', done);
        await member.close();
      };
      await run(bench.engine, { from: 0, to: 20 });
      const marksOf = async (): Promise<string[]> =>
        [...(await recorded(ledger)).keys()].filter((key) => key.includes('/side/'));
      const before = (await marksOf()).length;
      expect(before).toBeGreaterThan(ledger.partitions * 10);
      const kept = await floors(ledger);
      const engine = truncatedEngine(bench.engine, ledger.input, (partition) => kept.get(partition) ?? 0);
      const marksAt = async (partition: number): Promise<number[]> =>
        (await marksOf())
          .filter((key) => key.startsWith(`${ledger.definition.group}/${partition}/`))
          .map((key) => Number(key.split('/').at(-1)));
      // One at or before the beginning, and those after it.
      const arePruned = async (): Promise<boolean> => {
        const left = await Promise.all([...kept].map(async ([at, floor]) => ({ floor, offsets: await marksAt(at) })));
        return left.every(({ floor, offsets }) => offsets.filter((offset) => offset <= floor).length === 1);
      };
      expect(await arePruned()).toBe(false);
      await run(engine, { from: 20, to: 22, done: arePruned });
      for (const [partition, floor] of kept) {
        expect((await marksAt(partition)).filter((offset) => offset > floor).length).toBeGreaterThan(1);
      }
      const states = ledger.states();
      expect((await restart(ledger, { engine })).states).toEqual(states);
    });
  });
}
