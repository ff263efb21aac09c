/** Every exchange against a small server of its own on the loopback: what goes out, and what comes of the answers. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Candle, intervalNames, MINUTE_MS } from '@screener/market';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { KlineUpdate } from './exchange.ts';
import { type ExchangeMarket, exchangeMarkets, exchanges, isExchangeMarket } from './exchanges.ts';
import { realTimers, type Timers } from './timers.ts';

const cleanups: (() => unknown)[] = [];
const open = Date.UTC(2026, 6, 26, 6, 48);
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A hundred times as fast, and no time passes but what somebody waits for. */
class HurriedClock implements Timers {
  #time = open + 30_000;
  readonly now = (): number => this.#time;

  after(ms: number, call: () => void): () => void {
    const due = this.#time + ms;
    return realTimers.after(Math.max(1, ms / 100), () => {
      this.#time = Math.max(this.#time, due);
      call();
    });
  }
}

interface Server {
  readonly answer?: (url: URL, request: IncomingMessage) => unknown;
  readonly connection?: (socket: WebSocket, round: number, url: string) => void;
}

async function against(name: ExchangeMarket, { answer, connection }: Server) {
  const server = createServer((request, response) => {
    response.end(JSON.stringify(answer?.(new URL(request.url ?? '', 'http://x'), request)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sockets = new WebSocketServer({ server });
  let rounds = 0;
  sockets.on('connection', (socket, request) => connection?.(socket, ++rounds, request.url ?? ''));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clock = new HurriedClock();
  const exchange = exchanges[name]({
    restBase: `http://${host}`,
    wsBase: `ws://${host}`,
    now: clock.now,
    random: () => 0.01,
    timers: clock,
    silentAfterMs: 60_000_000,
    requestTimeoutMs: 60_000_000,
  });
  cleanups.push(
    () => new Promise((resolve) => server.close(resolve)),
    () => server.closeAllConnections(),
    () => [...sockets.clients].map((client) => client.terminate()),
    () => exchange.close(),
  );
  const updates: KlineUpdate[] = [];
  const problems: string[] = [];
  const stream = (symbols: readonly string[]) => {
    const opened = exchange.streamKlines(symbols, {
      kline: (update) => updates.push(update),
      problem: ({ reason, text }) => problems.push(`${reason}: ${text}`),
    });
    cleanups.push(() => opened.close());
    return opened;
  };
  return { exchange, clock, updates, problems, stream };
}

describe('the table of exchanges', () => {
  it('names each by exchange and market, and what is aggregated for want of a bar of its own', async () => {
    const lacking: Record<string, readonly string[]> = {};
    for (const name of exchangeMarkets) {
      const exchange = exchanges[name]({ now: () => open, random: () => 0 });
      expect(`${exchange.exchange}:${exchange.market}`).toBe(name);
      const { intervals, intervalCodes, klineSources, weightPerMinute } = exchange.capabilities;
      lacking[name] = intervalNames.filter((interval) => !intervals.includes(interval));
      expect(Object.keys(intervalCodes).filter((interval) => !intervals.includes(interval))).toEqual([]);
      expect(klineSources.length).toBeGreaterThan(0);
      expect(weightPerMinute).toBeGreaterThan(0);
      await exchange.close();
    }
    const codes = exchanges['kraken:spot']({ now: () => open, random: () => 0 }).capabilities.intervalCodes;
    expect([codes['1m'], codes['4h'], codes['1d']]).toEqual(['1', '240', '1440']);
    expect(lacking).toEqual({
      'binance:usdm': [],
      'binance:spot': [],
      'bybit:linear': ['8h'],
      'bybit:spot': ['8h'],
      'okx:swap': ['8h'],
      'okx:spot': ['8h'],
      'kraken:spot': ['3m', '8h', '1w'],
      'deribit:futures': ['4h', '8h', '1w'],
    });
    expect([isExchangeMarket('okx:swap'), isExchangeMarket('okx:toString'), isExchangeMarket('toString')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('streams', () => {
  const hellos: readonly (readonly [ExchangeMarket, string, string, string])[] = [
    ['bybit:spot', '/v5/public/spot', '"kline.1.币USDT"', '{"op":"ping"}'],
    ['okx:swap', '/ws/v5/business', '"channel":"candle1m","instId":"币USDT"', 'ping'],
    ['kraken:spot', '/v2', '"channel":"ohlc","symbol":["币USDT"]', '{"method":"ping"}'],
  ];
  it.each(hellos)('of %s subscribe and ping, and again on every connection', async (name, path, hello, ping) => {
    const heard: string[][] = [];
    const { stream } = await against(name, {
      connection(socket, round, url) {
        const messages = [url];
        heard.push(messages);
        socket.on('message', (data) => {
          messages.push(data.toString());
          if (round === 1 && messages.length > 3) socket.close(1001);
        });
      },
    });
    stream(['币USDT']);
    await vi.waitFor(() => expect(heard[1]?.length).toBeGreaterThan(2), { timeout: 5_000 });
    for (const [url, first, ...rest] of heard.slice(0, 2)) {
      expect(url).toBe(path);
      expect(first).toContain(hello);
      expect(new Set(rest)).toEqual(new Set([ping]));
    }
  });

  it('of Deribit answer test requests, and a broken connection closes no candle', async () => {
    const frame = (minute: number): string =>
      JSON.stringify({
        jsonrpc: '2.0',
        method: 'subscription',
        params: {
          channel: 'chart.trades.BTC-PERPETUAL.1',
          data: { tick: open + minute * MINUTE_MS, open: 1, high: 1, low: 1, close: 1, volume: 1, cost: 1 },
        },
      });
    const { stream, updates, problems } = await against('deribit:futures', {
      connection(socket, round) {
        let messages = 0;
        socket.on('message', (data) => {
          const { method } = JSON.parse(data.toString());
          expect(method).toBe(['public/set_heartbeat', 'public/subscribe', 'public/test'][messages++]);
          if (method === 'public/subscribe') {
            socket.send(frame(round * 10));
            socket.send('{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}}');
          }
          if (method === 'public/test') {
            if (round === 1) socket.close(1001);
            else socket.send(frame(round * 10 + 1));
          }
        });
      },
    });
    stream(['BTC-PERPETUAL']);
    await vi.waitFor(() => expect(updates.length).toBeGreaterThanOrEqual(4), { timeout: 5_000 });
    expect(updates.map(({ candle, closed }) => [(candle.openTime - open) / MINUTE_MS, closed])).toEqual([
      [10, false],
      [20, false],
      [20, true],
      [21, false],
    ]);
    expect(problems).toEqual(['connection: stream 1 ended: code 1001']);
  });

  it('count and sample what has another shape, and go on', async () => {
    const { stream, updates, problems } = await against('bybit:linear', {
      connection(socket) {
        const row = { start: open, end: open + 59_999, interval: '1', volume: '1', turnover: '1', confirm: false };
        const prices = { open: '1', high: '1', low: '1', close: '1' };
        const good = { topic: 'kline.1.A', type: 'snapshot', ts: open, data: [{ ...row, ...prices }] };
        for (const text of ['<html>', '{}', JSON.stringify(good)]) socket.send(text);
      },
    });
    const opened = stream(['A']);
    await vi.waitFor(() => expect(updates).toHaveLength(1), { timeout: 5_000 });
    expect(problems.map((text) => text.split(':')[0])).toEqual(['not-json', 'unknown-shape']);
    expect(opened.state()).toMatchObject({ connections: 1, healthy: 1, frames: 1 });
  });
});

describe('REST', () => {
  it('of Bybit lists page by page, and fetches again after a limit that has status 200', async () => {
    const asked: string[] = [];
    const entry = (symbol: string) => ({
      symbol,
      status: 'Trading',
      baseCoin: symbol,
      quoteCoin: 'USDT',
      contractType: 'LinearPerpetual',
      launchTime: '1700000000000',
      priceFilter: { tickSize: '0.1' },
      lotSizeFilter: { qtyStep: '1' },
    });
    const { exchange, clock } = await against('bybit:linear', {
      answer(url) {
        asked.push(url.searchParams.get('cursor') ?? '');
        if (asked.length === 2) return { retCode: 10006, retMsg: 'Too many visits!', time: 1, result: {} };
        const last = url.searchParams.has('cursor');
        const result = { list: [entry(last ? '币' : 'A')], nextPageCursor: last ? '' : 'more' };
        return { retCode: 0, retMsg: 'OK', time: open, result };
      },
    });
    const instruments = await exchange.instruments(() => expect.unreachable());
    expect(instruments.map(({ symbol }) => symbol)).toEqual(['A', '币']);
    expect(asked).toEqual(['', 'more', 'more']);
    expect(clock.now()).toBeGreaterThanOrEqual(open + 30_000 + 5_000);
  });

  it('of OKX gives candles page by page, oldest first', async () => {
    const { exchange } = await against('okx:spot', {
      answer({ searchParams }) {
        const before = Number(searchParams.get('before'));
        const after = Number(searchParams.get('after'));
        const count = (after - before - 2) / MINUTE_MS + 1;
        const row = (index: number) => [`${before + 1 + index * MINUTE_MS}`, '1', '1', '1', '1', '2', '2', '2', '1'];
        return { code: '0', msg: '', data: Array.from({ length: count }, (_, index) => row(count - 1 - index)) };
      },
    });
    const range = { symbol: 'BTC-USDT', from: open - 449 * MINUTE_MS, to: open, priority: 'prime' as const };
    const pages: (readonly Candle[])[] = [];
    for await (const page of exchange.klines(range)) pages.push(page);
    expect(pages.map(({ length }) => length)).toEqual([300, 150]);
    const times = pages.flat().map(({ openTime }) => openTime);
    expect(times).toEqual(Array.from({ length: 450 }, (_, index) => range.from + index * MINUTE_MS));
  });

  it('says with a code of ours what an error with status 200 is', async () => {
    const { exchange } = await against('kraken:spot', { answer: () => ({ error: ['EQuery:Unknown asset pair'] }) });
    const candles = exchange.klines({ symbol: 'NO/SUCH', from: open, to: open, priority: 'repair' });
    await expect(candles[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'EXCHANGE_SYMBOL_UNKNOWN',
      message: expect.stringContaining('does not know NO/SUCH'),
    });
  });

  it('dates frames by the time of the server where they have none', async () => {
    const { exchange, clock, stream, updates } = await against('okx:spot', {
      answer: () => ({ code: '0', msg: '', data: [{ ts: String(open + 50_000) }] }),
      connection: (socket) =>
        socket.send(
          JSON.stringify({
            arg: { channel: 'candle1m', instId: 'A' },
            data: [[String(open), '1', '1', '1', '1', '2', '2', '2', '0']],
          }),
        ),
    });
    expect(await exchange.serverTime()).toBe(open + 50_000);
    stream(['A']);
    await vi.waitFor(() => expect(updates).toHaveLength(1), { timeout: 5_000 });
    // By our clock it would be twenty seconds less.
    expect(updates[0]?.eventTime).toBeGreaterThanOrEqual(open + 50_000);
    expect(updates[0]?.eventTime).toBeLessThanOrEqual(clock.now() + 20_000);
  });
});
