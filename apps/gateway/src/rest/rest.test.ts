import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  aboutAlert,
  alert,
  btc,
  eth,
  eventually,
  type GatewayFixture,
  heartbeat,
  instrument,
  kline,
  MINUTE_MS,
  metricsClosed,
  rollingWindow,
  startFixture,
  term,
} from '../testing/gateway-fixture.ts';

let fixture: GatewayFixture;

beforeAll(async () => {
  fixture = await startFixture({
    async before(append, lastMinute) {
      await append(
        'instruments',
        'InstrumentChanged',
        instrument(btc),
        instrument(eth),
        instrument('binance:spot:BTCUSDT'),
        instrument('binance:spot:SOLUSDC'),
      );
      const minutes = Array.from({ length: 30 }, (_, index) => lastMinute - (29 - index) * MINUTE_MS);
      await append(
        'klines.closed',
        'KlineClosed',
        ...minutes.map((openTime, index) => kline(btc, openTime, 100 + index)),
      );
      const windows = [5, 15].map((size) => rollingWindow(size));
      await append('metrics.closed', 'MetricsClosed', metricsClosed(btc, lastMinute, { windows }));
      await append(
        'alerts',
        'AlertTriggered',
        alert(1, lastMinute),
        alert(2, lastMinute + 1, { rule: 'pioneer_bull', timeframe: '5m' }),
        alert(3, lastMinute + 2, { instrument: eth }),
      );
      await append('alerts', 'AlertTriggered', alert(4, lastMinute - 49 * 60 * MINUTE_MS));
      for (const app of ['collector', 'calculator', 'alerter', 'sink']) {
        await append('heartbeats', 'Heartbeat', heartbeat(app, Date.now(), { numbers: { lag: 3 } }));
      }
    },
  });
  await eventually(async () => ((await fixture.get('/ready')).body as { text: string }).text.startsWith('1 of 4'));
});

afterAll(() => fixture.close());

describe('what operators ask', () => {
  test('the health of the apps of this process', async () => {
    const { status, body } = await fixture.get('/health');
    expect(status).toBe(200);
    expect(body).toMatchObject({ app: 'gateway', status: 'running', version: '0.1.0', checks: { log: { ok: true } } });
  });

  test('whether they are ready, and how far the page is', async () => {
    expect(await fixture.get('/ready')).toMatchObject({ status: 200, body: { status: 'ready', total: 4 } });
  });

  test('metrics, those of the gateway among them; unknown paths are counted too', async () => {
    await fixture.get('/api/nothing');
    const { headers, text } = await fixture.get('/metrics');
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toMatch(/^screener_gateway_answers_total\{app="gateway",status="404"\} [1-9]/m);
    expect(text).toMatch(/^screener_gateway_sockets\{app="gateway"\} 0$/m);
    expect(text).toMatch(/^screener_gateway_instruments_ready\{app="gateway"\} \d+$/m);
    expect((await fixture.get('/metrics', { method: 'POST' })).status).toBe(405);
  });
});

describe('GET /api/health', () => {
  test('says how each service is, by the names that clients know', async () => {
    for (const app of ['collector', 'calculator', 'alerter', 'sink']) {
      await fixture.append('heartbeats', 'Heartbeat', heartbeat(app, Date.now(), { numbers: { lag: 3 } }));
    }
    const body = await eventually(async () => {
      const answer = await fixture.get('/api/health');
      return answer.status === 200 && (answer.body as { status: string }).status === 'healthy' && answer.body;
    });
    expect(body).toMatchObject({
      status: 'healthy',
      services: {
        data_collector: 'up',
        metrics_calculator: 'up',
        alert_engine: 'up',
        notifier: 'disabled',
        sink: 'up',
        database: 'up',
        nats: 'up',
      },
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      simulated: true,
    });
    const { details } = body as { details: { app: string; numbers: object }[] };
    expect(details.map(({ app }) => app)).toEqual(['alerter', 'calculator', 'collector', 'sink']);
    expect(details[0]?.numbers).toEqual({ lag: 3 });
  });

  test('is degraded when one app is missing what it needs', async () => {
    const degraded = heartbeat('sink', Date.now() + 1, { status: 'degraded', text: 'no database' });
    await fixture.append('heartbeats', 'Heartbeat', degraded);
    const body = await eventually(async () => {
      const answer = await fixture.get('/api/health');
      return (answer.body as { status: string }).status === 'degraded' && answer.body;
    });
    expect(body).toMatchObject({ services: { sink: 'up', database: 'down' } });
  });
});

