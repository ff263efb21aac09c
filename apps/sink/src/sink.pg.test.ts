/** The sink on a real PostgreSQL: each row once, whatever is killed or cut. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { connect as connectTo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileSource, schemaTexts, useSchemaIds } from '@screener/events';
import { type Log, type NewRecord, openLog, readTopology } from '@screener/log';
import { type AppContext, createLogger, createMetrics, type RunningApp, readSettings } from '@screener/service';
import {
  type EmbeddedPostgres,
  latestCandles,
  listAlerts,
  migrate,
  openDatabase,
  type Pool,
  startEmbeddedPostgres,
} from '@screener/storage';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { klinesFeed } from './feed.ts';
import { sinkApp } from './sink-app.ts';
import { createSinkTask, type SinkObserver } from './sink-task.ts';
import { createFakeLog } from './testing/fake-log.ts';
import {
  alertRecord,
  candleRecord,
  candlesIn,
  correctionRecord,
  MINUTE_MS,
  minutesOf,
  sampleAlert,
  sampleCandle,
  unchanged,
} from './testing/sample-records.ts';

let directory: string;
let server: EmbeddedPostgres;
let pool: Pool;
let url: string;
let databases = 0;
let cleanups: (() => unknown)[];

const within20s = { timeout: 20_000, interval: 10 };
const ignore = () => {};
const startServer = (port?: number) =>
  startEmbeddedPostgres({ directory, notify: ignore, ...(port !== undefined && { port }) });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'screener-sink-'));
  await chmod(directory, 0o755);
  server = await startServer();
}, 30_000);

afterAll(async () => {
  await server?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** A database of its own for each test, in which a row that comes twice leaves a trace. */
beforeEach(async () => {
  cleanups = [];
  const admin = await openDatabase({ url: server.url, notify: ignore });
  await admin.query(`CREATE DATABASE test_${++databases}`);
  await admin.end();
  url = server.url.replace(/\/screener$/, `/test_${databases}`);
  pool = await openDatabase({ url, notify: ignore });
  await migrate(pool);
  await pool.query(`
    CREATE TABLE doubled (instrument text);
    CREATE FUNCTION note_double() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN INSERT INTO doubled VALUES (NEW.instrument); RETURN NEW; END $$;
    CREATE TRIGGER note_double BEFORE UPDATE ON candles FOR EACH ROW EXECUTE FUNCTION note_double();`);
});

afterEach(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
  await pool.end();
});

interface Started extends RunningApp {
  readonly reports: { status: string; text: string; numbers: Readonly<Record<string, number>> }[];
  readonly lines: string[];
}

async function startSink(log: Log, databaseUrl = url): Promise<Started> {
  const reports: Started['reports'] = [];
  const lines: string[] = [];
  const context: AppContext = {
    log,
    logger: createLogger({
      level: 'info',
      name: 'sink',
      json: false,
      write: (line) => lines.push(line),
      now: Date.now,
    }),
    settings: readSettings({ DATABASE_URL: databaseUrl }),
    metrics: createMetrics(),
    instance: 'test',
    now: () => sampleCandle('', 1_000).openTime,
    report: (status, text, numbers = {}) => reports.push({ status, text, numbers }),
  };
  const running = await sinkApp.start(context);
  cleanups.push(() => running.stop().catch(ignore));
  return { ...running, reports, lines };
}

