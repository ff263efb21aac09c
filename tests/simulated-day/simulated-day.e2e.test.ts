/** An afternoon of simulated time in which everything goes wrong once, with collectors killed in between; `npm run simulated-day` runs a day. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultKinds } from '@screener/simulator';
import { afterEach, expect, test } from 'vitest';
import { runSimulatedDay } from './simulated-day.ts';

const minuteMs = 60_000;
/** Most of it is a machine that does something else besides. */
const timeoutMs = 300_000;

const story: string[] = [];
const directory = mkdtempSync(join(tmpdir(), 'simulated-day-'));
afterEach(({ task }) => {
  if (task.result?.state === 'fail') process.stderr.write(`${story.join('\n')}\n`);
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
});

test('every minute is what the exchange says, whatever goes wrong', { timeout: timeoutMs }, async () => {
  const report = await runSimulatedDay({
    durationMs: 100 * minuteMs,
    instruments: 40,
    seed: 1,
    speed: 200,
    faults: faultKinds.length,
    killEveryMs: 16 * minuteMs,
    primeMinutes: 60,
    primeBars: 20,
    members: 1,
    brokers: [],
    directory,
    say: (line) => story.push(line),
  });
  expect(report.named).toEqual([]);
  expect(report.violations).toBe(0);
  expect(report.audit).toMatchObject({ complete: true, missing: 0, doubled: 0, disordered: 0 });
  for (const kind of faultKinds) expect(report.faults[kind], kind).toBeGreaterThan(0);
  expect(report.kills).toBeGreaterThanOrEqual(4);
  expect(report.instruments).toBe(41);
  expect(report.candles).toBeGreaterThan(40 * 100);
  expect(report.corrections).toBeGreaterThan(0);
  expect(report.repairs).toBeGreaterThan(100);
  expect(report.requestsDuringBan).toBe(0);
});
