import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { startSimulator } from '../simulator.ts';
import { steppedExchange } from '../testing/stepped-exchange.ts';
import { faultKinds } from './fault-kinds.ts';
import { type Fault, parseFaults, readFaults } from './fault-plan.ts';
import { seededPlan } from './seeded-plan.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const plan = {
  seed: 3,
  symbols: ['BTCUSDT', 'ETHUSDT', 'BNBUSDT'],
  afterMs: 60_000,
  everyMs: 60_000,
  count: 2 * faultKinds.length,
};

describe('a plan of faults', () => {
  it('comes from a seed: every kind in turn, the same every time', () => {
    const faults = seededPlan(plan);
    expect(seededPlan(plan)).toEqual(faults);
    expect(seededPlan({ ...plan, seed: 4 })).not.toEqual(faults);
    const counted = faults.filter(({ times }) => times === undefined);
    expect(counted.map(({ kind }) => kind)).toEqual([...faultKinds, ...faultKinds]);
    // Somebody has to connect for these.
    expect(faults.length - counted.length).toBe(6);
    expect(parseFaults(JSON.parse(JSON.stringify(faults)))).toEqual(faults);
  });

  it('comes from a file, which is told what is wrong with it', () => {
    const directory = mkdtempSync(join(tmpdir(), 'faults-'));
    cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
    const file = join(directory, 'faults.json');
    const faults: Fault[] = [{ kind: 'halt', atMs: 60_000, symbols: ['BTCUSDT'], durationMs: 120_000 }];
    writeFileSync(file, JSON.stringify(faults));
    expect(readFaults(file)).toEqual(faults);
    const wrong: readonly (readonly [unknown, string])[] = [
      [{}, 'not a list'],
      [[{ kind: 'earthquake' }], 'fault 0: unknown kind earthquake'],
      [[{ atMs: 5 }], 'fault 0: no kind'],
      [[{ kind: 'halt', forHowLong: 5 }], 'fault 0: unknown field forHowLong'],
      [[{ kind: 'halt' }, { kind: 'halt', atMs: -1 }], 'fault 1: atMs is -1, expected a number from 0 to'],
    ];
    for (const [found, reason] of wrong) {
      writeFileSync(file, JSON.stringify(found));
      expect(() => readFaults(file)).toThrow(expect.objectContaining({ code: 'FILE_UNREADABLE' }));
      expect(() => readFaults(file)).toThrow(reason);
    }
    expect(() => readFaults(join(directory, 'none.json'))).toThrow(
      expect.objectContaining({ code: 'FILE_UNREADABLE' }),
    );
  });
});

describe('the script of faults', () => {
  it('plays its plan at simulated times and counts what had an effect', async () => {
    const exchange = await steppedExchange({
      faults: [
        { kind: 'unknown-status', atMs: 30_000, symbols: ['BTCUSDT'], durationMs: 10_000 },
        { kind: 'connection-cut', atMs: 5_000 },
      ],
    });
    cleanups.push(() => exchange.stop());
    const { faults } = exchange.simulator;
    expect([faults.planned, faults.active]).toEqual([2, 0]);
    await exchange.step(6_000);
    // Nobody was connected: started, but it never fired.
    expect(faults.counts()['connection-cut']).toEqual({ fired: 0, started: 1, effects: 0 });
    await exchange.step(25_000);
    expect([faults.planned, faults.active]).toEqual([0, 1]);
    await exchange.step(15_000);
    expect(faults.active).toBe(0);
    expect(faults.counts()['unknown-status']).toEqual({ fired: 1, started: 1, effects: 1 });
    expect(faults.records.map(({ fault, startedAt }) => [fault.kind, startedAt >= exchange.begin])).toEqual([
      ['connection-cut', true],
      ['unknown-status', true],
    ]);
    expect(() => faults.inject({ kind: 'halt', durationMs: -1 })).toThrow(RangeError);
  });

  it('leaves the truth alone where it only meddles with the telling', async () => {
    const exchange = await steppedExchange();
    cleanups.push(() => exchange.stop());
    const honest = exchange.simulator.ledger.candles('BTCUSDT', exchange.begin - 600_000, exchange.begin + 600_000);
    for (const kind of ['wrong-final', 'absurd-numbers', 'malformed-frames', 'rest-absurd', 'clock-skew'] as const) {
      exchange.simulator.faults.inject({ kind });
    }
    await exchange.step(120_000);
    const { ledger } = exchange.simulator;
    expect(ledger.candles('BTCUSDT', exchange.begin - 600_000, exchange.begin + 600_000)).toEqual(honest);
    expect([ledger.corrections, ledger.halts, ledger.listings, ledger.delistings]).toEqual([[], [], [], []]);
  });

  it('gets a whole seeded plan to fire on an accelerated exchange, and lives', async () => {
    const faults = seededPlan({ ...plan, afterMs: 30_000, everyMs: 90_000, count: faultKinds.length });
    const simulator = await startSimulator({
      port: 0,
      host: '127.0.0.1',
      seed: 1,
      instruments: 6,
      speed: 600,
      now: Date.now,
      notify: () => {},
      faults,
    });
    cleanups.push(() => simulator.stop());
    const names = simulator.symbols.map((symbol) => `${symbol.toLowerCase()}@kline_1m`).join('/');
    let open = true;
    cleanups.push(() => {
      open = false;
    });
    const sockets = new Set<WebSocket>();
    const connect = (): void => {
      const socket = new WebSocket(`${simulator.wsBase}/market/stream?streams=${names}`);
      sockets.add(socket);
      socket.on('error', () => {});
      socket.onclose = () => {
        sockets.delete(socket);
        if (open) connect();
      };
    };
    connect();
    cleanups.push(() => {
      open = false;
      for (const socket of sockets) socket.terminate();
    });
    const poll = async (): Promise<void> => {
      for (const path of ['klines?symbol=BTCUSDT&interval=1m&limit=5', 'klines?symbol=ETHUSDT&interval=1m', 'time']) {
        await fetch(`${simulator.restBase}/fapi/v1/${path}`, { signal: AbortSignal.timeout(100) }).then(
          (response) => response.text(),
          () => '',
        );
      }
    };
    await vi.waitFor(
      async () => {
        await poll();
        expect([simulator.faults.planned, simulator.faults.active]).toEqual([0, 0]);
      },
      { timeout: 20_000, interval: 10 },
    );
    const counts = simulator.faults.counts();
    expect(faultKinds.filter((kind) => counts[kind].started < 1)).toEqual([]);
    const fired = faultKinds.filter((kind) => counts[kind].fired > 0);
    expect(fired.length).toBeGreaterThan(faultKinds.length * 0.8);
    expect((await fetch(`${simulator.restBase}/fapi/v1/ping`)).status).toBeLessThan(500);
  });
});
