import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type Simulator, type SimulatorOptions, startSimulator } from './simulator.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(options: Partial<SimulatorOptions> = {}): Promise<Simulator> {
  const simulator = await startSimulator({
    port: 0,
    host: '127.0.0.1',
    seed: 1,
    instruments: 10,
    speed: 1,
    now: Date.now,
    notify: () => {},
    ...options,
  });
  cleanups.push(() => simulator.stop());
  return simulator;
}

interface KlineFrame {
  readonly stream?: string;
  readonly data: {
    readonly E: number;
    readonly s: string;
    readonly k: Readonly<Record<'o' | 'h' | 'l' | 'c' | 'v' | 'q' | 'V' | 'Q', string>> & {
      readonly t: number;
      readonly x: boolean;
      readonly n: number;
    };
  };
}

function listen(simulator: Simulator, path: string): { readonly socket: WebSocket; readonly frames: string[] } {
  const socket = new WebSocket(`${simulator.wsBase}${path}`);
  const frames: string[] = [];
  socket.on('message', (data) => frames.push(data.toString()));
  cleanups.push(() => socket.terminate());
  return { socket, frames };
}

const get = async (simulator: Simulator, path: string) => {
  const response = await fetch(`${simulator.restBase}${path}`);
  return { status: response.status, headers: response.headers, body: await response.json() };
};

