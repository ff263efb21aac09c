import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { DialectName } from '../dialects/dialect.ts';
import { type SteppedExchange, steppedExchange } from '../testing/stepped-exchange.ts';

let exchange: SteppedExchange;
afterEach(() => exchange.stop());

const minute = 60_000;
const day = 1_440 * minute;

/** Why an attempt to connect failed. */
function refusalOf(path: string): Promise<string> {
  const socket = new WebSocket(`${exchange.simulator.wsBase}${path}`);
  return new Promise((resolve) => {
    socket.on('error', (error) => resolve(error.message));
    socket.on('open', () => {
      socket.terminate();
      resolve('open');
    });
  });
}

describe('limits of connections', () => {
  it.each([
    ['usdm', '/market/ws', 10],
    ['spot', '/ws', 5],
  ] as const)('cuts off who sends too many messages to %s', async (dialect, path, most) => {
    exchange = await steppedExchange({ dialect });
    const polite = await exchange.listen(path);
    const rude = await exchange.listen(path);
    for (let id = 1; id <= most; id++) polite.socket.send(`{"method":"LIST_SUBSCRIPTIONS","id":${id}}`);
    for (let id = 1; id <= most; id++) rude.socket.send(`{"method":"LIST_SUBSCRIPTIONS","id":${id}}`);
    rude.socket.ping();
    await vi.waitFor(() => expect(rude.closed).toBe(1008));
    await vi.waitFor(() => expect(polite.frames).toHaveLength(most));
    expect(polite.closed).toBeUndefined();
    expect(exchange.simulator.ledger.traffic.messageRateCut).toBe(1);
    await exchange.step(1_000);
    polite.socket.send('{"method":"LIST_SUBSCRIPTIONS","id":99}');
    await vi.waitFor(() => expect(polite.frames.at(-1)).toBe('{"result":[],"id":99}'));
  });

  it('takes so many attempts to connect and no more, until time has passed', async () => {
    exchange = await steppedExchange({ dialect: 'okx-swap' });
    const path = '/ws/v5/business';
    const outcomes = [];
    for (let attempt = 0; attempt < 5; attempt++) outcomes.push(await refusalOf(path));
    expect(outcomes.map((outcome) => outcome === 'open')).toEqual([true, true, true, false, false]);
    expect(outcomes.at(-1)).toContain('429');
    expect(exchange.simulator.ledger.traffic.connectionsRefused).toBe(2);
    await exchange.step(1_000);
    expect(await refusalOf(path)).toBe('open');
    expect(await refusalOf('/ws/v5/elsewhere')).toContain('404');
  });

  it('ends every connection to Binance at the age of a day', async () => {
    exchange = await steppedExchange();
    const stream = await exchange.listen('/market/ws/btcusdt@kline_1m');
    await exchange.step(day - minute);
    expect(stream.closed).toBeUndefined();
    await exchange.step(2 * minute);
    await vi.waitFor(() => expect(stream.closed).toBe(1006));
    expect(exchange.simulator.ledger.traffic.lifetimeCut).toBe(1);
  });

  it('pings, and drops who does not answer in time', async () => {
    exchange = await steppedExchange({ dialect: 'spot' });
    const mute = await exchange.listen('/ws', { autoPong: false });
    const polite = await exchange.listen('/ws');
    let pings = 0;
    polite.socket.on('ping', () => pings++);
    await exchange.step(20_000);
    await vi.waitFor(() => expect(pings).toBe(1));
    await exchange.step(62_000);
    await vi.waitFor(() => expect(mute.closed).toBe(1006));
    expect(polite.closed).toBeUndefined();
    expect(exchange.simulator.ledger.traffic.mutePongCut).toBe(1);
  });

  it('waits by the simulated clock for clients that live by it', async () => {
    exchange = await steppedExchange({ dialect: 'spot', speed: 60, patience: 'simulated' });
    const mute = await exchange.listen('/ws', { autoPong: false });
    for (let step = 0; step < 3; step++) await exchange.step(1_000);
    await vi.waitFor(() => expect(mute.closed).toBe(1006));
  });

  it('ends a connection to OKX on which nothing is said for half a minute', async () => {
    exchange = await steppedExchange({ dialect: 'okx-spot' });
    const [silent, pinging, listening] = [
      await exchange.listen('/ws/v5/business'),
      await exchange.listen('/ws/v5/business'),
      await exchange.listen('/ws/v5/business'),
    ];
    listening.socket.send('{"op":"subscribe","args":[{"channel":"candle1m","instId":"BTC-USDT"}]}');
    await exchange.step(20_000);
    pinging.socket.send('ping');
    await vi.waitFor(() => expect(pinging.frames).toEqual(['pong']));
    await exchange.step(15_000);
    await vi.waitFor(() => expect(silent.closed).toBe(1006));
    expect([pinging.closed, listening.closed]).toEqual([undefined, undefined]);
    expect(exchange.simulator.ledger.traffic.idleCut).toBe(1);
  });

  it('takes 480 subscriptions an hour on a connection to OKX', async () => {
    exchange = await steppedExchange({ dialect: 'okx-swap' });
    const { socket, frames } = await exchange.listen('/ws/v5/business');
    const request = '{"op":"subscribe","args":[{"channel":"candle1m","instId":"BTC-USDT-SWAP"}]}';
    for (let count = 0; count < 481; count++) socket.send(request);
    await vi.waitFor(() => expect(frames.filter((text) => text.includes('"event"'))).toHaveLength(481));
    expect(frames.filter((text) => text.includes('60014'))).toHaveLength(1);
  });
});

