/** The collector was away: the market-wide numbers of the minutes that it makes up for have all instruments, like all others. */
import { calculatorApp } from '@screener/calculator';
import { createWorlds } from '@screener/collector/testing';
import { decodeAs, type MarketClosed } from '@screener/events';
import type { Log } from '@screener/log';
import { createLogger, createSupervisor, readSettings, type Supervisor } from '@screener/service';
import { afterEach, expect, test } from 'vitest';
import { waitFor } from './running-screener.ts';

const minuteMs = 60_000;
const instruments = 6;
const speed = 120;
const absenceMinutes = 16;

const { world, cleanUp } = createWorlds();
let supervisor: Supervisor | undefined;
afterEach(async () => {
  await supervisor?.stop();
  await cleanUp();
});

async function closedMinutes(log: Log): Promise<readonly MarketClosed[]> {
  const closed: MarketClosed[] = [];
  for await (const batch of log.reader({ topic: 'market.closed', from: 'beginning', until: 'end' }))
    for (const { value } of batch) closed.push(decodeAs('MarketClosed', value ?? new Uint8Array()));
  return closed;
}

test('minutes that the collector missed', { timeout: 120_000 }, async () => {
  // Recent enough for the topics' retention, and real time is not reached meanwhile.
  const { log, collect, simulator } = await world(speed, instruments, { startAt: Date.now() - 12 * 60 * minuteMs });
  const logger = createLogger({ level: 'silent', name: 'test', json: false, write: () => undefined, now: Date.now });
  supervisor = createSupervisor({
    context: { log, logger, settings: readSettings({}), instance: 'test', now: Date.now },
  });
  await supervisor.start(calculatorApp);
  let closed: readonly MarketClosed[] = [];
  const reaches = async (count: () => number): Promise<void> =>
    waitFor(
      async () => {
        closed = await closedMinutes(log);
        return closed.length >= count();
      },
      60_000,
      () => JSON.stringify(closed.map((market) => [market.openTime, market.instruments, market.missing])),
    );

  const before = await collect({ primeMinutes: 90, primeBars: 2, intervals: ['5m'] });
  await reaches(() => 3);
  await before.stop();
  const stoppedAt = simulator.now();
  await waitFor(
    () => simulator.now() > stoppedAt + absenceMinutes * minuteMs,
    60_000,
    () => String(simulator.now()),
  );
  await collect({ primeMinutes: 90, primeBars: 2, intervals: ['5m'] });
  const missed = closed.length + absenceMinutes;
  await reaches(() => missed);

  const first = closed[0]?.openTime ?? 0;
  expect(closed.map(({ openTime }) => (openTime - first) / minuteMs)).toEqual(closed.map((_, index) => index));
  // An accelerated exchange may be ahead of a busy machine: then the marker names who is missing, and nobody else lacks.
  const unnamed = closed.filter((market) => market.instruments + market.missing.length < instruments);
  expect(unnamed.map(({ openTime }) => (openTime - first) / minuteMs)).toEqual([]);
  const madeUpFor = closed.filter(
    ({ openTime }) => openTime > stoppedAt && openTime < stoppedAt + absenceMinutes * minuteMs,
  );
  expect(madeUpFor.filter((market) => market.instruments === instruments).length).toBeGreaterThan(absenceMinutes / 2);
  expect(madeUpFor.flatMap(({ missingPartitions }) => missingPartitions)).toEqual([]);
});
