/** A second and a third calculator take partitions over in the middle, and one of them goes: the events are those of a single one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calculatorApp } from '@screener/calculator';
import { decodeEvent, encodeEvent } from '@screener/events';
import { type Log, type NewRecord, openLog, readTopology } from '@screener/log';
import { createLogger, createSupervisor, readSettings, type Supervisor } from '@screener/service';
import { afterEach, expect, test } from 'vitest';
import { recordMarket } from './recorded-market.ts';
import { waitFor } from './running-screener.ts';
import { caughtUp, contentsOf, firstDifference } from './topic-contents.ts';

const topology = readTopology(join(import.meta.dirname, '../../topology/topics.yaml'));
const directories: string[] = [];

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

async function openOwnLog(): Promise<Log> {
  const directory = mkdtempSync(join(tmpdir(), 'screener-scaling-'));
  directories.push(directory);
  const log = await openLog({ directory });
  await log.ensureTopics(topology);
  return log;
}

async function startCalculator(log: Log, instance: string): Promise<Supervisor> {
  const logger = createLogger({ level: 'silent', name: 'test', json: false, write: () => undefined, now: Date.now });
  const supervisor = createSupervisor({
    context: { log, logger, settings: readSettings({}), instance, now: Date.now },
  });
  await supervisor.start(calculatorApp);
  return supervisor;
}

const partitionsOf = ({ states }: Supervisor): number => states[0]?.numbers.partitions ?? 0;
const shares = (supervisors: readonly Supervisor[]): string => supervisors.map(partitionsOf).join(' ');

/** Of the first candle of the minute: traded a little higher than it was said. */
function correctionOf(minute: readonly NewRecord[]): NewRecord {
  for (const record of minute) {
    const { type, event } = decodeEvent(record.value ?? new Uint8Array());
    if (type !== 'KlineClosed') continue;
    const { source: _, instrument: __, openTime: ___, ...previous } = event;
    const corrected = { ...event, high: event.high * 1.01, previous, reason: 'test', source: 'rest' } as const;
    return { ...record, value: encodeEvent('KlineCorrected', corrected) };
  }
  throw new Error('no candle in this minute');
}

test('one instance and three give equal events', async () => {
  const partitions = topology.find(({ name }) => name === 'klines.closed')?.partitions ?? 0;
  const market = await recordMarket({ seed: 9, instruments: 16, minutes: 90, partitions, end: Date.now() });
  const minutes = market.minutes.map((minute, index) =>
    index % 25 === 24 ? [...minute, correctionOf(market.minutes[index - 20] ?? [])] : minute,
  );
  const [single, shared] = [await openOwnLog(), await openOwnLog()];
  const feed = async (log: Log, from: number, to: number): Promise<void> => {
    for (const minute of minutes.slice(from, to)) await log.writer().append(minute);
  };
  const done = async (log: Log): Promise<boolean> =>
    (await caughtUp(log, 'calculator', 'klines.closed')) && (await caughtUp(log, 'market', 'market.parts'));

  const only = await startCalculator(single, 'only');
  await feed(single, 0, minutes.length);

  const three = [await startCalculator(shared, 'first')];
  await feed(shared, 0, 30);
  for (const name of ['second', 'third']) three.push(await startCalculator(shared, name));
  await waitFor(
    () => three.every((each) => partitionsOf(each) === partitions / 3),
    20_000,
    () => shares(three),
  );
  await feed(shared, 30, 60);
  await three.shift()?.stop();
  await feed(shared, 60, minutes.length);
  await waitFor(
    async () => (await done(single)) && (await done(shared)),
    30_000,
    () => shares([only, ...three]),
  );
  expect(three.map(partitionsOf).every((count) => count > 0)).toBe(true);

  for (const topic of ['metrics.closed', 'market.closed']) {
    const expected = await contentsOf(single, topic);
    // Corrections revise the 20 minutes since.
    const least = topic === 'market.closed' ? minutes.length : market.candles + 3 * 20;
    expect(expected.flat().length, topic).toBeGreaterThanOrEqual(least);
    expect(firstDifference(expected, await contentsOf(shared, topic)), topic).toBeUndefined();
  }
  for (const supervisor of [only, ...three]) await supervisor.stop();
  for (const log of [single, shared]) await log.close();
}, 120_000);