describe('the simulated exchange over REST', () => {
  it('answers what the exchange answers', async () => {
    const simulator = await start();
    expect((await get(simulator, '/fapi/v1/ping')).body).toEqual({});
    expect((await get(simulator, '/fapi/v1/time')).body.serverTime).toBeGreaterThan(1e12);
    const info = (await get(simulator, '/fapi/v1/exchangeInfo')).body;
    expect(info.symbols).toHaveLength(10);
    expect(info.symbols[0]).toMatchObject({ symbol: 'BTCUSDT', contractType: 'PERPETUAL', status: 'TRADING' });
    expect(info.symbols.map(({ symbol }: { symbol: string }) => symbol)).toContain('币安人生USDT');
    expect((await get(simulator, '/fapi/v1/klines?symbol=NOUSDT&interval=1m')).body.code).toBe(-1121);
    expect((await get(simulator, '/fapi/v1/klines?symbol=BTCUSDT&interval=7m')).body.code).toBe(-1120);
    expect((await get(simulator, '/fapi/v1/other')).status).toBe(404);
  });

  it('gives candles by range and by number, and weighs them', async () => {
    const simulator = await start();
    const open = Math.floor(simulator.now() / 60_000) * 60_000;
    const latest = await get(simulator, '/fapi/v1/klines?symbol=ETHUSDT&interval=1m&limit=3');
    const minutes = latest.body.map(([time]: [number]) => time);
    expect(minutes).toHaveLength(3);
    expect(minutes[2] - open).toBeLessThanOrEqual(60_000);
    const from = open - 1_500 * 60_000;
    const path = `/fapi/v1/klines?symbol=${encodeURIComponent('币安人生USDT')}&interval=1m&startTime=${from}&limit=1500`;
    const range = await get(simulator, path);
    expect(range.body).toHaveLength(1_500);
    expect(Number(range.headers.get('x-mbx-used-weight-1m'))).toBeGreaterThanOrEqual(10);
    for (const row of [range.body[0], range.body[777]]) {
      const candle = simulator.ledger.candleAt('币安人生USDT', row[0]);
      expect([Number(row[1]), Number(row[4]), Number(row[5]), row[8]]).toEqual([
        candle.open,
        candle.close,
        candle.volume,
        candle.trades,
      ]);
    }
  });

  it('refuses with 429 and Retry-After what is too much', async () => {
    const now = Date.UTC(2026, 6, 26, 12, 0, 30);
    const simulator = await start({ instruments: 1, now: () => now });
    for (let request = 0; request < 60; request++) await get(simulator, '/fapi/v1/ticker/24hr');
    const refused = await get(simulator, '/fapi/v1/ping');
    expect(refused.status).toBe(429);
    expect(refused.body.code).toBe(-1003);
    expect(refused.headers.get('retry-after')).toBe('30');
  });

  it('outlives requests that nobody can mean', async () => {
    const simulator = await start();
    const lines = [
      'GET // HTTP/1.1',
      'GET http:// HTTP/1.1',
      'GET /fapi/v1/klines?symbol=BTCUSDT&interval=1M&startTime=9999999999999999 HTTP/1.1',
    ];
    for (const line of lines) {
      for (const more of ['', 'Connection: Upgrade\r\nUpgrade: websocket\r\n']) {
        const socket = connect(simulator.port, '127.0.0.1');
        cleanups.push(() => socket.destroy());
        const answered = new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
        socket.write(`${line}\r\nHost: x\r\n${more}\r\n`);
        expect(await answered).toMatch(/^HTTP\/1\.1 [24]/);
      }
    }
    expect((await get(simulator, '/fapi/v1/ping')).status).toBe(200);
    const odd = ['limit=0', 'limit=x', 'startTime=-1', 'startTime=5&endTime=4'];
    for (const query of odd) {
      expect((await get(simulator, `/fapi/v1/klines?symbol=BTCUSDT&interval=1m&${query}`)).status).toBe(400);
    }
  });

  it('says so when its port is in use', async () => {
    const { port } = await start();
    await expect(start({ port })).rejects.toMatchObject({ code: 'PORT_IN_USE' });
    await expect(start({ speed: 0 })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    const elsewhere = start({ host: '192.0.2.1' });
    await expect(elsewhere).rejects.toThrow("--host is '192.0.2.1': expected an address of this machine");
  });
});

describe('the simulated exchange over WebSocket', () => {
  it('closes every minute once, with the candle that REST gives', async () => {
    const simulator = await start({ speed: 600, instruments: 8 });
    const symbols = simulator.symbols.map((symbol) => symbol.toLowerCase());
    const path = `/market/stream?streams=${symbols.map((symbol) => `${encodeURIComponent(symbol)}@kline_1m`).join('/')}`;
    const { frames } = listen(simulator, path);
    const parsed = (): KlineFrame[] => frames.map((frame) => JSON.parse(frame));
    await vi.waitFor(() => expect(parsed().filter(({ data }) => data.k.x).length).toBeGreaterThan(100), 20_000);
    for (const symbol of simulator.symbols) {
      const mine = parsed().filter(({ data }) => data.s === symbol);
      const closed = mine.filter(({ data }) => data.k.x);
      closed.forEach(({ data: { E, k } }, index) => {
        expect(k.t).toBe((closed[0]?.data.k.t ?? 0) + index * 60_000);
        expect(E).toBeGreaterThanOrEqual(k.t + 60_000);
        const candle = simulator.ledger.candleAt(symbol, k.t);
        expect([k.o, k.h, k.l, k.c, k.v, k.q, k.V, k.Q].map(Number)).toEqual([
          candle.open,
          candle.high,
          candle.low,
          candle.close,
          candle.volume,
          candle.quoteVolume,
          candle.takerBuyVolume,
          candle.takerBuyQuoteVolume,
        ]);
        expect(k.n).toBe(candle.trades);
      });
      expect(mine.some(({ data }) => !data.k.x)).toBe(true);
      expect(mine[0]?.stream).toBe(`${symbol.toLowerCase()}@kline_1m`);
    }
  });

  it('takes subscriptions on an open connection', async () => {
    const simulator = await start({ speed: 60 });
    const { socket, frames } = listen(simulator, '/market/ws');
    await new Promise((resolve) => socket.once('open', resolve));
    const ask = (method: string, id: number, params?: string[]) => socket.send(JSON.stringify({ method, params, id }));
    ask('SUBSCRIBE', 1, ['btcusdt@kline_1m', '币安人生usdt@kline_1m']);
    ask('LIST_SUBSCRIPTIONS', 2);
    await vi.waitFor(() => expect(frames.some((frame) => frame.startsWith('{"e":"kline"'))).toBe(true), 5_000);
    expect(frames).toContain('{"result":null,"id":1}');
    expect(frames).toContain('{"result":["btcusdt@kline_1m","币安人生usdt@kline_1m"],"id":2}');
    ask('UNSUBSCRIBE', 3, ['btcusdt@kline_1m', '币安人生usdt@kline_1m']);
    await vi.waitFor(() => expect(frames).toContain('{"result":null,"id":3}'), 5_000);
    expect(frames.at(-1)).toBe('{"result":null,"id":3}');
  });

  it('connects, acknowledges and stays silent on the retired addresses', async () => {
    const simulator = await start({ speed: 60 });
    const retired = listen(simulator, '/stream?streams=btcusdt@kline_1m');
    const unrouted = listen(simulator, '/ws/btcusdt@kline_1m');
    const routed = listen(simulator, '/market/ws/btcusdt@kline_1m');
    await new Promise((resolve) => retired.socket.once('open', resolve));
    retired.socket.send('{"method":"SUBSCRIBE","params":["ethusdt@kline_1m"],"id":9}');
    await vi.waitFor(() => expect(routed.frames.length).toBeGreaterThan(2), 5_000);
    expect(retired.frames).toEqual(['{"result":null,"id":9}']);
    expect(unrouted.frames).toEqual([]);
  });

  it('sends four frames a second and instrument at most', async () => {
    const simulator = await start({ instruments: 3 });
    const { frames } = listen(simulator, '/market/ws/btcusdt@kline_1m');
    await vi.waitFor(() => expect(frames.length).toBeGreaterThan(4), 8_000);
    const times = frames.map((frame) => JSON.parse(frame).E);
    expect(times.at(-1) - times[0]).toBeGreaterThan((frames.length - 2) * 200);
  });
});

describe('simulated time', () => {
  it('begins in the past and slows down to real time', async () => {
    let wall = Date.UTC(2026, 6, 26);
    const simulator = await start({ speed: 60, now: () => wall });
    const began = simulator.now();
    expect(wall - began).toBe(59 * 600_000);
    wall += 60_000;
    expect(simulator.now() - began).toBe(3_600_000);
    wall += 3_600_000;
    expect(simulator.now()).toBe(wall);
    wall -= 10_000;
    expect(simulator.now()).toBe(wall + 10_000);
  });

  it('has candles in progress at the pace of the exchange once it is real time', async () => {
    let wall = Date.UTC(2026, 6, 26);
    const simulator = await start({ speed: 60, now: () => wall, advanceEveryMs: 1 });
    const { frames, socket } = listen(simulator, '/market/ws/btcusdt@kline_1m');
    await new Promise((resolve) => socket.once('open', resolve));
    await vi.waitFor(() => expect(frames.length).toBeGreaterThan(0), 5_000);
    wall += 3_600_000;
    const reached = wall;
    const times = (): number[] => frames.map((frame) => JSON.parse(frame).E).filter((time) => time > reached);
    for (let half = 0; half < 20; half++) {
      wall += 500;
      const { advances } = simulator;
      await vi.waitFor(() => expect(simulator.advances).toBeGreaterThan(advances + 1), 5_000);
    }
    await vi.waitFor(() => expect(times().length).toBeGreaterThan(10), 5_000);
  });

  it('is what it is told, where it runs at no one speed', async () => {
    const startAt = Date.UTC(2026, 6, 26);
    let time = startAt;
    const faults = [{ kind: 'corrected-bar', atMs: 600_000 }] as const;
    const simulator = await start({ simulatedNow: () => time, startAt, faults, advanceEveryMs: 1 });
    expect(simulator.now()).toBe(startAt);
    time += 599_999;
    const { advances } = simulator;
    await vi.waitFor(() => expect(simulator.advances).toBeGreaterThan(advances + 1), 5_000);
    expect(simulator.faults.planned).toBe(1);
    time += 1;
    await vi.waitFor(() => expect(simulator.ledger.corrections).toMatchObject([{ atMs: time }]), 5_000);
  });
});