describe('who listens', () => {
  it('costs nothing while nobody does, and begins and ends with the first and the last', async () => {
    exchange = await steppedExchange();
    const { ledger } = exchange.simulator;
    await exchange.step(5_000);
    expect(ledger.traffic.frames).toBe(0);
    const stream = await exchange.listen('/market/ws/btcusdt@kline_1m');
    for (let step = 0; step < 4; step++) await exchange.step(1_000);
    await vi.waitFor(() => expect(stream.frames.length).toBeGreaterThan(2));
    stream.socket.terminate();
    await exchange.step(1_000);
    const { frames } = ledger.traffic;
    await exchange.step(5_000);
    expect(ledger.traffic.frames).toBe(frames);
  });

  it.each([
    [false, 1],
    [true, 8],
  ])('is told of a quiet coin when it trades, or all the time: %s', async (unchangedToo, framesMin) => {
    const quiet = {
      symbol: 'QUIETUSDT',
      base: 'QUIET',
      quote: 'USDT' as const,
      price: 2,
      priceDecimals: 4,
      amountDecimals: 0,
      minuteValue: 20,
      minuteDeviation: 0.0005,
      listedAt: 0,
      tradedShare: 1,
      emptyMinutes: 'flat' as const,
    };
    exchange = await steppedExchange({ added: [quiet], unchangedToo });
    expect(exchange.simulator.symbols.at(-1)).toBe('QUIETUSDT');
    const stream = await exchange.listen('/market/ws/quietusdt@kline_1m');
    for (let step = 0; step < 10; step++) await exchange.step(1_000);
    await vi.waitFor(() => expect(stream.frames.length).toBeGreaterThanOrEqual(framesMin));
    if (!unchangedToo) expect(stream.frames.length).toBeLessThan(5);
  });

  it.each(['usdm', 'spot'] as DialectName[])('hears the bars of every length on %s', async (dialect) => {
    exchange = await steppedExchange({ dialect });
    const route = dialect === 'usdm' ? '/market' : '';
    const codes = ['3m', '15m', '1h', '4h', '1d', '1w', '1M'];
    const names = codes.map((code) => `ethusdt@kline_${code}`).join('/');
    const stream = await exchange.listen(`${route}/stream?streams=${names}`);
    for (let step = 0; step < 4; step++) await exchange.step(minute);
    const events = () => stream.frames.map((text) => JSON.parse(text).data.k);
    await vi.waitFor(() => expect(new Set(events().map(({ i }) => i))).toEqual(new Set(codes)));
    const closed = events().find(({ i, x }) => i === '3m' && x);
    const rest = dialect === 'usdm' ? '/fapi/v1' : '/api/v3';
    const { text } = await exchange.get(`${rest}/klines?symbol=ETHUSDT&interval=3m&startTime=${closed.t}&limit=1`);
    const [[openTime, open, high, low, close, volume, closeTime, value, trades]] = JSON.parse(text);
    expect([closed.t, closed.o, closed.h, closed.l, closed.c, closed.v, closed.T, closed.q, closed.n]).toEqual([
      openTime,
      open,
      high,
      low,
      close,
      volume,
      closeTime,
      value,
      trades,
    ]);
  });
});
