import { decodeEvent } from '@screener/events';
import { describe, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import type { NewRecord } from '../port.ts';
import { upkeepQuietMs } from '../processor/upkeep.ts';
import { systemTimers } from '../timers.ts';
import { type Bench, deadlineMs, until } from './bench.ts';
import { engineMethods } from './engine-methods.ts';
import { Ledger } from './ledger-task.ts';

/** Short, so that something is due in most minutes. */
const snapshotEveryMs = 300_000;

interface Commit {
  readonly partition: number;
  readonly outputs: readonly NewRecord[];
  readonly nextOffset: number;
  /** Of the offset that was committed before. */
  readonly isUpkeep: boolean;
}

/** An engine that tells of each commit before it begins; where `failing` says so, it fails without a trace. */
function watched(engine: Engine, commits: Commit[], failing: (commit: Commit) => boolean = () => false): Engine {
  return {
    ...engineMethods(engine),
    transactor: async (group, topic, partition) => {
      const transactor = await engine.transactor(group, topic, partition);
      let { committed } = transactor;
      return {
        committed,
        commit: async (outputs, nextOffset) => {
          const commit: Commit = { partition, outputs, nextOffset, isUpkeep: nextOffset === committed };
          commits.push(commit);
          if (failing(commit)) throw new Error('a fault of an upkeep');
          await transactor.commit(outputs, nextOffset);
          committed = nextOffset;
        },
        close: () => transactor.close(),
      };
    },
  };
}

const snapshotsOf = ({ outputs, partition }: Commit, { definition }: Ledger): string[] =>
  outputs.flatMap(({ topic, value }) => {
    const decoded = topic === definition.snapshots && value !== null ? decodeEvent(value) : undefined;
    return decoded?.type === 'SnapshotTaken' ? [`${partition}/${decoded.event.key}`] : [];
  });

export function describeUpkeep(bench: Bench): void {
  const feed = async (ledger: Ledger, from: number, to: number): Promise<void> => {
    for (let minute = from; minute < to; minute += 1) {
      await bench.engine.writer().append(ledger.minutes(minute, minute + 1));
      await until(`minute ${minute}`, () => ledger.caughtUp(bench));
    }
  };

  describe('what nobody waits for', () => {
    test('comes in transactions of its own, after those that have outputs', {
      timeout: 3 * deadlineMs,
    }, async () => {
      const ledger = await Ledger.create(bench, { snapshotEveryMs });
      const commits: Commit[] = [];
      const member = await bench.logOver(watched(bench.engine, commits)).processor(ledger.definition);
      await feed(ledger, 0, 12);
      await until('a snapshot after the first of each', () => {
        const later = commits.filter(({ isUpkeep }) => isUpkeep).flatMap((commit) => snapshotsOf(commit, ledger));
        return new Set(later).size === 10;
      });
      await member.close();
      const seen = new Set<string>();
      for (const commit of commits) {
        const snapshots = snapshotsOf(commit, ledger);
        // First ones go with the transaction that gave the key its state, and only they.
        expect(snapshots.every((name) => seen.has(name) === commit.isUpkeep)).toBe(true);
        for (const name of snapshots) seen.add(name);
        if (commit.isUpkeep)
          expect(commit.outputs.every(({ topic }) => topic === ledger.definition.snapshots)).toBe(true);
      }
      const { outputs, states } = await ledger.undisturbed(bench);
      expect(await ledger.outputs(bench)).toEqual(outputs);
      expect(ledger.states()).toEqual(states);
    });

    test('ends a task when it fails, also while nothing comes in, and is done by the next one', {
      timeout: 3 * deadlineMs,
    }, async () => {
      const ledger = await Ledger.create(bench, { snapshotEveryMs });
      const commits: Commit[] = [];
      const tasks = new Map<number, number>();
      const tasksThatFailed = new Map<number, number>();
      const failing = ({ partition, isUpkeep }: Commit): boolean => {
        if (isUpkeep) tasksThatFailed.set(partition, tasks.get(partition) ?? 0);
        return isUpkeep;
      };
      const task: typeof ledger.definition.task = (partition) => {
        tasks.set(partition, (tasks.get(partition) ?? 0) + 1);
        return ledger.definition.task(partition);
      };
      const log = bench.logOver(watched(bench.engine, commits, failing));
      const unlucky = await log.processor({ ...ledger.definition, task });
      await feed(ledger, 0, 8);
      // Nothing comes in any more, and whatever was done last failed.
      await until('tasks anew', () =>
        [0, 1, 2, 3].every((partition) => {
          const last = commits.findLast((commit) => commit.partition === partition);
          return last?.isUpkeep === true && (tasks.get(partition) ?? 0) > (tasksThatFailed.get(partition) ?? Infinity);
        }),
      );
      await until('all partitions live', () => unlucky.partitions().length === ledger.partitions);
      await unlucky.close();

      const later: Commit[] = [];
      const member = await bench.logOver(watched(bench.engine, later)).processor(ledger.definition);
      // One minute is enough: what was due then is due still.
      await feed(ledger, 8, 9);
      await until('a newer snapshot of each', () => {
        return new Set(later.flatMap((commit) => snapshotsOf(commit, ledger))).size === 10;
      });
      await member.close();
      const { outputs, states } = await ledger.undisturbed(bench);
      expect(await ledger.outputs(bench)).toEqual(outputs);
      expect(ledger.states()).toEqual(states);
    });

    test('is done at once by whoever gives a partition up', async () => {
      const ledger = await Ledger.create(bench, { snapshotEveryMs });
      const commits: Commit[] = [];
      const engine: Engine = {
        ...watched(bench.engine, commits),
        timers: {
          now: systemTimers.now,
          // It would never be quiet.
          after: (delayMs, call) => (delayMs === upkeepQuietMs ? () => {} : systemTimers.after(delayMs, call)),
        },
      };
      const member = await bench.logOver(engine).processor(ledger.definition);
      await feed(ledger, 0, 8);
      expect(commits.filter(({ isUpkeep }) => isUpkeep)).toEqual([]);
      await member.close();
      const upkeeps = commits.filter(({ isUpkeep }) => isUpkeep);
      expect(upkeeps.map(({ partition }) => partition).sort()).toEqual([0, 1, 2, 3]);
      expect(new Set(upkeeps.flatMap((commit) => snapshotsOf(commit, ledger))).size).toBe(10);
    });
  });
}
