/** A supervised app on a real log, asked over HTTP as an orchestrator and a scraper ask. */
import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { App } from './app.ts';
import { type AppServer, startAppServer } from './app-server.ts';
import { type Heartbeats, startHeartbeats } from './heartbeats.ts';
import { createLogger } from './logger.ts';
import { createMetrics } from './metrics/create-metrics.ts';
import { startProcessMetrics } from './metrics/process-metrics.ts';
import { createOperatorPages, type OperatorPages } from './operator-pages.ts';
import { startProcessorApp } from './processor-app.ts';
import { readSettings } from './settings.ts';
import { createSupervisor, type Supervisor } from './supervisor.ts';
import { parseExposition } from './testing/parse-exposition.ts';
import { openSmallLog, recordOf, type SmallLog } from './testing/small-log.ts';

let small: SmallLog;
let supervisor: Supervisor;
let heartbeats: Heartbeats;
let pages: OperatorPages;
let server: AppServer;
let nowMs = 0;
const cleanups: (() => unknown)[] = [];

/** Everything that one process has around its apps, without the apps. */
async function begin(expected: readonly string[]): Promise<void> {
  const now = () => nowMs;
  const logger = createLogger({ level: 'silent', name: 'test', json: false, write: () => undefined, now });
  const context = { log: small.log, logger, settings: readSettings({}), instance: 'host-1', now };
  supervisor = createSupervisor({ context, firstRestartMs: 5 });
  const states = () => supervisor.states;
  const identity = { instance: 'host-1', version: '1.2.3' };
  heartbeats = startHeartbeats({ log: small.log, states, ...identity, now, everyMs: 10 });
  const processMetrics = createMetrics();
  const measuring = startProcessMetrics(processMetrics);
  const { logCheck } = heartbeats;
  pages = createOperatorPages({ states, expected, logCheck, processMetrics, ...identity, startedAt: nowMs });
  server = await startAppServer({ host: '127.0.0.1', port: 0, pages });
  cleanups.push(
    () => supervisor.stop(),
    measuring.stop,
    () => heartbeats.stop(),
    () => server.close(),
  );
}

beforeEach(async () => {
  nowMs = Date.UTC(2026, 0, 5);
  small = await openSmallLog();
  cleanups.push(() => small.close());
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(1)) await cleanup();
  await cleanups.pop()?.();
});

const copier: App = {
  name: 'copier',
  start: (context) =>
    startProcessorApp({
      context,
      reportEveryMs: 10,
      definition: {
        group: 'copier',
        input: 'input',
        snapshots: 'snapshots',
        snapshotVersion: 1,
        task: () => ({ apply: (record, { emit }) => emit({ ...record, topic: 'output' }) }),
      },
    }),
};

/** An app that says of itself what the test wants. */
function talker(name: string): App & { mayStart: Promise<void>; say: Parameters<App['start']>[0]['report'] } {
  const app: ReturnType<typeof talker> = {
    name,
    say: () => undefined,
    mayStart: Promise.resolve(),
    async start({ report }) {
      await app.mayStart;
      app.say = report;
      report('starting', 'waiting for postgres://me:hunter2@db/x');
      // Its start ends before it can do anything, as that of the sink does.
      report('degraded', 'no answer from postgres://me:hunter2@db/x');
      return { failed: new Promise<never>(() => undefined), stop: async () => undefined };
    },
  };
  return app;
}

async function get(path: string): Promise<{ status: number; type: string | null; text: string; body: unknown }> {
  const answer = await fetch(server.address + path);
  const text = await answer.text();
  const type = answer.headers.get('content-type');
  return { status: answer.status, type, text, body: type?.startsWith('application/json') ? JSON.parse(text) : text };
}
const eventually = (look: () => unknown): Promise<unknown> => vi.waitFor(look, { timeout: 5_000, interval: 10 });

