import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { limits } from '../limits.ts';
import {
  alert,
  btc,
  eth,
  eventually,
  type GatewayFixture,
  heartbeat,
  instrument,
  kline,
  MINUTE_MS,
  marketClosed,
  metricsClosed,
  rollingWindow,
  startFixture,
} from '../testing/gateway-fixture.ts';
import { graphqlFollower } from '../testing/graphql-follower.ts';

let fixture: GatewayFixture;
const { connect, follow, dispose } = graphqlFollower(() => fixture.gateway.address);

beforeAll(async () => {
  fixture = await startFixture({
    async before(append, lastMinute) {
      await append('instruments', 'InstrumentChanged', instrument(btc), instrument(eth));
      await append(
        'klines.closed',
        'KlineClosed',
        ...Array.from({ length: 90 }, (_, index) => kline(btc, lastMinute - (89 - index) * MINUTE_MS, 100 + index)),
      );
      const statistics = { volatility_1h: 40, volume_z_1m: 2.5 };
      await append('metrics.closed', 'MetricsClosed', metricsClosed(btc, lastMinute, { statistics }));
      await append('market.closed', 'MarketClosed', marketClosed(lastMinute));
      await append('alerts', 'AlertTriggered', alert(1, lastMinute), alert(2, lastMinute + 1));
      await append('rules', 'RuleSaved', {
        rule: 'big_bull_60m',
        version: 1,
        owner: 'preset',
        title: '60 Big Bull',
        text: 'up',
        condition: 'change_1h > least',
        parameters: { least: 1.6 },
        timeframe: '1h',
        cooldownMs: 300_000,
        enabled: true,
      });
      await append('heartbeats', 'Heartbeat', heartbeat('collector', Date.now(), { numbers: { primed: 1 } }));
    },
  });
  await eventually(async () =>
    ((await fixture.query('{ status { text } }')).data as { status: { text: string } }).status.text.startsWith(
      '1 of 2',
    ),
  );
});
afterEach(dispose);
afterAll(() => fixture.close());

