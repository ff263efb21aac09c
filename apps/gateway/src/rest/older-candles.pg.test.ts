/** Charts reach further back than memory: the older part comes from a real PostgreSQL. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  candleTarget,
  candleToCopy,
  copyRows,
  type EmbeddedPostgres,
  migrate,
  openDatabase,
  startEmbeddedPostgres,
  transaction,
} from '@screener/storage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  btc,
  eventually,
  type GatewayFixture,
  instrument,
  kline,
  MINUTE_MS,
  startFixture,
} from '../testing/gateway-fixture.ts';

const HOURS = 24 * 9;
let directory: string;
let server: EmbeddedPostgres;
let fixture: GatewayFixture;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gateway-pg-'));
  await chmod(directory, 0o755);
  server = await startEmbeddedPostgres({ directory, notify: () => {} });
  fixture = await startFixture({
    databaseUrl: server.url,
    async before(append, lastMinute) {
      const pool = await openDatabase({ url: server.url, notify: () => {} });
      await migrate(pool);
      const all = Array.from({ length: HOURS * 60 }, (_, index) =>
        kline(btc, lastMinute - (HOURS * 60 - 1 - index) * MINUTE_MS, 1_000 + index),
      );
      // The database is some minutes behind, memory holds only the newest: together they have every minute.
      await transaction(pool, (client) => copyRows(client, candleTarget, all.slice(0, -5).map(candleToCopy)));
      await pool.end();
      await append('instruments', 'InstrumentChanged', instrument(btc));
      await append('klines.closed', 'KlineClosed', ...all.slice(-17));
    },
  });
});

afterAll(async () => {
  await fixture?.close();
  await server?.stop();
  await rm(directory, { recursive: true, force: true });
});

type Body = { candles: { time: number; open: number; close: number; volume: number }[] };
const candles = async (path: string) => ((await fixture.get(path)).body as Body).candles;

test('minutes and bars continue without a seam from the database into memory', async () => {
  await eventually(async () => (await candles('/candles/BTCUSDT/1m?limit=1'))?.length === 1);
  const minutes = await candles('/candles/BTCUSDT/1m?limit=1500');
  expect(minutes.length).toBe(1_500);
  expect(minutes.at(-1)?.time).toBe(fixture.lastMinute / 1_000);
  for (const [index, minute] of minutes.entries()) expect(minute.time).toBe((minutes[0]?.time ?? 0) + index * 60);
  const hours = await candles('/candles/BTCUSDT/1h?limit=100');
  expect(hours.length).toBe(100);
  for (const hour of hours.slice(0, -1))
    expect([hour.time % 3_600, hour.volume, hour.close - hour.open]).toEqual([0, 600, 60]);
  const weeks = await candles('/candles/BTCUSDT/1w');
  expect(weeks.length).toBeGreaterThanOrEqual(2);
  expect(weeks.at(-1)?.close).toBe(1_000 + HOURS * 60 - 1);
  for (const week of weeks) expect(new Date(week.time * 1_000).getUTCDay()).toBe(1);
});

test('the same without the database: what memory holds, and no wait', async () => {
  await server.stop();
  const minutes = await candles('/candles/BTCUSDT/1m?limit=1500');
  expect(minutes.length).toBe(17);
  expect((await fixture.get('/ready')).status).toBe(200);
});
