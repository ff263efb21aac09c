/** What became of alerts, on a real PostgreSQL. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogRecord, NewRecord } from '@screener/log';
import {
  type EmbeddedPostgres,
  listAlerts,
  migrate,
  openDatabase,
  type Pool,
  startEmbeddedPostgres,
} from '@screener/storage';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { alertsFeed } from './feed.ts';
import { createSinkTask, type SinkObserver } from './sink-task.ts';
import {
  alertRecord,
  amendment,
  amendmentRecord,
  MINUTE_MS,
  retraction,
  retractionRecord,
  sampleAlert,
  unchanged,
} from './testing/sample-records.ts';

const ignore = () => {};
const input = { cluster: 'c1', topic: 'alerts', topicId: 't1', partition: 0 };
let directory: string;
let server: EmbeddedPostgres;
let pool: Pool;
let rejected: unknown[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'screener-sink-alerts-'));
  await chmod(directory, 0o755);
  server = await startEmbeddedPostgres({ directory, notify: ignore });
  pool = await openDatabase({ url: server.url, notify: ignore });
  await migrate(pool);
}, 30_000);
afterAll(async () => {
  await pool?.end();
  await server?.stop();
  await rm(directory, { recursive: true, force: true });
});
beforeEach(async () => {
  rejected = [];
  await pool.query('TRUNCATE alerts, sink_offsets');
});

function newTask() {
  const observer: SinkObserver = {
    ...{ written: ignore, troubled: ignore, answered: ignore, gaveUp: ignore },
    rejected: (_, { cause }) => rejected.push(cause),
  };
  const { signal } = new AbortController();
  return createSinkTask({ pool, where: 'here', feed: alertsFeed, partition: 0, owner: 'test', observer, signal });
}

/** Writes from where the last call ended, one batch per list. */
async function write(...batches: readonly (readonly NewRecord[])[]): Promise<void> {
  const task = newTask();
  let offset = (await task.load(input)) ?? 0;
  for (const batch of batches) {
    const records = batch.map((record): LogRecord => ({ ...record, partition: 0, offset: offset++ }));
    await task.write(records, offset);
  }
}

const alert = sampleAlert('test:usdm:A', 3);
const [term] = alert.terms ?? [];
if (term === undefined) throw new Error('a sample without terms');
const fired = alertRecord(0, alert);
const volumeAmended = amendmentRecord(
  0,
  amendment(alert, {
    changes: [
      { name: 'volume', before: 1_250_000, after: 1_300_000 },
      { name: 'change_1h', before: 3.2, after: 3.5 },
      { name: 'rsi_1h', before: null, after: 55 },
    ],
    terms: [{ ...term, left: 3.5 }],
  }),
);
const amendedAgain = amendmentRecord(
  0,
  amendment(alert, {
    amendedAt: alert.triggeredAt + 2 * MINUTE_MS,
    reason: 'and once more',
    changes: [
      { name: 'volume', before: 1_300_000, after: null },
      { name: 'price', before: 42_350.5, after: 42_351 },
      { name: 'rsi_1h', before: 55, after: null },
    ],
  }),
);
const twiceAmended = {
  ...alert,
  ...unchanged,
  status: 'amended',
  volume: null,
  price: 42_351,
  metrics: { change_1h: 3.5 },
  terms: [{ ...term, left: 3.5 }],
  told: { volume: 1_250_000, change_1h: 3.2, rsi_1h: null, price: 42_350.5 },
  amendedAt: alert.triggeredAt + 2 * MINUTE_MS,
  reason: 'and once more',
};
const only = async () => (await listAlerts(pool, { limit: 10 })).alerts;

