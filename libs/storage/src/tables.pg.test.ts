/** Migrations, COPY, queries and offsets on a real server. */
import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type AlertRow,
  advanceInput,
  alertTarget,
  alertToCopy,
  type CandleRow,
  candleTarget,
  candleToCopy,
  copyLine,
  copyRows,
  type EmbeddedPostgres,
  type InputPlace,
  latestBars,
  latestCandles,
  listAlerts,
  mergeLines,
  migrate,
  openDatabase,
  type Pool,
  ping,
  readMigrations,
  startEmbeddedPostgres,
  takeInput,
  transaction,
} from './index.ts';

const MINUTE = 60_000;
const T0 = Date.UTC(2026, 0, 5);
const ignore = () => {};

let directory: string;
let server: EmbeddedPostgres;
let pool: Pool;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'screener-tables-'));
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
  await pool.query('TRUNCATE candles, alerts, sink_offsets');
});

const candle = (minute: number, change: Partial<CandleRow> = {}): CandleRow => ({
  instrument: 'binance:usdm:BTCUSDT',
  openTime: T0 + minute * MINUTE,
  open: minute,
  high: minute + 2,
  low: minute - 1,
  close: minute + 1,
  volume: 1e-8,
  quoteVolume: 0.1,
  trades: 3,
  takerBuyVolume: 0,
  takerBuyQuoteVolume: 1.7976931348623157e308,
  source: 'stream',
  ...change,
});

const alert = (minute: number, change: Partial<AlertRow> = {}): AlertRow => ({
  id: randomUUID(),
  instrument: 'binance:usdm:BTCUSDT',
  rule: 'big_bull_60m',
  ruleVersion: 1,
  title: 'Big Bull\t60m \\ "quoted"\n币安人生',
  openTime: T0 + minute * MINUTE,
  triggeredAt: T0 + (minute + 1) * MINUTE - 1,
  timeframe: '1h',
  price: 42_350.5,
  volume: null,
  changePct: 3.2,
  metrics: { change_1h: 3.2, vcp_1h: -0.00000001 },
  ordinal: 2,
  provisional: true,
  severity: 'critical',
  owner: 'somebody',
  message: 'A\tmessage \\ "quoted"\n币安人生',
  volumeIncrease: null,
  candleSizePct: 4.1,
  momentumScore: 50,
  terms: [{ term: 'change_1h > 3', element: 'a\tb', left: 3.2, leftText: null, right: 3, rightText: '\\', held: true }],
  ...change,
});

const saveCandles = (rows: readonly CandleRow[]) =>
  transaction(pool, (client) =>
    mergeLines(
      client,
      candleTarget,
      rows.map((row) => copyLine(candleTarget, candleToCopy(row))),
    ),
  );
const saveAlerts = (rows: readonly AlertRow[]) =>
  transaction(pool, (client) =>
    mergeLines(
      client,
      alertTarget,
      rows.map((row) => copyLine(alertTarget, alertToCopy(row))),
    ),
  );

describe('migrate', () => {
  it('applies each migration once, also when two begin together', async () => {
    await pool.query('CREATE DATABASE twice');
    const other = await openDatabase({ url: server.url.replace(/\/screener$/, '/twice'), notify: ignore });
    const applied = await Promise.all([migrate(other), migrate(other)]);
    const names = (await readMigrations()).map(({ name }) => name);
    expect(applied.map(({ length }) => length).sort()).toEqual([0, names.length]);
    expect(applied.flat()).toEqual(names);
    expect(await migrate(other)).toEqual([]);
    await other.end();
  });

  it('refuses a database of a newer version, and a migration that was changed', async () => {
    const known = await readMigrations();
    await expect(migrate(pool, known.slice(0, -1))).rejects.toMatchObject({ code: 'DATABASE_NEWER' });
    const changed = known.map((migration) => ({ ...migration, sql: `${migration.sql}-- changed` }));
    await expect(migrate(pool, changed)).rejects.toMatchObject({ code: 'MIGRATION_CHANGED' });
  });
});

describe('openDatabase', () => {
  it('gives up on a database that does not answer, in one line without credentials', async () => {
    const lines: string[] = [];
    const url = 'postgres://somebody:hush-hush@127.0.0.1:1/nowhere';
    const failure = await openDatabase({ url, notify: (line) => lines.push(line), readyWithinMs: 200 }).catch(
      (cause) => cause,
    );
    expect(failure).toMatchObject({ code: 'DATABASE_UNREACHABLE', retryable: true });
    expect(failure.message).toContain('127.0.0.1:1/nowhere');
    expect(lines).toHaveLength(1);
    expect([failure.message, ...lines].join('\n')).not.toMatch(/hush|somebody/);
  });

  it('does not wait where waiting cannot help', async () => {
    const wrong = server.url.replace(/:[^:@]*@/, ':wrong@');
    await expect(openDatabase({ url: wrong, notify: ignore })).rejects.toMatchObject({ code: 'DATABASE_REFUSED' });
    const missing = server.url.replace(/\/screener$/, '/missing');
    await expect(openDatabase({ url: missing, notify: ignore })).rejects.toMatchObject({ code: 'DATABASE_REFUSED' });
  });

  it('survives connections that are cut', async () => {
    await pool.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL',
    );
    await expect
      .poll(() =>
        ping(pool).then(
          () => 'answers',
          () => 'cut',
        ),
      )
      .toBe('answers');
  });
});

