import { connect, type Socket } from 'node:net';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { limits } from '../limits.ts';
import {
  eventually,
  type GatewayFixture,
  instrument,
  kline,
  MINUTE_MS,
  rollingWindow,
  startFixture,
} from '../testing/gateway-fixture.ts';

const names = Array.from({ length: 400 }, (_, index) => `binance:usdm:T${String(index).padStart(3, '0')}USDT`);
let fixture: GatewayFixture;
let slow: Socket | undefined;

beforeAll(async () => {
  fixture = await startFixture({
    async before(append, lastMinute) {
      await append('instruments', 'InstrumentChanged', ...names.map(instrument));
      const minutes = Array.from({ length: 60 }, (_, index) => lastMinute - index * MINUTE_MS).reverse();
      await append(
        'klines.closed',
        'KlineClosed',
        ...names.flatMap((name) => minutes.map((minute) => kline(name, minute, 12_345.678901))),
      );
    },
  });
});
afterAll(async () => {
  slow?.destroy();
  await fixture.close();
});

/** A frame as a client must send it: masked, here with zeros. */
function frame(message: object): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  const head = Buffer.alloc(8);
  head.writeUInt8(0x81, 0);
  head.writeUInt8(0x80 | 126, 1);
  head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, body]);
}

test('a client that asks and never reads is ended; one beside it gets every batch', { timeout: 40_000 }, async () => {
  const { port } = fixture.gateway;
  const client = createClient({ url: `ws://127.0.0.1:${port}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 });
  const batches: number[] = [];
  client.subscribe<{ tickers: { full: boolean; tickers: { price: number | null }[] } }>(
    { query: 'subscription { tickers { full tickers { instrument symbol price change5m timeMs } } }' },
    {
      next: ({ data }) => data && batches.push(data.tickers.tickers.length),
      error: (error) => {
        throw error;
      },
      complete: () => {},
    },
  );
  await eventually(() => batches.length > 0);

  let ended = false;
  const socket = connect(port, '127.0.0.1');
  slow = socket;
  socket.on('error', () => {});
  socket.on('close', () => {
    ended = true;
  });
  socket.write(
    `GET /graphql HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n`,
  );
  await new Promise((resolve) => socket.once('data', resolve));
  socket.write(frame({ type: 'connection_init' }));
  await new Promise((resolve) => socket.once('data', resolve));
  await eventually(() => fixture.reports.get('clients') === 2);
  socket.pause();
  // 19 answers of some 1.5 MB: more than the system and the gateway are willing to hold.
  const query = `{ ${['a', 'b', 'c', 'd', 'e'].map((alias) => `${alias}: sparklines { instrument closes }`).join(' ')} }`;
  for (let id = 1; id < limits.subscriptionsPerSocket; id++) {
    socket.write(frame({ id: `q${id}`, type: 'subscribe', payload: { query } }));
  }

  await eventually(() => fixture.reports.get('clients') === 1, 10_000);
  // Meanwhile and afterwards the other one is served.
  const before = batches.length;
  const openTime = fixture.lastMinute + MINUTE_MS;
  for (let round = 1; round <= 3; round++) {
    await fixture.append(
      'metrics.live',
      'MetricsLive',
      ...names.map((name) => ({
        instrument: name,
        openTime,
        eventTime: openTime + round,
        price: round,
        windows: [rollingWindow(5)],
      })),
    );
    await eventually(() => batches.length >= before + round);
  }
  expect(batches.slice(before)).toEqual([names.length, names.length, names.length]);
  socket.resume();
  await eventually(() => ended);
  await client.dispose();
});