describe('one app', () => {
  test('is ready and healthy when it runs, and its numbers can be scraped', async () => {
    await begin(['copier']);
    expect(await get('/ready')).toMatchObject({ status: 503, body: { status: 'waiting', waitingFor: ['copier'] } });
    expect((await get('/health')).body).toMatchObject({ app: 'copier', status: 'starting' });
    await supervisor.start(copier);
    await small.log.writer().append([recordOf('input', 0), recordOf('input', 1)]);
    await eventually(async () => {
      expect((await get('/ready')).body).toEqual({ status: 'ready', waitingFor: [] });
      expect((await get('/health')).body).toEqual({
        app: 'copier',
        instance: 'host-1',
        version: '1.2.3',
        since: '2026-01-05T00:00:00.000Z',
        status: 'running',
        text: '2 partitions, 0 events behind',
        checks: {
          log: { ok: true, text: 'the embedded log takes what is written' },
          app: { ok: true, text: '0 crashes since this process began' },
        },
        numbers: { partitions: 2, lag: 0 },
      });
    });
    const scraped = await get('/metrics');
    expect(scraped).toMatchObject({ status: 200, type: 'text/plain; version=0.0.4; charset=utf-8' });
    const families = parseExposition(scraped.text);
    const labels = { app: 'copier', group: 'copier', topic: 'input' };
    expect(families.get('screener_log_processed_records_total')?.samples).toMatchObject([{ labels, value: 2 }]);
    expect(families.get('screener_app_up')?.samples).toMatchObject([{ labels: { app: 'copier' }, value: 1 }]);
    expect(families.get('screener_info')?.samples).toMatchObject([{ labels: { version: '1.2.3' }, value: 1 }]);
    expect(families.get('process_cpu_seconds_total')?.samples).toMatchObject([{ labels: {} }]);
  });

  test('is not healthy from a crash until it runs again, and its counters go on', async () => {
    await begin(['copier']);
    let starts = 0;
    const { promise: mayStart, resolve: letStart } = Promise.withResolvers<void>();
    const faulty: App = {
      name: 'copier',
      async start(context) {
        if (++starts === 2) throw new Error('not yet');
        if (starts === 3) await mayStart;
        context.metrics.counter('starts_total', 'Starts').inc();
        context.report('running', 'well');
        return { failed: new Promise<never>(() => undefined), stop: async () => undefined };
      },
    };
    await supervisor.start(faulty);
    expect((await get('/ready')).status).toBe(200);
    supervisor.crash('copier', new Error('boom'));
    await eventually(() => expect(starts).toBe(3));
    expect(await get('/ready')).toMatchObject({ status: 503 });
    expect(await get('/health')).toMatchObject({
      status: 503,
      body: {
        status: 'failed',
        text: 'restarting after: not yet',
        checks: { log: { ok: true }, app: { ok: false, text: 'it crashed and is started anew' } },
      },
    });
    expect(parseExposition(pages.metrics()).get('screener_app_up')?.samples).toMatchObject([{ value: 0 }]);
    letStart();
    await eventually(async () => expect(await get('/health')).toMatchObject({ status: 200 }));
    expect((await get('/ready')).status).toBe(200);
    const families = parseExposition(pages.metrics());
    expect(families.get('screener_app_restarts_total')?.samples).toMatchObject([{ value: 2 }]);
    expect(families.get('starts_total')?.samples).toMatchObject([{ value: 2 }]);
  });

  test('that waits for something is healthy but not ready, and shows no secret', async () => {
    await begin(['talker']);
    const app = talker('talker');
    await supervisor.start(app);
    const health = await get('/health');
    expect(health).toMatchObject({ status: 200, body: { status: 'degraded' } });
    expect(health.text).toContain('postgres://me:***@db/x');
    expect(health.text).not.toContain('hunter2');
    expect((await get('/ready')).status).toBe(503);
    app.say('running', 'well', { rows: 3 });
    expect((await get('/ready')).status).toBe(200);
    expect((await get('/health')).body).toMatchObject({ status: 'running', numbers: { rows: 3 } });
    // Once it was ready, a hiccup is health's business.
    app.say('degraded', 'slow');
    expect((await get('/ready')).status).toBe(200);
    await supervisor.stop();
    expect((await get('/ready')).status).toBe(503);
  });

  test('is not healthy where the log acknowledges nothing', async () => {
    await begin(['talker']);
    const app = talker('talker');
    await supervisor.start(app);
    app.say('running', 'well');
    await small.log.close();
    nowMs += 10_001;
    await eventually(async () =>
      expect(await get('/health')).toMatchObject({
        status: 503,
        body: {
          status: 'degraded',
          text: expect.stringMatching(/acknowledged nothing/),
          checks: {
            log: { ok: false, text: expect.stringMatching(/acknowledged nothing for 10 s: .*the log is closed/) },
          },
        },
      }),
    );
    // It is not the app's fault: whoever waits for it to be ready need not start it anew.
    expect((await get('/health')).body).toMatchObject({ checks: { app: { ok: true } } });
  });
});