describe('COPY', () => {
  it('gives back what it was given', async () => {
    const rows = [candle(0), candle(1, { instrument: 'a\tb\\c\nd\re:币安人生' }), candle(2, { source: '' })];
    await saveCandles(rows);
    expect([...(await latestCandles(pool, 'binance:usdm:BTCUSDT', 10))]).toEqual([rows[0], rows[2]]);
    expect(await latestCandles(pool, rows[1]?.instrument ?? '', 10)).toEqual([rows[1]]);
    const alerts = [alert(0)];
    await saveAlerts(alerts);
    const untouched = { status: 'fired', told: {}, amendedAt: null, retractedAt: null, reason: null };
    expect((await listAlerts(pool, { limit: 10 })).alerts).toEqual(alerts.map((row) => ({ ...row, ...untouched })));
  });

  it('writes nothing of a batch in which one row is bad', async () => {
    await expect(saveCandles([candle(0), candle(1, { close: Infinity })])).rejects.toMatchObject({
      code: 'ROW_INVALID',
    });
    expect(await latestCandles(pool, 'binance:usdm:BTCUSDT', 10)).toEqual([]);
    await saveCandles([candle(0)]);
    expect(await latestCandles(pool, 'binance:usdm:BTCUSDT', 10)).toHaveLength(1);
  });

  it('moves many rows in many chunks', async () => {
    const rows = Array.from({ length: 20_000 }, (_, minute) => candle(minute));
    await saveCandles(rows);
    const { rows: counted } = await pool.query('SELECT count(*)::int AS n, max(open_time) AS newest FROM candles');
    expect(counted).toEqual([{ n: rows.length, newest: new Date(rows.at(-1)?.openTime ?? 0) }]);
  });

  it('fails on a key that is there already when nothing else was asked for', async () => {
    const twice = transaction(pool, (client) =>
      copyRows(client, candleTarget, [candle(0), candle(0)].map(candleToCopy)),
    );
    await expect(twice).rejects.toMatchObject({ code: '23505' });
  });

  it('replaces candles whose key is there already, the later one wins', async () => {
    await saveCandles([candle(0), candle(1)]);
    await saveCandles([candle(1, { close: 70 }), candle(2, { close: 71 }), candle(2, { close: 72 })]);
    const closes = (await latestCandles(pool, 'binance:usdm:BTCUSDT', 10)).map(({ close }) => close);
    expect(closes).toEqual([1, 70, 72]);
  });

  it('keeps alerts whose id is there already', async () => {
    const first = alert(0);
    await saveAlerts([first]);
    await saveAlerts([{ ...first, title: 'other' }, alert(1)]);
    expect((await listAlerts(pool, { limit: 10 })).alerts.map(({ title }) => title)).toEqual([
      first.title,
      first.title,
    ]);
  });

  it.each([
    ['an id that is no UUID', { id: 'x' }],
    ['a number that JSON does not have', { metrics: { change_1h: Infinity } }],
    ['a text that JSON of the table does not hold', { terms: [{ term: '\0', left: 1, right: 1, held: true }] }],
  ])('refuses an alert with %s', (_, change) => {
    expect(() => alertToCopy(alert(0, change))).toThrow(expect.objectContaining({ code: 'ROW_INVALID' }));
  });
});

describe('candles', () => {
  it('come oldest first, the newest of them, before a given time', async () => {
    await saveCandles([0, 1, 2, 3, 4].map((minute) => candle(minute)));
    const minutes = async (limit: number, before?: number) =>
      (await latestCandles(pool, 'binance:usdm:BTCUSDT', limit, before)).map(
        ({ openTime }) => (openTime - T0) / MINUTE,
      );
    expect(await minutes(2)).toEqual([3, 4]);
    expect(await minutes(2, T0 + 3 * MINUTE)).toEqual([1, 2]);
    expect(await minutes(100)).toEqual([0, 1, 2, 3, 4]);
  });

  it('make clock-aligned bars, weeks from Monday', async () => {
    await saveCandles(
      Array.from({ length: 13 }, (_, minute) => candle(minute - 1, { trades: 1, takerBuyQuoteVolume: 2 })),
    );
    const bars = await latestBars(pool, 'binance:usdm:BTCUSDT', 5, 2);
    expect(bars.map(({ openTime }) => (openTime - T0) / MINUTE)).toEqual([5, 10]);
    expect(bars[0]).toMatchObject({ open: 5, high: 11, low: 4, close: 10, trades: 5, takerBuyQuoteVolume: 10 });
    expect(bars[1]).toMatchObject({ open: 10, close: 12, trades: 2 });
    const weeks = await latestBars(pool, 'binance:usdm:BTCUSDT', 7 * 1_440, 10);
    expect(weeks.map(({ openTime }) => (openTime - T0) / MINUTE)).toEqual([-7 * 1_440, 0]);
    expect(await latestBars(pool, 'binance:usdm:NONE', 5, 2)).toEqual([]);
  });
});