describe('GET /api/alerts', () => {
  test('the alert field by field', async () => {
    const { status, body } = await fixture.get('/api/alerts?symbol=btcusdt&type=big_bull_60m');
    expect(status).toBe(200);
    expect(body).toEqual({
      alerts: [
        {
          id: '00000000-0000-4000-8000-000000000001',
          triggered_at: new Date(fixture.lastMinute).toISOString(),
          symbol: 'BTCUSDT',
          instrument: btc,
          alert_type: 'big_bull_60m',
          title: '60 Big Bull',
          timeframe: '1h',
          price: 42_350.5,
          volume: 1_250_000,
          change_pct: 3.2,
          metadata: {
            change_1h: 3.2,
            volume_1h: 1_250_000,
            volume_8h: 5_000_000,
            vcp_1h: 0.85,
            vcp: 0.85,
            volume_increase: 2.3,
            candle_size_pct: 4.1,
            momentum_score: 61.2,
          },
          severity: 'warning',
          message: 'BTCUSDT moves',
          provisional: false,
          terms: [{ term: 'change_1h > least', element: null, left: 3.2, right: 1.6, held: true }],
          status: 'fired',
          status_at: null,
          reason: null,
          changes: [],
        },
      ],
      total: 1,
      limit: 100,
      offset: 0,
      next: null,
    });
  });

  test('newest first, of the last 48 hours, page by page', async () => {
    type Body = { alerts: { id: string }[]; total: number; next: string | null };
    const ids = (body: unknown) => (body as Body).alerts.map(({ id }) => Number(id.slice(-1)));
    const first = (await fixture.get('/api/alerts?limit=2')).body as Body;
    expect(ids(first)).toEqual([3, 2]);
    expect(first).toMatchObject({ total: 3, next: expect.any(String) });
    const second = (await fixture.get(`/api/alerts?limit=2&after=${first.next}`)).body as Body;
    expect(ids(second)).toEqual([1]);
    expect(second.next).toBeNull();
    expect(ids((await fixture.get('/api/alerts?limit=2&offset=1')).body)).toEqual([2, 1]);
    expect((await fixture.get('/api/alerts?symbol=binance:spot:BTCUSDT')).body).toMatchObject({ alerts: [], total: 0 });
  });

  test('says what became of an alert, and a side that is no number as text', async () => {
    const infinite = { ...term('volume_1h / volume_1d > 1.0', Number.POSITIVE_INFINITY, 1, true), rightText: null };
    const live = alert(7, fixture.lastMinute + 3, { rule: 'mine', provisional: true, message: '', terms: [infinite] });
    await fixture.append('alerts', 'AlertTriggered', live);
    const changes = [{ name: 'momentumScore', before: 61.2, after: null }];
    const amendedAt = fixture.lastMinute + MINUTE_MS;
    await fixture.append('alerts', 'AlertAmended', { ...aboutAlert(live), amendedAt, changes });
    const found = async () => (await fixture.get('/api/alerts?type=mine')).body as { alerts: { status: string }[] };
    const [told] = (await eventually(async () => {
      const { alerts } = await found();
      return alerts[0]?.status === 'amended' && alerts;
    })) as object[];
    expect(told).toMatchObject({
      ...{ message: '60 Big Bull', provisional: false, status: 'amended', reason: 'the exchange corrected a candle' },
      status_at: new Date(amendedAt).toISOString(),
      terms: [{ left: 'Infinity', right: 1, held: true }],
      metadata: { momentum_score: null, candle_size_pct: 4.1 },
      changes,
    });
  });

  test.each([
    ['limit=0', "limit is '0': expected a whole number from 1 to 1000, for example 100"],
    ['limit=1001', "limit is '1001'"],
    ['limit=ten', "limit is 'ten'"],
    ['offset=-1', "offset is '-1'"],
    ['after=nonsense', "after is 'nonsense': expected the next of an earlier answer"],
  ])('refuses %s with one line', async (query, line) => {
    const { status, body } = await fixture.get(`/api/alerts?${query}`);
    expect(status).toBe(400);
    expect(body).toEqual({ error: { code: 'PARAMETER_INVALID', message: expect.stringContaining(line) } });
  });
});

