import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { realTimers } from '../timers.ts';
import { StreamConnection } from './stream-connection.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function connected(serve: (socket: WebSocket, round: number) => void) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
  let rounds = 0;
  server.on('connection', (socket) => serve(socket, ++rounds));
  const frames: string[] = [];
  const problems: string[] = [];
  const connection = new StreamConnection({
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    name: 'stream 1',
    firstFrameWithinMs: 60,
    silentAfterMs: 60,
    now: () => performance.now(),
    random: () => 0.01,
    timers: realTimers,
    frame: (text) => {
      frames.push(text);
      return text.startsWith('kline');
    },
    problem: ({ text }) => problems.push(text),
  });
  cleanups.push(
    () => new Promise((resolve) => server.close(resolve)),
    () => [...server.clients].map((client) => client.terminate()),
    () => connection.close(),
  );
  return { connection, frames, problems, rounds: () => rounds };
}

describe('a stream connection', () => {
  it('comes back after the exchange ends it', async () => {
    const { connection, frames, rounds } = await connected((socket, round) => {
      socket.send(`kline ${round}`, () => round < 3 && socket.close(1001, 'server shutdown'));
    });
    await vi.waitFor(() => expect(frames).toContain('kline 3'), { timeout: 5_000 });
    expect(rounds()).toBeGreaterThanOrEqual(3);
    expect(connection.reconnections).toBeGreaterThanOrEqual(2);
  });

  it('leaves a connection that acknowledges and stays silent', async () => {
    const { problems, rounds } = await connected((socket) => socket.send('{"result":null,"id":1}'));
    await vi.waitFor(() => expect(rounds()).toBeGreaterThan(1), { timeout: 5_000 });
    expect(problems[0]).toContain('silent');
  });

  it('leaves a connection that fell silent, and only then', async () => {
    const started = performance.now();
    const { connection, rounds } = await connected((socket, round) => {
      const timer = setInterval(() => {
        if (round === 1 && performance.now() - started > 400) return;
        socket.send('kline');
      }, 10);
      socket.on('close', () => clearInterval(timer));
    });
    await vi.waitFor(() => expect(rounds()).toBe(2), { timeout: 5_000 });
    expect(performance.now() - started).toBeGreaterThan(400);
    await vi.waitFor(() => expect(connection.healthy).toBe(true), { timeout: 5_000 });
  });
});
