/** Hours of simulated time in which everything goes wrong that can, collectors killed in between: the log must not show it. */
import { openLog } from '@screener/log';
import { faultKinds, seededPlan } from '@screener/simulator';
import { afterEach, describe, expect, it } from 'vitest';
import { createKilledCollectors } from './testing/killed-collector.ts';
import { contentsOf, expectLedger } from './testing/log-contents.ts';
import { fireTheRest, unfiredOf, untilSimulated } from './testing/unfired-faults.ts';
import { createWorlds } from './testing/world.ts';

const minuteMs = 60_000;
const { world, cleanUp } = createWorlds();
const killed = createKilledCollectors();
afterEach(async () => {
  killed.cleanUp();
  await cleanUp();
});

describe('collectors while everything goes wrong', () => {
  it('write what the exchange says in the end, every minute once', async () => {
    const speed = 200;
    const everyMs = 2 * minuteMs;
    const count = faultKinds.length;
    const symbols = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'XRPUSDT'];
    const faults = seededPlan({ seed: 11, symbols, afterMs: 2 * minuteMs, everyMs, count });
    const made = await world(speed, 10, { faults, frameEveryMs: 10_000 });
    const { directory, log, simulator } = made;
    await log.close();
    const begin = simulator.now();
    const faultsEnd = begin + (count + 8) * everyMs;
    for (let round = 0; simulator.now() < faultsEnd; round++) {
      const child = await killed.start(made, 1 + (round % 2));
      const until = Math.min(faultsEnd, simulator.now() + 12 * minuteMs);
      await untilSimulated(simulator, until);
      await killed.kill(child);
    }
    const child = await killed.start(made, 2);
    // What met nobody happens again, to collectors that live.
    await fireTheRest(simulator, faultKinds, symbols);
    const over = simulator.now();
    // What was corrected last is found by the comparisons of the last round.
    const end = over + 25 * minuteMs;
    await untilSimulated(simulator, end);
    await killed.kill(child);
    expect(unfiredOf(simulator, faultKinds)).toEqual([]);
    const reopened = await openLog({ directory });
    try {
      const contents = await contentsOf(reopened);
      expectLedger(contents, simulator, over);
      const newest = [...contents.candles.values()].map((events) => events.at(-1)?.openTime ?? 0);
      expect(newest.filter((openTime) => openTime > end - 5 * minuteMs).length).toBeGreaterThan(8);
    } finally {
      await reopened.close();
    }
  }, 180_000);
});