describe('queries', () => {
  test('everything the page starts with, in one request', async () => {
    const { data, errors } = await fixture.query(`{
      status { version health simulated engine priming primed total apps { app status stale numbers { name value } } }
      instruments { instrument symbol base quote status tickSize }
      sparklines { instrument closes }
      rules { id version title condition parameters { name value } cooldownMs enabled }
      alerts(limit: 1) { total next alerts { id symbol rule time triggeredAtMs price volume changePct metrics { name value } } }
    }`);
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      status: {
        simulated: true,
        engine: 'embedded',
        priming: true,
        primed: 1,
        total: 2,
        apps: [{ app: 'collector', numbers: [{ name: 'primed', value: 1 }] }],
      },
      instruments: [{ instrument: btc, symbol: 'BTCUSDT', base: 'BTC', tickSize: null }, { instrument: eth }],
      rules: [{ id: 'big_bull_60m', parameters: [{ name: 'least', value: 1.6 }], cooldownMs: 300_000, enabled: true }],
      alerts: {
        total: 2,
        alerts: [
          {
            symbol: 'BTCUSDT',
            triggeredAtMs: fixture.lastMinute + 1,
            time: fixture.lastMinute / 1_000 - 60,
            changePct: 3.2,
          },
        ],
      },
    });
    const [sparkline, ...others] = (data as { sparklines: { closes: number[] }[] }).sparklines;
    expect(others).toEqual([]);
    expect(sparkline?.closes).toEqual(Array.from({ length: 60 }, (_, index) => 130 + index));
    const { next } = (data as { alerts: { next: string } }).alerts;
    const rest = await fixture.query('query ($after: String) { alerts(after: $after) { alerts { id } next } }', {
      after: next,
    });
    expect(rest.data?.alerts).toEqual({ alerts: [{ id: alert(1, 0).id }], next: null });
  });

  test('metrics and candles of one instrument', async () => {
    const { data } = await fixture.query(`{
      metrics(symbol: "btcusdt") { instrument price live windows { window minutes change vcp vwap takerShare pivots { pivot r1 } } indicators { interval rsi } }
      none: metrics(symbol: "ETHUSDT") { price }
      candles(symbol: "${btc}", interval: "1M", limit: 2) { instrument interval candles { time open high low close volume quoteVolume } }
    }`);
    const time = fixture.lastMinute / 1_000;
    expect(data).toMatchObject({
      metrics: { instrument: btc, price: 110, live: false, indicators: [{ interval: '1h', rsi: 62.5 }] },
      none: null,
      candles: {
        interval: '1m',
        candles: [
          { time: time - 60, close: 188 },
          { time, open: 188, high: 191, low: 186, close: 189, volume: 10, quoteVolume: 1_890 },
        ],
      },
    });
    const { windows } = (data as { metrics: { windows: { window: string; change: number; takerShare: number }[] } })
      .metrics;
    expect(windows.map(({ window }) => window)).toEqual(['5m', '15m', '1h', '4h', '8h', '1d']);
    expect(windows[0]).toMatchObject({ vwap: 105, takerShare: 0.4 });
    expect(windows[0]?.change).toBeCloseTo(10, 12);
  });

  test.each([
    ['{ metrics(symbol: "NOPE") { price } }', 'SYMBOL_UNKNOWN', "no instrument 'NOPE'"],
    ['{ candles(symbol: "BTCUSDT", interval: "7m") { interval } }', 'PARAMETER_INVALID', "interval is '7m'"],
    ['{ alerts(limit: 0) { total } }', 'PARAMETER_INVALID', "limit is '0'"],
    ['{ nothing }', 'QUERY_INVALID', 'Cannot query field "nothing"'],
    ['{', 'QUERY_INVALID', 'Syntax Error'],
    ['subscription { status { text } }', 'QUERY_INVALID', 'needs the WebSocket'],
    [
      `{ ${Array.from({ length: 21 }, (_, index) => `a${index}: rules { id }`).join(' ')} }`,
      'QUERY_TOO_LARGE',
      '21 fields at its root: expected at most 20',
    ],
    [`{ rules { ${'id '.repeat(600)} } }`, 'QUERY_TOO_LARGE', 'fields: expected at most 500'],
    [`{ ${'rules { id } '.repeat(2_000)} }`, 'QUERY_INVALID', 'tokens'],
    ['query ($a: Int!) { alerts(limit: $a) { total } }', undefined, '$a'],
  ])('refused: %.60s', async (query, code, line) => {
    const { errors } = await fixture.query(query);
    expect(errors?.[0]?.message).toContain(line);
    if (code) expect(errors?.[0]?.extensions?.code).toBe(code);
  });

  test('every number by its name, what it means, and the market as a whole', async () => {
    const { data, errors } = await fixture.query(`{
      metrics(symbol: "BTCUSDT") {
        numbers { name value }
        standing { openTimeMs numbers { name value } }
      }
      metricTable { name about unit interval source }
      market { openTimeMs instruments breadth advancing1h declining1h btc { instrument price change1h change1d } eth { price } missing }
    }`);
    expect(errors).toBeUndefined();
    type Numbers = readonly { name: string; value: number }[];
    const { metrics, metricTable, market } = data as {
      metrics: { numbers: Numbers; standing: { openTimeMs: number; numbers: Numbers } };
      metricTable: readonly { name: string; about: string; interval: string | null; source: string }[];
      market: unknown;
    };
    const numbers = new Map(metrics.numbers.map(({ name, value }) => [name, value]));
    expect(numbers.get('price')).toBe(110);
    expect(numbers.get('change_1h')).toBeCloseTo(10, 12);
    expect(numbers.get('rsi_1h')).toBe(62.5);
    expect(numbers.get('volume_z_1m')).toBe(2.5);
    expect(numbers.has('rsi_4h')).toBe(false);
    const described = new Map(metricTable.map((row) => [row.name, row]));
    for (const name of numbers.keys()) expect(described.get(name)?.about, name).not.toBe('');
    expect(described.get('rsi_4h')).toMatchObject({ interval: '4h', source: 'indicator' });
    expect(metrics.standing).toEqual({
      openTimeMs: fixture.lastMinute,
      numbers: [
        { name: 'change_1h', value: 1 },
        { name: 'volume_1d', value: 2 },
        { name: 'beta_1d', value: 1 },
      ],
    });
    expect(market).toEqual({
      openTimeMs: fixture.lastMinute,
      instruments: 2,
      breadth: 0.5,
      advancing1h: 1,
      declining1h: 1,
      btc: { instrument: btc, price: 110, change1h: 1.5, change1d: null },
      eth: null,
      missing: [],
    });
    const other = await fixture.query('{ metrics(symbol: "ETHUSDT") { standing { openTimeMs } } }');
    expect(other.data).toEqual({ metrics: null });
  });

  test('fragments do not hide how much is asked for', async () => {
    const bomb = `{ ...f0 } ${Array.from({ length: 12 }, (_, index) => `fragment f${index} on Query { ...f${index + 1} ...f${index + 1} }`).join(' ')} fragment f12 on Query { rules { id } }`;
    const { errors } = await fixture.query(bomb);
    expect(errors?.[0]?.extensions?.code).toBe('QUERY_TOO_LARGE');
  });

  test('the schema can be asked for', async () => {
    const { data } = await fixture.query(
      '{ __schema { subscriptionType { fields { name type { name ofType { name } } } } } }',
    );
    const { fields } = (data as { __schema: { subscriptionType: { fields: { name: string }[] } } }).__schema
      .subscriptionType;
    expect(fields.map(({ name }) => name)).toEqual([
      'tickers',
      'candle',
      'alerts',
      'alertSummaries',
      'market',
      'status',
    ]);
  });
});

