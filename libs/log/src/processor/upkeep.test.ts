import { expect, test } from 'vitest';
import { VirtualTime } from '../simulation/virtual-time.ts';
import { Upkeep, upkeepDelayMsMax, upkeepQuietMs } from './upkeep.ts';

function setUp() {
  const time = new VirtualTime();
  const runs: number[] = [];
  const upkeep = new Upkeep(time, () => runs.push(time.now()));
  return { time, runs, upkeep, pass: (forMs: number) => time.run(() => false, time.now() + forMs) };
}

test('comes when the partition is quiet, once', async () => {
  const { runs, upkeep, pass } = setUp();
  upkeep.transacted(true);
  await pass(upkeepQuietMs / 2);
  upkeep.transacted(true);
  await pass(upkeepQuietMs / 2);
  expect(runs).toEqual([]);
  await pass(upkeepDelayMsMax);
  expect(runs).toEqual([2 * upkeepQuietMs]);
});

test('is not put off for ever where the partition never is', async () => {
  const { runs, upkeep, pass, time } = setUp();
  upkeep.transacted(true);
  while (time.now() < 2 * upkeepDelayMsMax) {
    upkeep.transacted(runs.length === 0);
    await pass(upkeepQuietMs / 4);
  }
  expect(runs).toEqual([upkeepDelayMsMax]);
});

test('does not come where nothing is due, nor after the end, which says what was waiting', async () => {
  const { runs, upkeep, pass } = setUp();
  upkeep.transacted(false);
  await pass(upkeepDelayMsMax);
  upkeep.transacted(true);
  expect(upkeep.close()).toBe(true);
  expect(upkeep.close()).toBe(false);
  upkeep.transacted(true);
  await pass(upkeepDelayMsMax);
  expect(runs).toEqual([]);
});
