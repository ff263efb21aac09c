import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type SteppedExchange, steppedExchange } from '../testing/stepped-exchange.ts';

let exchange: SteppedExchange;
beforeEach(async () => {
  exchange = await steppedExchange();
});
afterEach(() => exchange.stop());

const two = '/market/stream?streams=btcusdt@kline_1m/ethusdt@kline_1m';
const fired = (kind: keyof ReturnType<SteppedExchange['simulator']['faults']['counts']>) =>
  exchange.simulator.faults.counts()[kind];
const of = (frames: readonly string[], symbol: string) => frames.filter((frame) => frame.includes(`"s":"${symbol}"`));

describe('faults of connections', () => {
  it('cuts every connection', async () => {
    const streams = [await exchange.listen(two), await exchange.listen(two)];
    exchange.simulator.faults.inject({ kind: 'connection-cut' });
    await vi.waitFor(() => expect(streams.map(({ closed }) => closed)).toEqual([1006, 1006]));
    expect(fired('connection-cut')).toEqual({ fired: 1, started: 1, effects: 2 });
  });

  it('cuts a connection at a certain age', async () => {
    exchange.simulator.faults.inject({ kind: 'connection-lifetime', lifetimeMs: 60_000 });
    const old = await exchange.listen(two);
    await exchange.step(50_000);
    const young = await exchange.listen(two);
    await exchange.step(20_000);
    await vi.waitFor(() => expect(old.closed).toBe(1006));
    expect(young.closed).toBeUndefined();
    expect(fired('connection-lifetime').effects).toBe(1);
  });

  it('drops whoever does not answer a ping, or whose pong gets lost', async () => {
    const polite = await exchange.listen(two);
    const mute = await exchange.listen(two, { autoPong: false });
    let pinged = 0;
    polite.socket.on('ping', () => pinged++);
    exchange.simulator.faults.inject({ kind: 'missed-pong', lost: false });
    await vi.waitFor(() => expect(pinged).toBe(1));
    await exchange.step(1_000);
    await exchange.step(12_000);
    await vi.waitFor(() => expect(mute.closed).toBe(1006));
    expect(polite.closed).toBeUndefined();
    exchange.simulator.faults.inject({ kind: 'missed-pong' });
    await exchange.step(12_000);
    await vi.waitFor(() => expect(polite.closed).toBe(1006));
    expect(fired('missed-pong')).toEqual({ fired: 2, started: 2, effects: 2 });
  });

  it('acknowledges and stays silent', async () => {
    const healthy = await exchange.listen(two);
    exchange.simulator.faults.inject({ kind: 'silent-connection', durationMs: 60_000 });
    const silent = await exchange.listen('/market/ws');
    silent.socket.send('{"method":"SUBSCRIBE","params":["btcusdt@kline_1m"],"id":1}');
    await exchange.step(70_000);
    const later = await exchange.listen(two);
    await exchange.step(3_000);
    await vi.waitFor(() => expect(later.frames.length).toBeGreaterThan(1));
    expect(healthy.frames.length).toBeGreaterThan(4);
    expect(silent.frames).toEqual(['{"result":null,"id":1}']);
    expect(fired('silent-connection').effects).toBe(1);
  });

  it('lets one stream fall silent among healthy ones', async () => {
    const stream = await exchange.listen(two);
    await exchange.step(2_000);
    exchange.simulator.faults.inject({ kind: 'silent-stream', symbols: ['BTCUSDT'] });
    const [btc, eth] = [of(stream.frames, 'BTCUSDT').length, of(stream.frames, 'ETHUSDT').length];
    const elsewhere = await exchange.listen(two);
    await exchange.step(60_000);
    await vi.waitFor(() => expect(of(elsewhere.frames, 'BTCUSDT').length).toBeGreaterThan(2));
    await vi.waitFor(() => expect(of(stream.frames, 'ETHUSDT').length).toBeGreaterThan(eth + 2));
    expect(of(stream.frames, 'BTCUSDT').length).toBe(btc);
    expect(fired('silent-stream').effects).toBeGreaterThan(2);
  });

  it('announces its shutdown, then closes', async () => {
    const combined = await exchange.listen(two);
    const raw = await exchange.listen('/market/ws/btcusdt@kline_1m');
    exchange.simulator.faults.inject({ kind: 'server-shutdown', delayMs: 5_000 });
    const event = { e: 'serverShutdown', E: exchange.begin };
    await vi.waitFor(() => expect(raw.frames.map((text) => JSON.parse(text))).toContainEqual(event));
    expect(combined.frames.map((text) => JSON.parse(text))).toContainEqual({ stream: '!serverShutdown', data: event });
    await exchange.step(3_000);
    expect(raw.closed).toBeUndefined();
    await exchange.step(3_000);
    await vi.waitFor(() => expect([raw.closed, combined.closed]).toEqual([1001, 1001]));
    expect(fired('server-shutdown')).toEqual({ fired: 1, started: 1, effects: 2 });
  });

  it('is half open: accepts and says nothing', async () => {
    const before = await exchange.listen(two);
    await exchange.step(2_000);
    exchange.simulator.faults.inject({ kind: 'half-open', durationMs: 30_000 });
    const got = before.frames.length;
    let pongs = 0;
    before.socket.on('pong', () => pongs++);
    before.socket.ping();
    const socket = connect(exchange.simulator.port, '127.0.0.1');
    let answered = 0;
    socket.on('data', (data) => {
      answered += data.length;
    });
    socket.on('error', () => {});
    const key =
      'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
    socket.write(`GET ${two} HTTP/1.1\r\nHost: x\r\n${key}\r\n\r\n`);
    await vi.waitFor(() => expect(fired('half-open').effects).toBe(2));
    await exchange.step(20_000);
    expect([before.frames.length, pongs, answered, before.closed]).toEqual([got, 0, 0, undefined]);
    await exchange.step(15_000);
    await vi.waitFor(() => expect(before.closed).toBe(1006));
    const after = await exchange.listen(two);
    await exchange.step(3_000);
    await vi.waitFor(() => expect(after.frames.length).toBeGreaterThan(0));
    socket.destroy();
  });
});
