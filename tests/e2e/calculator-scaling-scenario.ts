/** Calculators come and go in the middle: the events are those of a single one that nobody disturbed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Log, type NewRecord, openLog } from '@screener/log';
import type { Supervisor } from '@screener/service';
import { expect } from 'vitest';
import {
  allCalculated,
  correctionOf,
  higher,
  klinePartitions,
  partitionsOf,
  startCalculator,
  topology,
} from './calculator-world.ts';
import { recordMarket } from './recorded-market.ts';
import { waitFor } from './running-screener.ts';
import { contentsOf, firstDifference } from './topic-contents.ts';

export interface ScalingGround {
  /** For the next instance: one of its own, where instances can have that. */
  openLog(): Promise<Log>;
  /** After all instances have stopped. */
  close(): Promise<void>;
}

export interface ScalingSize {
  readonly instruments: number;
  readonly minutes: number;
  /** For everybody to have a share, and for everything to be calculated. */
  readonly withinMs: number;
}

const correctionEvery = 25;
const correctedMinutesBack = 20;
const outputs = ['metrics.closed', 'market.parts', 'market.closed'] as const;

interface Instance {
  readonly log: Log;
  readonly supervisor: Supervisor;
}

const shares = (instances: readonly Instance[]): string =>
  instances.map(({ supervisor }) => partitionsOf(supervisor)).join(' ');

/** Key and body of every event of a single calculator on a log of its own. */
async function undisturbedRun(minutes: readonly (readonly NewRecord[])[], withinMs: number) {
  const directory = mkdtempSync(join(tmpdir(), 'screener-scaling-'));
  const log = await openLog({ directory });
  try {
    await log.ensureTopics(topology);
    for (const minute of minutes) await log.writer().append(minute);
    const supervisor = await startCalculator(log, 'only');
    await waitFor(
      () => allCalculated(log),
      withinMs,
      () => JSON.stringify(supervisor.states),
    );
    await supervisor.stop();
    return new Map(await Promise.all(outputs.map(async (topic) => [topic, await contentsOf(log, topic)] as const)));
  } finally {
    await log.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

export async function expectEqualEvents(
  openGround: () => Promise<ScalingGround>,
  { instruments, minutes: count, withinMs }: ScalingSize,
): Promise<void> {
  const market = await recordMarket({
    seed: 9,
    instruments,
    minutes: count,
    partitions: klinePartitions,
    end: Date.now(),
  });
  const minutes = market.minutes.map((minute, index) =>
    index % correctionEvery === correctionEvery - 1
      ? [...minute, correctionOf(market.minutes[index - correctedMinutesBack] ?? [], higher)]
      : minute,
  );
  const expected = await undisturbedRun(minutes, withinMs);
  const ground = await openGround();
  const instances: Instance[] = [];
  try {
    const beside = await ground.openLog();
    await beside.ensureTopics(topology);
    let started = 0;
    const join = async (): Promise<void> => {
      const log = await ground.openLog();
      instances.push({ log, supervisor: await startCalculator(log, `calculator-${started++}`) });
    };
    const leave = async (): Promise<void> => void (await instances.shift()?.supervisor.stop());
    /** Everybody has a share of what there is. */
    const shared = (): Promise<void> =>
      waitFor(
        () => instances.every(({ supervisor }) => partitionsOf(supervisor) === klinePartitions / instances.length),
        withinMs,
        () => shares(instances),
      );
    let fed = 0;
    const feed = async (part: number): Promise<void> => {
      const to = Math.min(count, fed + Math.ceil(count * part));
      for (; fed < to; fed++) await beside.writer().append(minutes[fed] ?? []);
    };

    await join();
    await feed(0.2);
    // Two more while it is at work.
    await Promise.all([join(), join(), feed(0.1)]);
    await shared();
    await feed(0.2);
    // The first, which had everything, goes in the middle of the next part.
    await Promise.all([leave(), feed(0.1)]);
    await shared();
    await Promise.all([join(), feed(0.1)]);
    await feed(0.1);
    await Promise.all([leave(), leave(), feed(1)]);
    await waitFor(
      () => allCalculated(beside),
      withinMs,
      () => shares(instances),
    );
    expect(fed).toBe(count);
    for (const topic of outputs) {
      const events = expected.get(topic) ?? [];
      // A correction revises every minute since.
      const corrections = Math.floor(count / correctionEvery);
      const least = topic === 'metrics.closed' ? market.candles + corrections * correctedMinutesBack : count;
      expect(events.flat().length, topic).toBeGreaterThanOrEqual(least);
      const found = await contentsOf(beside, topic);
      // Parts of all partitions meet in one: between them no order is promised.
      const inAnyOrder = (contents: typeof events) => contents.map((partition) => [...partition].sort());
      const isUnordered = topic === 'market.parts';
      const difference = isUnordered
        ? firstDifference(inAnyOrder(events), inAnyOrder(found))
        : firstDifference(events, found);
      expect(difference, topic).toBeUndefined();
    }
  } finally {
    for (const { supervisor } of instances) await supervisor.stop();
    await ground.close();
  }
}