describe('alerts in the table', { timeout: 30_000 }, () => {
  it.each([
    ['one batch', [[fired, volumeAmended, amendedAgain]]],
    ['several batches', [[fired], [volumeAmended], [amendedAgain]]],
  ])('have their numbers amended, and keep what was told first, in %s', async (_, batches) => {
    await write(...batches);
    expect(await only()).toEqual([twiceAmended]);
  });

  it('are retracted with the reason, and stay so', async () => {
    const reason = 'the candle of 00:03 is another one';
    const terms = [{ ...term, left: 2.9, held: false }];
    await write([fired, retractionRecord(0, retraction(alert, { reason, terms }))], [volumeAmended]);
    const retractedAt = alert.triggeredAt + MINUTE_MS;
    expect(await only()).toEqual([{ ...alert, ...unchanged, terms, status: 'retracted', retractedAt, reason }]);
  });

  it('are confirmed where the minute of a provisional one closed as it was told', async () => {
    const live = { ...alert, provisional: true };
    await write([alertRecord(0, live)], [amendmentRecord(0, amendment(live, { provisional: false }))]);
    expect(await only()).toMatchObject([{ status: 'fired', provisional: false, told: {}, volume: live.volume }]);
  });

  it('are the same after the whole topic was read again', async () => {
    const all = [fired, volumeAmended, amendedAgain];
    await write(all);
    await pool.query('TRUNCATE sink_offsets');
    await write(all);
    expect(await only()).toEqual([twiceAmended]);
  });

  it('are not missed by what is said of one that is not kept any more', async () => {
    const other = sampleAlert('test:usdm:A', 4);
    await write([volumeAmended, retractionRecord(0, retraction(alert)), alertRecord(0, other)]);
    expect(await only()).toEqual([{ ...other, ...unchanged }]);
    expect(rejected).toEqual([]);
  });

  it('are amended with their offset or not at all', async () => {
    const [zombie, owner] = [newTask(), newTask()];
    await zombie.load(input);
    await zombie.write([{ ...fired, partition: 0, offset: 0 }], 1);
    await owner.load(input);
    const said = [{ ...volumeAmended, partition: 0, offset: 1 }];
    await expect(zombie.write(said, 2)).rejects.toMatchObject({ code: 'TASK_FENCED' });
    expect(await only()).toMatchObject([{ status: 'fired', volume: 1_250_000 }]);
    await owner.write(said, 2);
    expect(await only()).toMatchObject([{ status: 'amended', volume: 1_300_000 }]);
  });

  it.each([
    ['a number that is none', amendment(alert, { changes: [{ name: 'volume', before: 1, after: Number.NaN }] })],
    ['no price', amendment(alert, { changes: [{ name: 'price', before: 1, after: null }] })],
    ['a time beyond all calendars', amendment(alert, { amendedAt: 1e15 })],
    ['an id that is no UUID', amendment(alert, { id: 'x' })],
    ['a reason that no text column holds', amendment(alert, { reason: 'zero \0 character' })],
  ])('leave out an amendment with %s, and nothing else', async (_, bad) => {
    await write([fired, amendmentRecord(0, bad), amendedAgain]);
    expect(rejected).toMatchObject([{ code: 'ROW_INVALID' }]);
    expect(await only()).toMatchObject([{ status: 'amended', price: 42_351, reason: 'and once more' }]);
  });

  it('tell a side of a term that JSON has no number for as text', async () => {
    const terms = [{ ...term, left: Number.POSITIVE_INFINITY }];
    await write([alertRecord(0, { ...alert, terms })]);
    expect((await only())[0]?.terms).toEqual([{ ...term, left: null, leftText: 'Infinity' }]);
  });

  it('of an earlier version keep null where nothing was told', async () => {
    await pool.query(
      `INSERT INTO alerts (id, instrument, rule, rule_version, title, open_time, triggered_at, timeframe, price, metrics)
       VALUES ($1, 'test:usdm:A', 'r', 1, 't', now(), now(), '1h', 1, '{}')`,
      [alert.id],
    );
    expect(await only()).toMatchObject([{ status: 'fired', severity: null, terms: null, provisional: null, told: {} }]);
  });
});
