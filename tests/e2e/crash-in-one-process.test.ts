/** In one process: an app made to crash is restarted, the others go on, and nothing is lost or doubled. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alerterApp } from '@screener/alerter';
import { calculatorApp } from '@screener/calculator';
import { type Log, openLog, readTopology } from '@screener/log';
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

interface Running {
  readonly log: Log;
  readonly supervisor: Supervisor;
}

async function start(): Promise<Running> {
  const directory = mkdtempSync(join(tmpdir(), 'screener-crash-'));
  directories.push(directory);
  const log = await openLog({ directory });
  await log.ensureTopics(topology);
  const logger = createLogger({ level: 'silent', name: 'test', json: false, write: () => undefined, now: Date.now });
  const context = { log, logger, settings: readSettings({}), instance: 'test', now: Date.now };
  const supervisor = createSupervisor({ context, firstRestartMs: 10 });
  await supervisor.start(calculatorApp);
  await supervisor.start(alerterApp);
  return { log, supervisor };
}

const done = async ({ log }: Running): Promise<boolean> =>
  (await caughtUp(log, 'calculator', 'klines.closed')) &&
  (await caughtUp(log, 'market', 'market.parts')) &&
  (await caughtUp(log, 'alerter', 'metrics.closed'));

test('a crash of one app leaves its neighbour alone and the outputs equal', async () => {
  const partitions = topology.find(({ name }) => name === 'klines.closed')?.partitions ?? 0;
  const market = await recordMarket({ seed: 5, instruments: 8, minutes: 120, partitions, end: Date.now() });
  const undisturbed = await start();
  const crashing = await start();
  for (const { log } of [undisturbed, crashing])
    for (const minute of market.minutes.slice(0, 60)) await log.writer().append(minute);

  const alerterBefore = crashing.supervisor.states.find(({ name }) => name === 'alerter')?.startedAt;
  crashing.supervisor.crash('calculator', new Error('made to crash'));
  for (const { log } of [undisturbed, crashing])
    for (const minute of market.minutes.slice(60)) await log.writer().append(minute);
  await waitFor(
    async () => (await done(undisturbed)) && (await done(crashing)),
    30_000,
    () => JSON.stringify(crashing.supervisor.states),
  );

  const states = new Map(crashing.supervisor.states.map((state) => [state.name, state]));
  expect(states.get('calculator')).toMatchObject({ crashes: 1, status: 'running' });
  expect(states.get('alerter')).toMatchObject({ crashes: 0, status: 'running', startedAt: alerterBefore });
  for (const topic of ['metrics.closed', 'alerts']) {
    const expected = await contentsOf(undisturbed.log, topic);
    expect(expected.flat().length, topic).toBeGreaterThan(topic === 'alerts' ? 0 : market.candles);
    expect(firstDifference(expected, await contentsOf(crashing.log, topic)), topic).toBeUndefined();
  }
  // Every minute is closed once, with all partitions; the last one too.
  const closed = await contentsOf(undisturbed.log, 'market.closed');
  expect(closed.flat()).toHaveLength(market.minutes.length);
  expect(firstDifference(closed, await contentsOf(crashing.log, 'market.closed'))).toBeUndefined();
  for (const { log, supervisor } of [undisturbed, crashing]) {
    await supervisor.stop();
    await log.close();
  }
}, 60_000);
