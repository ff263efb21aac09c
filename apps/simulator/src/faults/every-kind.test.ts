/** Every kind of fault fires on every exchange on which it can happen, and is over when its time is. */
import { expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { dialectNames } from '../dialects/dialect.ts';
import { faultKindsOf } from '../dialects/dialects.ts';
import { rawClients } from '../testing/raw-client.ts';
import { steppedExchange } from '../testing/stepped-exchange.ts';
import { type FaultKind, faultKinds } from './fault-kinds.ts';
import type { Fault } from './fault-plan.ts';

/** Of the wall clock, at a minute a second. */
const speed = 60;
const aThirdMs = 350;
const longestMs = 6_000;
const roundsMax = 8;
const unansweredMs = 400;

/** Where a fault as it comes would take too long or would take away what the others need. */
const particulars: Readonly<Partial<Record<FaultKind, Partial<Fault>>>> = {
  'connection-lifetime': { lifetimeMs: 30_000, durationMs: 240_000 },
  'rate-limit': { banSeconds: 60 },
  delisting: { symbols: [] },
};

// Side by side: most of it is waiting.
it.concurrent.each(dialectNames)('on %s', { timeout: 60_000 }, async (dialect) => {
  const exchange = await steppedExchange({ dialect, speed, frameEveryMs: 1_000, instruments: 8 });
  const { simulator } = exchange;
  const sockets = new Set<WebSocket>();
  const client = rawClients[dialect];
  const [first = '', second = ''] = simulator.symbols;

  const connect = (): WebSocket => {
    const symbols = [first, second];
    const socket = new WebSocket(`${simulator.wsBase}${client.path(symbols)}`);
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('open', () => {
      const hello = client.hello(symbols);
      if (hello !== undefined) socket.send(hello);
    });
    return socket;
  };
  const settled = (socket: WebSocket): Promise<void> =>
    vi.waitFor(() => expect(socket.readyState).toBe(WebSocket.OPEN), { timeout: 3_000, interval: 5 });
  /** What clients do all day, so that what can go wrong does. */
  const goOn = async (): Promise<void> => {
    connect();
    for (const path of [client.candles(first), client.time]) await exchange.get(path, unansweredMs).catch(() => '');
    await exchange.step(aThirdMs);
  };

  try {
    const possible = faultKindsOf(dialect);
    for (const kind of possible) {
      for (const socket of sockets) socket.terminate();
      await settled(connect());
      const special = kind === 'delisting' ? { symbols: simulator.symbols.slice(-1) } : particulars[kind];
      simulator.faults.inject({ kind, ...special });
      const effects = (): number => simulator.faults.records.at(-1)?.effects ?? 0;
      for (let round = 0; round < roundsMax && effects() === 0; round++) await goOn();
      expect([kind, effects() > 0]).toEqual([kind, true]);
      await exchange.step(longestMs);
      expect([kind, simulator.faults.active]).toEqual([kind, 0]);
    }
    for (const kind of faultKinds) if (!possible.includes(kind)) simulator.faults.inject({ kind });
    await exchange.step(aThirdMs);
    const counts = simulator.faults.counts();
    for (const kind of faultKinds) {
      expect([kind, counts[kind].started, counts[kind].fired]).toEqual([kind, 1, possible.includes(kind) ? 1 : 0]);
    }
  } finally {
    for (const socket of sockets) socket.terminate();
    await exchange.stop();
  }
});