interface Batch {
  full: boolean;
  tickers: { instrument: string; price: number | null; change5m: number | null; rsi1h: number | null; live: boolean }[];
}

const tickers = 'subscription Tickers { tickers { full tickers { instrument price change5m rsi1h live } } }';

describe('subscriptions', () => {
  test('tickers: all at first, then one batch of what changed', async () => {
    const first = follow<Batch>(tickers);
    expect(await first.at(0)).toEqual({
      full: true,
      tickers: [
        { instrument: btc, price: 110, change5m: expect.closeTo(10, 10), rsi1h: 62.5, live: false },
        { instrument: eth, price: null, change5m: null, rsi1h: null, live: false },
      ],
    });
    const openTime = fixture.lastMinute + MINUTE_MS;
    const live = (price: number) => ({
      instrument: btc,
      openTime,
      eventTime: openTime + price,
      price,
      windows: [rollingWindow(5, { close: price })],
    });
    await fixture.append('metrics.live', 'MetricsLive', live(120), live(125));
    const batch = await first.at(1);
    expect(batch).toEqual({
      full: false,
      tickers: [{ instrument: btc, price: 125, change5m: expect.closeTo(25, 10), rsi1h: 62.5, live: true }],
    });
    // One who comes later gets all, and the one who is there is not disturbed.
    const second = follow<Batch>(tickers);
    expect(await second.at(0)).toMatchObject({ full: true, tickers: [{ price: 125 }, { price: null }] });
    await fixture.append('metrics.live', 'MetricsLive', live(130));
    expect(await second.at(1)).toEqual({ full: false, tickers: [expect.objectContaining({ price: 130 })] });
    expect(await first.at(2)).toEqual(second.values[1]);
    expect(fixture.reports.get('clients')).toBe(2);
  });

  test('candle: the one in progress, then closed', async () => {
    const openTime = fixture.lastMinute + MINUTE_MS;
    const seen = follow<{ closed: boolean; candle: { time: number; close: number } }>(
      'subscription ($s: String!) { candle(symbol: $s) { closed candle { time close } } }',
      { s: 'btcusdt' },
    );
    expect(await seen.at(0)).toEqual({ closed: true, candle: { time: fixture.lastMinute / 1_000, close: 189 } });
    await fixture.append('klines.live', 'KlineLive', { ...kline(btc, openTime, 200), eventTime: openTime + 1 });
    expect(await seen.at(1)).toEqual({ closed: false, candle: { time: openTime / 1_000, close: 200 } });
    await fixture.append('klines.closed', 'KlineClosed', kline(btc, openTime, 201));
    expect(await seen.at(2)).toEqual({ closed: true, candle: { time: openTime / 1_000, close: 201 } });
  });

  test('market: its newest minute at once, then each new one, and none of the past', async () => {
    const { values, stop } = follow<{ openTimeMs: number; breadth: number | null }>(
      'subscription { market { openTimeMs breadth } }',
    );
    await eventually(() => values.length === 1);
    await fixture.append('market.closed', 'MarketClosed', marketClosed(fixture.lastMinute - MINUTE_MS));
    const next = fixture.lastMinute + MINUTE_MS;
    await fixture.append('market.closed', 'MarketClosed', marketClosed(next, { aboveVwap_1h: null }));
    await eventually(() => values.length === 2);
    expect(values).toEqual([
      { openTimeMs: fixture.lastMinute, breadth: 0.5 },
      { openTimeMs: next, breadth: null },
    ]);
    stop();
  });

  test('status: at once and then again', async () => {
    const seen = follow<{ total: number }>('subscription { status { total } }');
    expect(await seen.at(0)).toEqual({ total: 2 });
    expect(await seen.at(2)).toEqual({ total: 2 });
    seen.stop();
    await eventually(() => fixture.reports.get('subscriptions') === 0);
  });

  test('errors are told, and the socket lives on', async () => {
    const client = connect();
    const unknown = follow('subscription { candle(symbol: "NOPE") { closed } }', {}, client);
    expect(await eventually(() => unknown.errors[0])).toMatchObject([
      { message: expect.stringContaining("no instrument 'NOPE'"), extensions: { code: 'SYMBOL_UNKNOWN' } },
    ]);
    const two = follow('subscription { ...f } fragment f on Subscription { status { text } }', {}, client);
    expect(await eventually(() => two.errors[0])).toMatchObject([
      { message: expect.stringContaining('exactly one plain field') },
    ]);
    const well = follow<{ total: number }>('subscription { status { total } }', {}, client);
    expect(await well.at(0)).toEqual({ total: 2 });
    const query = follow<object[]>('{ rules { id } }', {}, client);
    expect(await query.at(0)).toEqual([{ id: 'big_bull_60m' }]);
  });

  test('a socket without end of subscriptions is closed', async () => {
    const client = connect();
    const closed = new Promise<{ code: number }>((resolve) =>
      client.on('closed', (event) => resolve(event as { code: number })),
    );
    for (let index = 0; index <= limits.subscriptionsPerSocket; index++)
      follow('subscription { status { total } }', {}, client);
    expect((await closed).code).toBe(4429);
  });

  test('an upgrade of another site, to another path or with another protocol is refused', async () => {
    const url = fixture.gateway.address.replace('http', 'ws');
    const refusal = (path: string, options: object, protocols = ['graphql-transport-ws']) =>
      new Promise<number>((resolve) => {
        const socket = new WebSocket(url + path, protocols, options);
        socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
        socket.on('close', (code) => resolve(code));
        socket.on('error', () => {});
      });
    expect(await refusal('/graphql', { origin: 'https://evil.example' })).toBe(403);
    expect(await refusal('/ws/nothing', {})).toBe(404);
    expect(await refusal('/graphql', {}, [])).toBe(4406);
  });
});