const count = async (table: 'candles' | 'alerts' | 'doubled'): Promise<number> =>
  (await pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`)).rows[0]?.n ?? -1;

describe('the sink', { timeout: 60_000 }, () => {
  it('writes candles and alerts, reports, stops, and goes on where it was', async () => {
    const log = createFakeLog({ cluster: 'c1', partitions: 2 });
    log.append(minutesOf(1, ['test:usdm:A', 'test:usdm:B'], 100));
    const alert = sampleAlert('test:usdm:A', 3);
    log.append([alertRecord(0, alert)]);
    const sink = await startSink(log);
    await expect.poll(() => count('candles'), within20s).toBe(candlesIn(2, 100));
    await expect.poll(() => count('alerts'), within20s).toBe(1);
    expect((await listAlerts(pool, { limit: 1 })).alerts).toEqual([{ ...alert, ...unchanged }]);
    expect((await latestCandles(pool, 'test:usdm:B', 1))[0]).toEqual(sampleCandle('test:usdm:B', 99));
    const total = candlesIn(2, 100) + 1;
    await expect
      .poll(() => sink.reports.at(-1), within20s)
      .toMatchObject({ status: 'running', numbers: { rows: total, rejected: 0 } });
    // The clock of this test stands 900 minutes after the newest candle closed.
    expect(sink.reports.map(({ numbers }) => numbers.lagMs)).toContain(900 * MINUTE_MS + 1);
    await sink.stop();
    log.append([candleRecord(1, sampleCandle('test:usdm:A', 100))]);
    await startSink(log);
    await expect.poll(() => count('candles'), within20s).toBe(candlesIn(2, 100) + 1);
    expect(await count('doubled')).toBe(0);
  });

  it('writes what was fetched of the past beside what comes, and its age is not our lag', async () => {
    const log = createFakeLog({ cluster: 'c1', partitions: 1 });
    const live = candleRecord(0, sampleCandle('test:usdm:A', 500));
    log.append([live, { ...candleRecord(0, sampleCandle('test:usdm:A', 1)), topic: 'klines.history' }]);
    // The same minute from both: one row.
    log.append([{ ...live, topic: 'klines.history' }]);
    const sink = await startSink(log);
    await expect.poll(() => sink.reports.at(-1)?.numbers, within20s).toMatchObject({ candles: 3, rejected: 0 });
    expect(await count('candles')).toBe(2);
    expect(sink.reports.at(-1)?.numbers.lagMs).toBe(499 * MINUTE_MS + 1);
  });

  it('writes the last word on a minute over the earlier ones, in one batch and in several', async () => {
    const log = createFakeLog({ cluster: 'c1', partitions: 1 });
    const candle = sampleCandle('test:usdm:A', 1);
    log.append([candleRecord(0, candle), ...[7, 8].map((close) => correctionRecord(0, { ...candle, close }))]);
    await startSink(log);
    const close = async () => (await latestCandles(pool, candle.instrument, 1))[0]?.close;
    await expect.poll(close, within20s).toBe(8);
    log.append([correctionRecord(0, { ...candle, close: 9 })]);
    await expect.poll(close, within20s).toBe(9);
    expect(await count('candles')).toBe(1);
  });

  it('leaves out what cannot be a row, says which, and goes on', async () => {
    const log = createFakeLog({ cluster: 'c1', partitions: 1 });
    const good = (minute: number) => candleRecord(0, sampleCandle('test:usdm:A', minute));
    log.append([good(0), { ...good(1), value: Buffer.from('garbage') }, good(2)]);
    const sink = await startSink(log);
    await expect.poll(() => sink.reports.at(-1)?.numbers, within20s).toMatchObject({ candles: 2, rejected: 1 });
    expect(sink.lines.join('')).toMatch(/no row for klines.closed partition 0 offset 1: .*magic byte/);
  });

  it('writes what has a schema that was registered after the start', async () => {
    const find = async (id: number) => ({ id, name: 'KlineClosed', text: schemaTexts.KlineClosed }) as const;
    useSchemaIds({ ...fileSource, kind: 'registry', find });
    cleanups.push(async () => useSchemaIds(fileSource));
    const log = createFakeLog({ cluster: 'c1', partitions: 1 });
    const record = candleRecord(0, sampleCandle('test:usdm:A', 1));
    const late = Buffer.from(record.value ?? []);
    late.writeUInt32BE(77, 1);
    log.append([{ ...record, value: late }]);
    const sink = await startSink(log);
    await expect.poll(() => sink.reports.at(-1)?.numbers, within20s).toMatchObject({ candles: 1, rejected: 0 });
  });

  it('loses and doubles nothing when it is killed again and again, on the embedded log', async () => {
    const [minutes, instruments, partitions] = [1_000, 4, 3];
    const expected = partitions * candlesIn(instruments, minutes);
    const logDirectory = join(directory, 'killed');
    const records = Array.from({ length: partitions }, (_, partition) => {
      const names = Array.from({ length: instruments }, (_, index) => `test:usdm:P${partition}I${index}`);
      return minutesOf(partition, names, minutes);
    });
    await fillLog(logDirectory, records.flat());
    let kills = 0;
    for (;;) {
      const child = startProcess(logDirectory);
      // Each life writes a further fifth before it is killed, wherever it stands then.
      const goal = Math.min(expected, (await count('candles')) + Math.ceil(expected / 5));
      await expect.poll(() => count('candles'), { ...within20s, interval: 2 }).toBeGreaterThanOrEqual(goal);
      child.kill('SIGKILL');
      await once(child, 'exit');
      if ((await count('candles')) >= expected) break;
      kills++;
    }
    expect(kills).toBeGreaterThanOrEqual(2);
    expect(await count('candles')).toBe(expected);
    expect(await count('doubled')).toBe(0);
    // A log made anew is another log, though its directory is the same.
    await rm(logDirectory, { recursive: true });
    await fillLog(logDirectory, records.flat().slice(0, 1));
    const log = await openLog({ directory: logDirectory });
    cleanups.push(() => log.close());
    await expect(startSink(log)).rejects.toMatchObject({ code: 'DATABASE_OF_OTHER_LOG' });
  });

  it('shuts out a zombie owner', async () => {
    const input = { cluster: 'c1', topic: 'klines.closed', topicId: 't1', partition: 0 };
    const [zombie, owner] = [taskOn(pool), taskOn(pool)];
    const batch = [candleRecord(0, sampleCandle('test:usdm:A', 0))].map((record) => ({
      ...record,
      partition: 0,
      offset: 0,
    }));
    expect(await zombie.load(input)).toBeUndefined();
    // The zombie wrote, and was cut off before it could say so.
    await zombie.write(batch, 1);
    expect(await owner.load(input)).toBe(1);
    await expect(zombie.write(batch, 2)).rejects.toMatchObject({ code: 'TASK_FENCED' });
    await owner.write([], 2);
    expect(await count('candles')).toBe(1);
    expect(await count('doubled')).toBe(0);
  });

  it('refuses a database that follows another log, at once and in one line', async () => {
    await (await startSink(createFakeLog({ cluster: 'c1', partitions: 1 }))).stop();
    const refused = {
      code: 'DATABASE_OF_OTHER_LOG',
      retryable: false,
      message: expect.stringMatching(/c1.*c2.*DELETE FROM/),
    };
    await expect(startSink(createFakeLog({ cluster: 'c2', partitions: 1 }))).rejects.toMatchObject(refused);
    await expect(
      startSink(createFakeLog({ cluster: 'c1', partitions: 1, topicId: 'made anew' })),
    ).rejects.toMatchObject({
      code: 'DATABASE_OF_OTHER_LOG',
    });
    const task = taskOn(pool);
    await expect(
      task.load({ cluster: 'c2', topic: 'klines.closed', topicId: 't', partition: 0 }),
    ).rejects.toMatchObject(refused);
  });

  it('says which setting it lacks, and which database does not answer', async () => {
    const log = createFakeLog({ cluster: 'c1', partitions: 1 });
    await expect(startSink(log, '')).rejects.toMatchObject({ code: 'SETTING_INVALID' });
    await expect(startSink(log, url.replace(/:[^:@]*@/, ':wrong@'))).rejects.toMatchObject({
      code: 'DATABASE_REFUSED',
    });
  });

  it('starts without a database that is not there, says so once, and begins when it is', async () => {
    const port = Number(new URL(url).port);
    await server.stop();
    const log = createFakeLog({ cluster: 'c1', partitions: 1 });
    log.append(minutesOf(0, ['test:usdm:A'], 50));
    const abandoned = await startSink(log);
    expect(abandoned.reports.at(-1)?.status).toBe('degraded');
    await abandoned.stop();
    const sink = await startSink(log);
    expect(sink.reports.map(({ status }) => status)).toEqual(['starting', 'degraded']);
    expect(sink.reports.at(-1)?.text).toMatch(/does not answer/);
    server = await startServer(port);
    await expect.poll(() => count('candles').catch(() => -1), within20s).toBe(candlesIn(1, 50));
    expect(sink.reports.at(-1)?.status).toBe('running');
    expect(sink.reports.filter(({ status }) => status === 'degraded')).toHaveLength(1);
  });

  it('waits for a database that goes away, and stops while it waits', async () => {
    const port = Number(new URL(url).port);
    const log = createFakeLog({ cluster: 'c1', partitions: 2 });
    const sink = await startSink(log);
    log.append(minutesOf(0, ['test:usdm:A'], 50));
    await expect.poll(() => count('candles'), within20s).toBe(candlesIn(1, 50));
    await server.stop();
    log.append(minutesOf(1, ['test:usdm:B'], 50));
    await expect.poll(() => sink.reports.at(-1)?.status, within20s).toBe('degraded');
    expect(sink.reports.at(-1)?.text).toMatch(/does not answer/);
    server = await startServer(port);
    await expect.poll(() => sink.reports.at(-1)?.status, within20s).toBe('running');
    await expect.poll(() => count('candles').catch(() => -1), within20s).toBe(2 * candlesIn(1, 50));
    expect(await count('doubled')).toBe(0);

    await server.stop();
    log.append([candleRecord(1, sampleCandle('test:usdm:B', 50))]);
    await expect.poll(() => sink.reports.at(-1)?.status, within20s).toBe('degraded');
    const before = performance.now();
    await sink.stop();
    expect(performance.now() - before).toBeLessThan(3_000);
    server = await startServer(port);
    await startSink(log);
    await expect.poll(() => count('candles').catch(() => -1), within20s).toBe(2 * candlesIn(1, 50) + 1);
  });

  it('knows a commit whose answer got lost', async () => {
    const wire = await startWire(Number(new URL(url).port));
    const throughWire = url.replace(/:\d+\//, `:${wire.port}/`);
    const log = createFakeLog({ cluster: 'c1', partitions: 1 });
    const sink = await startSink(log, throughWire);
    wire.cutAnswersTo('COMMIT', 5);
    log.append(minutesOf(0, ['test:usdm:A', 'test:usdm:B'], 100));
    await expect.poll(() => count('candles'), within20s).toBe(candlesIn(2, 100));
    await expect.poll(() => sink.reports.at(-1)?.status, within20s).toBe('running');
    expect(wire.cuts()).toBe(5);
    expect(await count('doubled')).toBe(0);
  });
});

const blind: SinkObserver = { written: ignore, rejected: ignore, troubled: ignore, answered: ignore, gaveUp: ignore };
const taskOn = (database: Pool) =>
  createSinkTask({
    ...{ pool: database, where: 'here', feed: klinesFeed, partition: 0, owner: 'test', observer: blind },
    signal: new AbortController().signal,
  });

async function fillLog(logDirectory: string, records: readonly NewRecord[]): Promise<void> {
  const log = await openLog({ directory: logDirectory });
  await log.ensureTopics(readTopology(join(import.meta.dirname, '../../../topology/topics.yaml')));
  const writer = log.writer();
  await writer.append(records);
  await writer.close();
  await log.close();
}

function startProcess(logDirectory: string): ChildProcess {
  const program = join(import.meta.dirname, 'testing', 'sink-process.ts');
  const child = spawn(process.execPath, [program, logDirectory], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DATABASE_URL: url },
  });
  cleanups.push(() => child.kill('SIGKILL'));
  return child;
}

/** Stands between the sink and the database, and can cut the wire when an answer is on its way. */
async function startWire(databasePort: number) {
  let word = '';
  let left = 0;
  let cuts = 0;
  const sockets = new Set<Socket>();
  const wire = createServer((client) => {
    const database = connectTo(databasePort, '127.0.0.1');
    let isDoomed = false;
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on('error', ignore).on('close', () => {
        sockets.delete(socket);
        client.destroy();
        database.destroy();
      });
    }
    client.on('data', (bytes) => {
      if (left > 0 && bytes.includes(word)) {
        left--;
        isDoomed = true;
      }
      database.write(bytes);
    });
    database.on('data', (bytes) => {
      if (!isDoomed) client.write(bytes);
      else if (client.destroy()) cuts++;
    });
  }).listen(0, '127.0.0.1');
  await once(wire, 'listening');
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    wire.close();
  });
  const address = wire.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    cuts: () => cuts,
    cutAnswersTo(text: string, times: number) {
      word = text;
      left = times;
    },
  };
}