describe('alerts', () => {
  it('are filtered, counted and paged', async () => {
    const alerts = [
      ...[0, 1, 2, 3].map((minute) => alert(minute)),
      alert(4, { rule: 'pioneer_bull' }),
      alert(5, { instrument: 'binance:spot:BTCUSDT' }),
      alert(6, { instrument: 'binance:usdm:ETHUSDT' }),
    ];
    await saveAlerts(alerts);
    const count = async (filter: object) => (await listAlerts(pool, { limit: 100, ...filter })).alerts.length;
    expect(await count({})).toBe(7);
    expect(await count({ instrument: 'binance:usdm:BTCUSDT' })).toBe(5);
    expect(await count({ symbol: 'BTCUSDT' })).toBe(6);
    expect(await count({ type: 'pioneer_bull' })).toBe(1);
    expect(await count({ sinceMs: T0 + 5 * MINUTE })).toBe(2);
    expect(await count({ symbol: "'; DROP TABLE alerts; --" })).toBe(0);
    const page = await listAlerts(pool, { limit: 2, offset: 1, symbol: 'BTCUSDT' });
    expect(page.total).toBe(6);
    expect(page.alerts.map(({ openTime }) => (openTime - T0) / MINUTE)).toEqual([4, 3]);
  });

  it('go on behind the last one, whatever fires meanwhile and also within one instant', async () => {
    const alerts = Array.from({ length: 10 }, () => alert(0));
    await saveAlerts(alerts);
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await listAlerts(pool, { limit: 3, ...(after !== undefined && { after }) });
      seen.push(...page.alerts.map(({ id }) => id));
      after = page.next;
      await saveAlerts([alert(1)]);
    } while (after !== undefined);
    expect(seen.sort()).toEqual(alerts.map(({ id }) => id).sort());
  });

  it.each(['', 'x', Buffer.from('1 x').toString('base64url')])('refuses the cursor %j', async (after) => {
    await expect(listAlerts(pool, { limit: 1, after })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });
});

describe('offsets', () => {
  const place: InputPlace = {
    consumer: 'sink.klines',
    cluster: 'c1',
    topic: 'klines.closed',
    topicId: 't1',
    partition: 3,
  };

  it('begin nowhere, move with the transaction, and outlive it', async () => {
    const first = await takeInput(pool, place, 'a');
    expect(first.nextOffset).toBeUndefined();
    await transaction(pool, (client) => advanceInput(client, first, 10));
    const undone = transaction(pool, async (client) => {
      await advanceInput(client, { ...first, nextOffset: 10 }, 20);
      throw new Error('undo');
    });
    await expect(undone).rejects.toThrow('undo');
    expect((await takeInput(pool, place, 'b')).nextOffset).toBe(10);
  });

  it('refuse an earlier owner, and know a commit that was not answered', async () => {
    const zombie = await takeInput(pool, place, 'a');
    const owner = await takeInput(pool, place, 'b');
    const advance = (as: typeof owner, target: number) =>
      transaction(pool, (client) => advanceInput(client, as, target));
    await expect(advance(zombie, 5)).rejects.toMatchObject({ code: 'TASK_FENCED' });
    expect(await advance(owner, 5)).toBe('advanced');
    expect(await advance(owner, 5)).toBe('already');
    await expect(advance(owner, 6)).rejects.toMatchObject({ code: 'TASK_FENCED' });
  });

  it('refuse another log, naming both, and stay with the first', async () => {
    const owner = await takeInput(pool, place, 'a');
    for (const other of [{ cluster: 'c2' }, { topicId: 't2' }]) {
      const failure = await takeInput(pool, { ...place, ...other }, 'b').catch((cause) => cause);
      expect(failure).toMatchObject({ code: 'DATABASE_OF_OTHER_LOG', retryable: false });
      expect(failure.message).toMatch(/c1 .*t1.*(c2 .*t1|c1 .*t2).*DELETE FROM sink_offsets/);
    }
    expect(await transaction(pool, (client) => advanceInput(client, owner, 1))).toBe('advanced');
  });
});
