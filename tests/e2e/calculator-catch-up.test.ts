/** Partitions that are hours apart, as after an outage, and calculators that end in between: the events are those of an undisturbed run. */
import { decodeAs } from '@screener/events';
import type { Log, NewRecord } from '@screener/log';
import { afterEach, expect, test } from 'vitest';
import { calculate, createOwnLogs, klinePartitions } from './calculator-world.ts';
import { recordMarket } from './recorded-market.ts';
import { contentsOf, firstDifference } from './topic-contents.ts';

const minutes = 200;
const outputs = ['metrics.closed', 'market.closed'] as const;
const { open: openOwnLog, cleanUp } = createOwnLogs();
afterEach(cleanUp);

/** A calculator of its own for these records: it begins with what the one before left, and ends. */
async function feedAndCalculate(log: Log, records: readonly NewRecord[]): Promise<void> {
  await log.writer().append(records);
  await calculate(log);
}

async function expectUndisturbed(undisturbed: Log, log: Log): Promise<void> {
  for (const topic of outputs)
    expect(firstDifference(await contentsOf(undisturbed, topic), await contentsOf(log, topic)), topic).toBeUndefined();
  const closed: number[] = [];
  for await (const batch of log.reader({ topic: 'market.closed', from: 'beginning', until: 'end' })) {
    for (const { value } of batch) {
      const market = decodeAs('MarketClosed', value ?? new Uint8Array());
      expect(market.missingPartitions).toEqual([]);
      closed.push(market.openTime);
    }
  }
  expect(closed).toHaveLength(minutes);
}

test('partitions three hours apart', { timeout: 120_000 }, async () => {
  const recorded = await recordMarket({
    seed: 12,
    instruments: 14,
    minutes,
    partitions: klinePartitions,
    end: Date.now(),
  });
  const all = recorded.minutes.flat();
  const undisturbed = await openOwnLog();
  await feedAndCalculate(undisturbed, all);

  const late = 3;
  const others = all.filter(({ partition }) => partition !== late);
  const behind = all.filter(({ partition }) => partition === late);
  const log = await openOwnLog();
  const half = others.length / 2;
  for (const records of [others.slice(0, half), others.slice(half), behind.slice(0, 7), behind.slice(7)]) {
    await feedAndCalculate(log, records);
  }

  await expectUndisturbed(undisturbed, log);
});

test('hours whose candles come before their markers, as the collector makes up for an absence', {
  timeout: 120_000,
}, async () => {
  const [undisturbed, log] = [await openOwnLog(), await openOwnLog()];
  const recorded = await recordMarket({
    seed: 13,
    instruments: 14,
    minutes,
    partitions: klinePartitions,
    end: Date.now(),
  });
  await feedAndCalculate(undisturbed, recorded.minutes.flat());

  const absent = recorded.minutes.slice(20, 180).flat();
  await feedAndCalculate(log, recorded.minutes.slice(0, 20).flat());
  await feedAndCalculate(
    log,
    absent.filter(({ key }) => key !== null),
  );
  const markers = absent.filter(({ key }) => key === null);
  await feedAndCalculate(log, markers.slice(0, 1_000));
  await feedAndCalculate(log, [...markers.slice(1_000), ...recorded.minutes.slice(180).flat()]);
  expect(
    firstDifference(await contentsOf(undisturbed, 'market.closed'), await contentsOf(log, 'market.closed')),
  ).toBeUndefined();
});
