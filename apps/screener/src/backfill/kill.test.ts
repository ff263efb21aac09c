/** Backfills that are killed with -9 again and again leave what an undisturbed one leaves. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Log, openLog } from '@screener/log';
import { type Simulator, startSimulator } from '@screener/simulator';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readProjectTopology } from '../open-project-log.ts';
import { historyTopic, progressTopic } from './progress-records.ts';

const minuteMs = 60_000;
const entry = join(import.meta.dirname, '../main.ts');

let home: string;
let simulator: Simulator;
let children: ChildProcess[];
let logs: Log[];
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'backfill-kill-'));
  [children, logs] = [[], []];
  const common = { port: 0, host: '127.0.0.1', seed: 3, instruments: 5, speed: 1, now: Date.now, notify: () => {} };
  simulator = await startSimulator(common);
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const log of logs) await log.close();
  await simulator.stop();
  rmSync(home, { recursive: true });
});

function start(name: string, args: readonly string[]) {
  const environment = { ...process.env, SCREENER_HOME: join(home, name), BINANCE_REST_BASE: simulator.restBase };
  const child = spawn(process.execPath, [entry, 'backfill', '--all', '--share', '100', ...args], {
    ...{ env: environment, cwd: home, stdio: ['ignore', 'pipe', 'pipe'] },
  });
  children.push(child);
  const told = { out: '', error: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    told.out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    told.error += chunk.toString();
  });
  return { child, told, ended: once(child, 'close').then(([code]) => ({ code, error: told.error })) };
}

/** 10 minutes ago is certainly closed. */
function days(count: number): readonly string[] {
  const end = Math.floor(simulator.now() / minuteMs) * minuteMs - 10 * minuteMs;
  const from = end - count * 1_440 * minuteMs;
  return ['--from', new Date(from).toISOString(), '--to', new Date(end).toISOString()];
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const length = async (log: Log): Promise<number> =>
  (await log.offsets(historyTopic)).reduce((sum, { end }) => sum + end, 0);

/** Every record of each key, in order. */
async function contentsOf(log: Log, topic: string): Promise<Map<string, string[]>> {
  const contents = new Map<string, string[]>();
  for await (const batch of log.reader({ topic, from: 'beginning', until: 'end' })) {
    for (const { key, value, timestamp } of batch) {
      const of = contents.get(key ?? '') ?? [];
      contents.set(key ?? '', of);
      of.push(`${timestamp} ${Buffer.from(value ?? []).toString('hex')}`);
    }
  }
  return contents;
}

test('whatever kills it, nothing is lost, doubled or out of order', { timeout: 60_000 }, async () => {
  const range = days(6);
  const total = 5 * 6 * 1_440;

  // A process that writes is there at some times and not at others; backfills come and go beside it.
  const directory = join(home, 'killed/live');
  const running = await openLog({ directory });
  logs.push(running);
  await running.ensureTopics(readProjectTopology());
  const marks = [0.1, 0.3, 0.6, 0.8];
  for (const [round, share] of marks.entries()) {
    if (round === 2) await running.close();
    const { child, ended } = start('killed', range);
    const log = round < 2 ? running : await openLog({ directory, mode: 'read' });
    if (round >= 2) logs.push(log);
    await until(`${share} of the history`, async () => (await length(log)) >= total * share);
    child.kill('SIGKILL');
    const { code, error } = await ended;
    expect([code, error]).toEqual([null, '']);
    expect(await length(log)).toBeLessThan(total);
  }
  const last = start('killed', range);
  expect(await last.ended).toEqual({ code: 0, error: '' });
  const undisturbed = start('undisturbed', range);
  expect(await undisturbed.ended).toEqual({ code: 0, error: '' });

  const killed = await openLog({ directory, mode: 'read' });
  const other = await openLog({ directory: join(home, 'undisturbed/live'), mode: 'read' });
  logs.push(killed, other);
  const candles = await contentsOf(killed, historyTopic);
  expect(candles).toEqual(await contentsOf(other, historyTopic));
  for (const symbol of simulator.symbols) expect(candles.get(`binance:usdm:${symbol}`)).toHaveLength(6 * 1_440);
  const newest = (contents: Map<string, string[]>) => new Map([...contents].map(([key, all]) => [key, all.at(-1)]));
  expect(newest(await contentsOf(killed, progressTopic))).toEqual(newest(await contentsOf(other, progressTopic)));
});

test('who asks it to stop is told that the same command goes on', { timeout: 30_000 }, async () => {
  const { child, ended, told } = start('stopped', days(20));
  await until('it to begin', async () => told.out.includes('minutes to fetch'));
  child.kill('SIGINT');
  expect(await ended).toEqual({ code: 1, error: '' });
  expect(told.out).toMatch(/not complete: the same command goes on from here\n$/);
  const log = await openLog({ directory: join(home, 'stopped/live'), mode: 'read' });
  logs.push(log);
  expect(await length(log)).toBeLessThan(5 * 20 * 1_440);
});