test('several apps of one process answer together: as well as the worst of them', async () => {
  await begin(['copier', 'talker']);
  await supervisor.start(copier);
  expect(await get('/health')).toMatchObject({ status: 200, body: { app: 'screener', status: 'starting' } });
  expect((await get('/ready')).body).toMatchObject({ waitingFor: ['talker'] });
  const app = talker('talker');
  await supervisor.start(app);
  expect((await get('/health')).body).toMatchObject({ status: 'degraded', text: expect.stringMatching(/^talker: /) });
  app.say('running', 'well');
  await eventually(async () =>
    expect((await get('/health')).body).toMatchObject({
      status: 'running',
      text: '2 of 2 apps run',
      numbers: { apps: 2, running: 2 },
      apps: [{ app: 'copier' }, { app: 'talker', text: 'well' }],
    }),
  );
  const up = parseExposition(pages.metrics()).get('screener_app_up');
  expect(up?.samples.map(({ labels }) => labels.app)).toEqual(['copier', 'talker']);
  const { promise: mayStart, resolve: letStart } = Promise.withResolvers<void>();
  app.mayStart = mayStart;
  supervisor.crash('talker', new Error('boom'));
  expect(await get('/health')).toMatchObject({ status: 503, body: { status: 'failed' } });
  letStart();
});

describe('the port', () => {
  test('answers HEAD without a body, refuses other methods and paths with one clear line', async () => {
    await begin(['copier']);
    for (const path of ['/health', '/metrics', '/ready?x=1']) {
      const head = await fetch(server.address + path, { method: 'HEAD' });
      expect(Number(head.headers.get('content-length'))).toBeGreaterThan(0);
      expect(await head.text()).toBe('');
    }
    const posted = await fetch(`${server.address}/health`, { method: 'POST', body: 'x'.repeat(100_000) });
    expect(posted.status).toBe(405);
    expect(posted.headers.get('allow')).toBe('GET, HEAD');
    expect(await posted.json()).toEqual({
      error: { code: 'METHOD_REFUSED', message: 'POST /health: expected GET or HEAD' },
    });
    for (const path of ['/', '/health/', '/../etc/passwd', '/__proto__', '/constructor']) {
      const { status, body } = await rawGet(path);
      expect(status, path).toBe(404);
      expect(body, path).toContain('expected one of /health, /ready, /metrics');
    }
  });

  test('that is taken is said to be', async () => {
    await begin(['copier']);
    const again = startAppServer({ host: '127.0.0.1', port: server.port, pages });
    await expect(again).rejects.toMatchObject({ code: 'PORT_IN_USE', facts: { port: server.port, hint: 'APP_PORT' } });
  });
});

/** As it stands: fetch would tidy the path up before it asks. */
const rawGet = (path: string): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: server.port, path }, (answer) => {
      let body = '';
      answer.on('data', (chunk) => {
        body += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
    })
      .on('error', reject)
      .end();
  });
