/** Two backfills share the work on Kafka; one of them is killed with -9, and nothing is lost, doubled or out of order. And the audit there. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeAs, encodeEvent, type KlineClosed } from '@screener/events';
import { type Log, openLog, partitionOf, readTopology } from '@screener/log';
import { type Simulator, startSimulator } from '@screener/simulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningBroker, startLocalBroker } from '../../scripts/kafka/local-broker.ts';
import { waitFor } from './running-screener.ts';

const root = join(import.meta.dirname, '../..');
const topic = 'klines.history';
const minuteMs = 60_000;
const minutes = 12 * 1_440;
const instruments = 12;

const directory = mkdtempSync(join(tmpdir(), 'backfill-kafka-'));
const children: ChildProcess[] = [];
let broker: RunningBroker;
let simulator: Simulator;
let log: Log;
beforeAll(async () => {
  broker = await startLocalBroker({ directory: join(directory, 'kafka'), quickStart: true, notify: () => {} });
  const common = { port: 0, host: '127.0.0.1', seed: 3, instruments, speed: 1, now: Date.now, notify: () => {} };
  simulator = await startSimulator(common);
  log = await openLog({ directory: '', brokers: [broker.brokers] });
  await log.ensureTopics(readTopology(join(root, 'topology/topics.yaml')));
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await log?.close();
  await simulator?.stop();
  await broker?.stop();
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
});

const backfill = (range: readonly string[]) => start(['backfill', '--all', '--share', '100', '--json', ...range]);

function start(args: readonly string[]) {
  const addresses = { BINANCE_REST_BASE: simulator.restBase, KAFKA_BROKERS: broker.brokers };
  const entry = join(root, 'apps/screener/src/main.ts');
  const child = spawn(process.execPath, [entry, ...args], {
    ...{ cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] },
    env: { ...process.env, ...addresses, SCREENER_HOME: join(directory, 'home') },
  });
  children.push(child);
  const told = { out: '', error: '' };
  child.stdout?.on('data', (chunk: Buffer) => {
    told.out += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    told.error += chunk.toString();
  });
  const ended = once(child, 'close').then(([code]) => {
    const lines = told.out.trim().split('\n');
    return { code, total: code === null ? undefined : JSON.parse(lines.at(-1) ?? '').total, error: told.error };
  });
  return { child, told, ended };
}

/** Candles by partition. */
async function spread(): Promise<readonly number[]> {
  const counts = new Map<number, number>();
  for await (const batch of log.reader({ topic, from: 'beginning', until: 'end' })) {
    for (const { partition } of batch) counts.set(partition, (counts.get(partition) ?? 0) + 1);
  }
  return [...counts.values()];
}
const written = async (): Promise<number> => (await spread()).reduce((sum, count) => sum + count, 0);

test('killed and shared, the history is whole', { timeout: 180_000 }, async () => {
  const end = Math.floor(simulator.now() / minuteMs) * minuteMs - 10 * minuteMs;
  const from = end - minutes * minuteMs;
  const range = ['--from', new Date(from).toISOString(), '--to', new Date(end).toISOString()];
  const total = minutes * instruments;

  const [killed, other] = [backfill(range), backfill(range)];
  const say = (): string => `${killed.told.error} ${other.told.error}`;
  await waitFor(async () => (await written()) > total / 5, 60_000, say);
  killed.child.kill('SIGKILL');
  expect((await killed.ended).code).toBeNull();
  expect(await written()).toBeLessThan(total);
  const { code, total: outcome, error } = await other.ended;
  expect([code, outcome?.complete], error).toEqual([0, true]);
  // Both of them did a part.
  expect(outcome?.candles).toBeGreaterThan(0);
  expect(outcome?.candles).toBeLessThan(total);

  const candles = new Map<string, KlineClosed[]>();
  for await (const batch of log.reader({ topic, from: 'beginning', until: 'end' })) {
    for (const { value } of batch) {
      const candle = decodeAs('KlineClosed', value ?? Buffer.alloc(0));
      const of = candles.get(candle.instrument) ?? [];
      of.push(candle);
      candles.set(candle.instrument, of);
    }
  }
  for (const symbol of simulator.symbols) {
    const instrument = `binance:usdm:${symbol}`;
    const truth = simulator.ledger.candles(symbol, from, end - minuteMs);
    expect(candles.get(instrument)).toEqual(truth.map((candle) => ({ ...candle, instrument, source: 'rest' })));
  }
  const again = await backfill(range).ended;
  expect([again.code, again.total?.candles, again.total?.complete]).toEqual([0, 0, true]);
});

test('the audit says what is missing on Kafka, too', { timeout: 60_000 }, async () => {
  const [symbol = ''] = simulator.symbols;
  const instrument = `binance:usdm:${symbol}`;
  const first = Math.floor(simulator.now() / minuteMs) * minuteMs - 60 * minuteMs;
  const candles = simulator.ledger.candles(symbol, first, first + 29 * minuteMs);
  const common = { topic: 'klines.closed', timestamp: first + 59_999 };
  const partition = partitionOf(instrument, (await log.offsets('klines.closed')).length);
  const marker = encodeEvent('MinuteClosed', { openTime: first + 29 * minuteMs, missing: [] });
  await log.writer().append([
    ...candles.flatMap((candle, minute) => {
      const value = encodeEvent('KlineClosed', { ...candle, instrument, source: 'stream' });
      return minute === 7 || minute === 8 ? [] : [{ ...common, key: instrument, value }];
    }),
    { ...common, key: null, partition, value: marker },
  ]);
  const { code, total } = await start(['audit', '--json']).ended;
  expect([code, total]).toMatchObject([1, { complete: false, minutes: 30, received: 28, missing: 2, doubled: 0 }]);
});