describe('GET /api/metrics/{symbol}', () => {
  test('every timeframe with every field, null where not known', async () => {
    const { body } = await fixture.get('/api/metrics/BTCUSDT');
    const fields = [
      'open',
      'high',
      'low',
      'close',
      'volume',
      'vcp',
      'rsi_14',
      'macd',
      'macd_signal',
      'bb_upper',
      'bb_middle',
      'bb_lower',
      'fib_pivot',
      'fib_r1',
      'fib_r2',
      'fib_r3',
      'fib_s1',
      'fib_s2',
      'fib_s3',
    ];
    const { symbol, timestamp, timeframes } = body as {
      symbol: string;
      timestamp: string;
      timeframes: Record<string, Record<string, number | null>>;
    };
    expect(symbol).toBe('BTCUSDT');
    expect(timestamp).toBe(new Date(fixture.lastMinute + MINUTE_MS - 1).toISOString());
    expect(Object.keys(timeframes)).toEqual(['5m', '15m', '1h', '4h', '8h', '1d']);
    for (const timeframe of Object.values(timeframes))
      for (const field of fields) expect(timeframe).toHaveProperty(field);
    expect(timeframes['5m']).toMatchObject({
      open: 100,
      high: 120,
      low: 90,
      close: 110,
      volume: 50,
      vwap: 105,
      quote_volume: 5_250,
    });
    expect(timeframes['5m']?.vcp).toBeCloseTo((110 / 105) * ((20 - 10) / 30), 12);
    expect(timeframes['5m']?.change_pct).toBeCloseTo(10, 12);
    expect(timeframes['5m']?.fib_pivot).toBeCloseTo(320 / 3, 12);
    expect(timeframes['5m']?.fib_s3).toBeCloseTo(320 / 3 - 30, 12);
    expect(timeframes['1h']).toMatchObject({ open: null, vcp: null, rsi_14: 62.5, macd: null });
    expect(timeframes['5m']?.rsi_14).toBeNull();
  });

  test('a known instrument without metrics yet is not unknown', async () => {
    const { status, body, headers } = await fixture.get('/api/metrics/ETHUSDT');
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('1');
    expect(body).toMatchObject({ error: { code: 'NOT_PRIMED' } });
  });
});

describe('GET /candles/{symbol}/{interval}', () => {
  test('seconds, oldest first, symbol and interval in any case', async () => {
    const { body } = await fixture.get('/candles/btcusdt/1M?limit=2');
    const time = fixture.lastMinute / 1_000;
    expect(body).toEqual({
      symbol: 'BTCUSDT',
      interval: '1m',
      instrument: btc,
      candles: [
        { time: time - 60, open: 127, high: 130, low: 125, close: 128, volume: 10, closed: true },
        { time, open: 128, high: 131, low: 126, close: 129, volume: 10, closed: true },
      ],
    });
  });

  test('longer intervals are aggregated', async () => {
    const { body } = await fixture.get('/candles/binance:usdm:BTCUSDT/5m');
    const { candles } = body as { candles: { time: number; volume: number }[] };
    expect(candles.length).toBeGreaterThanOrEqual(5);
    for (const candle of candles.slice(0, -1)) expect([candle.time % 300, candle.volume]).toEqual([0, 50]);
  });

  test('unknown interval and limit', async () => {
    const interval = await fixture.get('/candles/BTCUSDT/7m');
    expect(interval.status).toBe(400);
    expect(interval.text).toContain(
      "interval is '7m': expected one of 1m 3m 5m 15m 30m 1h 4h 8h 1d 1w, for example 5m",
    );
    expect((await fixture.get('/candles/BTCUSDT/1m?limit=1501')).status).toBe(400);
  });
});

describe('which instrument is meant', () => {
  test.each([
    ['/api/metrics/DOGEUSDT', 'SYMBOL_UNKNOWN', []],
    ['/api/metrics/SOLUSDC', 'SYMBOL_UNKNOWN', ['binance:spot:SOLUSDC']],
    ['/api/metrics/BTC', 'SYMBOL_UNKNOWN', ['binance:spot:BTCUSDT', btc]],
    ['/candles/bybit:linear:BTCUSDT/1m', 'SYMBOL_UNKNOWN', ['binance:spot:BTCUSDT', btc]],
  ])('%s is answered with 404 and the candidates', async (path, code, candidates) => {
    const { status, body } = await fixture.get(path);
    expect(status).toBe(404);
    expect(body).toEqual({
      error: { code, message: expect.stringContaining('GET /api/symbols lists all'), candidates },
    });
  });

  test('tracked symbols with their status', async () => {
    const { body } = await fixture.get('/api/symbols');
    expect(body).toMatchObject({
      total: 4,
      symbols: expect.arrayContaining([
        expect.objectContaining({ symbol: 'BTCUSDT', instrument: btc, status: 'trading', primed: true }),
      ]),
    });
    expect((await fixture.get('/symbols')).body).toEqual(body);
  });
});
