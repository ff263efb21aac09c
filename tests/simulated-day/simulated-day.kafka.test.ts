/** Two collectors share the instruments through one Kafka log; one of them is killed now and then, another one joins. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type RunningBroker, startLocalBroker } from '../../scripts/kafka/local-broker.ts';
import { runSimulatedDay } from './simulated-day.ts';

const minuteMs = 60_000;
const timeoutMs = 400_000;
/** Those that meet a collector however few there are of them. */
const kinds = ['connection-cut', 'missing-final', 'wrong-final', 'corrected-bar', 'listing', 'halt'] as const;

const directory = mkdtempSync(join(tmpdir(), 'simulated-day-kafka-'));
const story: string[] = [];
let broker: RunningBroker;
beforeAll(async () => {
  broker = await startLocalBroker({ directory: join(directory, 'kafka'), quickStart: true, notify: () => {} });
});
afterEach(({ task }) => {
  if (task.result?.state === 'fail') process.stderr.write(`${story.join('\n')}\n`);
});
afterAll(async () => {
  await broker?.stop();
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
});

test('two collectors, killed and joined, lose and double nothing', { timeout: timeoutMs }, async () => {
  const report = await runSimulatedDay({
    durationMs: 60 * minuteMs,
    instruments: 40,
    seed: 2,
    speed: 100,
    faults: kinds.length * 2,
    kinds,
    killEveryMs: 12 * minuteMs,
    primeMinutes: 60,
    primeBars: 10,
    members: 2,
    brokers: [broker.brokers],
    directory: join(directory, 'day'),
    say: (line) => story.push(line),
  });
  expect(report.named).toEqual([]);
  expect(report.violations).toBe(0);
  expect(report.kills).toBeGreaterThanOrEqual(3);
  expect(report.candles).toBeGreaterThan(40 * 60);
  expect(report.audit).toMatchObject({ complete: true, missing: 0, doubled: 0 });
});
