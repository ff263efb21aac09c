/** kill -9 of calculator (its market task with it) and alerter in the middle: outputs equal an undisturbed run, event by event. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alerterApp } from '@screener/alerter';
import { calculatorApp } from '@screener/calculator';
import { type Log, openLog, readTopology } from '@screener/log';
import { createLogger, createSupervisor, readSettings } from '@screener/service';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningBroker, startLocalBroker } from '../../scripts/kafka/local-broker.ts';
import { startAppProcess } from './app-process.ts';
import { allCalculated } from './calculator-world.ts';
import { type RecordedMarket, recordMarket } from './recorded-market.ts';
import { waitFor } from './running-screener.ts';
import { caughtUp, contentsOf, firstDifference } from './topic-contents.ts';

const topology = readTopology(join(import.meta.dirname, '../../topology/topics.yaml'));
const partitions = topology.find(({ name }) => name === 'klines.closed')?.partitions ?? 0;
const outputs = ['metrics.closed', 'market.closed', 'alerts'] as const;
const minutes = 420;
const killsOfEach = 4;

/** The undisturbed run: the same apps on the embedded log, in this process. */
async function undisturbedRun(directory: string, market: RecordedMarket) {
  const log = await openLog({ directory });
  await log.ensureTopics(topology);
  await log.writer().append(market.minutes.flat());
  const logger = createLogger({
    level: 'warn',
    name: 'undisturbed',
    json: false,
    write: () => undefined,
    now: Date.now,
  });
  const supervisor = createSupervisor({
    context: { log, logger, settings: readSettings({}), instance: 'undisturbed', now: Date.now },
  });
  await supervisor.start(calculatorApp);
  await supervisor.start(alerterApp);
  await waitFor(
    () => allDone(log),
    60_000,
    () => JSON.stringify(supervisor.states),
  );
  await supervisor.stop();
  const contents = new Map<string, Awaited<ReturnType<typeof contentsOf>>>();
  for (const topic of outputs) contents.set(topic, await contentsOf(log, topic));
  await log.close();
  return contents;
}

const allDone = async (log: Log): Promise<boolean> =>
  (await allCalculated(log)) && (await caughtUp(log, 'alerter', 'metrics.closed'));

describe('kill -9 on Kafka', () => {
  const directory = mkdtempSync(join(tmpdir(), 'screener-kill-'));
  let broker: RunningBroker;
  let market: RecordedMarket;

  beforeAll(async () => {
    broker = await startLocalBroker({ directory: join(directory, 'kafka'), quickStart: true, notify: () => undefined });
    market = await recordMarket({ seed: 11, instruments: 24, minutes, partitions, end: Date.now() });
  });
  afterAll(async () => {
    await broker?.stop();
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  });

  test('metrics and alerts equal an undisturbed run, event by event', async () => {
    const expected = await undisturbedRun(join(directory, 'embedded'), market);
    const log = await openLog({ directory, brokers: [broker.brokers] });
    await log.ensureTopics(topology);
    const apps = ['calculator', 'alerter'].map((name) => startAppProcess(name, broker.brokers, directory));
    try {
      const writer = log.writer();
      const rounds = killsOfEach + 1;
      const perRound = Math.ceil(market.minutes.length / rounds);
      for (let round = 0; round < rounds; round++) {
        const part = market.minutes.slice(round * perRound, (round + 1) * perRound);
        const seen = (await log.offsets('metrics.closed')).reduce((sum, { end }) => sum + end, 0);
        for (const minute of part) await writer.append(minute);
        if (round === killsOfEach) break;
        // In the middle: something of this part has come out, not all of it.
        await waitFor(
          async () => (await log.offsets('metrics.closed')).reduce((sum, { end }) => sum + end, 0) > seen,
          60_000,
          () => apps.map((app) => app.output()).join('\n'),
        );
        for (const app of apps) await app.killAndRestart();
      }
      await waitFor(
        () => allDone(log),
        120_000,
        () => apps.map((app) => app.output()).join('\n'),
      );
      expect(apps.map(({ kills }) => kills)).toEqual([killsOfEach, killsOfEach]);
      for (const topic of outputs) {
        const found = await contentsOf(log, topic);
        const least = { 'metrics.closed': market.candles, 'market.closed': minutes, alerts: 20 }[topic];
        expect(found.flat().length).toBeGreaterThanOrEqual(least);
        expect(firstDifference(expected.get(topic) ?? [], found), topic).toBeUndefined();
      }
    } finally {
      await Promise.all(apps.map((app) => app.stop()));
      await log.close();
    }
  }, 400_000);
});
