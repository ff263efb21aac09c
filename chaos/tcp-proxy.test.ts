import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TcpProxy } from './tcp-proxy.ts';

let server: Server;
let proxy: TcpProxy;
const accepted: Socket[] = [];
const clients: Socket[] = [];

beforeEach(async () => {
  server = createServer((socket) => {
    accepted.push(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => socket.write(bytes));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await TcpProxy.listen();
  proxy.target = (server.address() as AddressInfo).port;
});
afterEach(async () => {
  for (const socket of [...accepted.splice(0), ...clients.splice(0)]) socket.destroy();
  await proxy.close();
  server.close();
});

/** However it ends: a reset is an error first. */
const closed = (socket: Socket): Promise<void> => new Promise((resolve) => socket.once('close', () => resolve()));

/** A client of an echo, with everything that came back. */
async function open(): Promise<{ socket: Socket; heard: () => string; until: (text: string) => Promise<void> }> {
  const socket = connect({ host: '127.0.0.1', port: proxy.port });
  clients.push(socket);
  socket.on('error', () => {});
  let heard = '';
  socket.on('data', (bytes) => {
    heard += bytes.toString();
  });
  await once(socket, 'connect');
  return {
    socket,
    heard: () => heard,
    until: async (text) => {
      while (heard !== text) await once(socket, 'data');
    },
  };
}

test('passes on in both directions, big answers too', async () => {
  const { socket, until } = await open();
  const big = 'x'.repeat(5_000_000);
  socket.write(big);
  await until(big);
  expect(proxy.connections).toBe(1);
});

test('cut ends what is open, refuses what is new, and heals', async () => {
  const first = await open();
  first.socket.write('a');
  await first.until('a');
  const ended = closed(first.socket);
  expect(proxy.cut()).toBe(1);
  await ended;
  const refused = connect({ host: '127.0.0.1', port: proxy.port });
  clients.push(refused);
  refused.on('error', () => {});
  await closed(refused);
  proxy.heal();
  const again = await open();
  again.socket.write('b');
  await again.until('b');
});

test('silence holds back and delivers when it is over', async () => {
  const { socket, heard, until } = await open();
  socket.write('a');
  await until('a');
  expect(proxy.silence()).toBe(1);
  socket.write('b');
  // Another way to the same server shows that time enough has passed for an answer.
  const direct = connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  clients.push(direct);
  direct.write('direct');
  await once(direct, 'data');
  expect(heard()).toBe('a');
  proxy.heal();
  await until('ab');
});

test('half open: the server is gone, the client does not know', async () => {
  const { socket, heard, until } = await open();
  socket.write('a');
  await until('a');
  const [behind] = accepted;
  const ended = behind === undefined ? Promise.reject(new Error('nobody')) : closed(behind);
  expect(proxy.halfOpen()).toBe(1);
  await ended;
  socket.write('b');
  const other = await open();
  other.socket.write('c');
  await other.until('c');
  expect(heard()).toBe('a');
  expect(socket.destroyed).toBe(false);
});

test('delayed chunks keep their order, also when the delay ends', async () => {
  const { socket, until } = await open();
  proxy.delay(30);
  for (const letter of 'abcdefgh') {
    socket.write(letter);
    await new Promise((resolve) => setImmediate(resolve));
  }
  proxy.delay(0);
  socket.write('i');
  await until('abcdefghi');
  expect(proxy.delayedChunks).toBeGreaterThan(0);
});
