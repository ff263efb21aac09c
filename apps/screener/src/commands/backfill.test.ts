/** Backfills from a simulated exchange into a log that another process writes, and into one that nobody else does. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { decodeEvent, type KlineClosed } from '@screener/events';
import { type Log, openLog } from '@screener/log';
import { type Simulator, startSimulator } from '@screener/simulator';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CommandBed, MINUTE_MS, openCommandBed } from '../testing/command-bed.ts';

let simulator: Simulator;
let bed: CommandBed;
let from: number;
beforeEach(async () => {
  const common = { port: 0, host: '127.0.0.1', seed: 7, instruments: 8, speed: 1, now: Date.now, notify: () => {} };
  simulator = await startSimulator(common);
  bed = await openCommandBed({ BINANCE_REST_BASE: simulator.restBase }, { kept: 'as shipped' });
  from = Math.floor(simulator.now() / MINUTE_MS) * MINUTE_MS - 3 * 1_440 * MINUTE_MS;
});
afterEach(async () => {
  await bed.close();
  await simulator.stop();
});

const time = (minute: number): string => new Date(from + minute * MINUTE_MS).toISOString();
const range = (first: number, end: number): string[] => ['--from', time(first), '--to', time(end)];

async function historyOf(log: Log): Promise<ReadonlyMap<string, readonly KlineClosed[]>> {
  const candles = new Map<string, KlineClosed[]>();
  for await (const batch of log.reader({ topic: 'klines.history', from: 'beginning', until: 'end' })) {
    for (const { key, value, timestamp } of batch) {
      const { type, event } = decodeEvent(value ?? Buffer.alloc(0));
      if (type !== 'KlineClosed') throw new Error(`a ${type} in the history`);
      expect([key, timestamp]).toEqual([event.instrument, event.openTime + 59_999]);
      candles.set(event.instrument, [...(candles.get(event.instrument) ?? []), event]);
    }
  }
  return candles;
}

/** What the exchange really had, in the order of its minutes. */
const truth = (symbol: string, first: number, end: number) =>
  simulator.ledger.candles(symbol, from + first * MINUTE_MS, from + (end - 1) * MINUTE_MS).map((candle) => ({
    ...{ ...candle, instrument: `binance:usdm:${symbol}`, source: 'rest' },
  }));

describe('screener backfill', () => {
  it('fetches a range beside the process that writes the log, and never the same twice', async () => {
    const [first = '', second = ''] = simulator.symbols;
    const both = ['--symbol', `${first},${second}`];
    const { code, lines, error } = await bed.screener('backfill', ...range(100, 1_300), ...both);
    expect([code, error]).toEqual([0, '']);
    expect(lines[0]).toBe('2 instruments, 2,400 minutes to fetch');
    expect(lines[2]).toMatch(/^2,400 candles in .* a second$/);
    const again = await bed.screener('backfill', ...range(100, 1_300), ...both);
    expect(again.lines).toEqual(['2 instruments, 0 minutes to fetch, 2,400 more are there already']);
    const more = await bed.screener('backfill', ...range(0, 1_500), '--symbol', first, '--json');
    expect(JSON.parse(more.lines.at(-1) ?? '').total).toMatchObject({ complete: true, candles: 300, synthetic: 0 });
    const history = await historyOf(bed.log);
    expect(history.get(`binance:usdm:${second}`)).toEqual(truth(second, 100, 1_300));
    // An earlier stretch that is fetched later stands behind: a log only grows at its end.
    const earlier = [...truth(first, 100, 1_300), ...truth(first, 0, 100), ...truth(first, 1_300, 1_500)];
    expect(history.get(`binance:usdm:${first}`)).toEqual(earlier);
  });

  it('makes a log where there is none, and one at a time works on it', async () => {
    await bed.empty();
    await bed.log.close();
    const all = await Promise.all([1, 2].map(() => bed.screener('backfill', ...range(0, 1_000), '--all')));
    expect(all.map(({ code }) => code).toSorted()).toEqual([0, 1]);
    expect(all.find(({ code }) => code === 1)?.error).toMatch(/another screener backfill works on the log in/);
    bed.log = await openLog({ directory: join(bed.home, 'demo') });
    const history = await historyOf(bed.log);
    expect(history.size).toBe(simulator.symbols.length);
    for (const symbol of simulator.symbols) {
      expect(history.get(`binance:usdm:${symbol}`)).toEqual(truth(symbol, 0, 1_000));
    }
  });

  it('says beforehand what it will take, also where there is no log', async () => {
    await bed.log.close();
    rmSync(join(bed.home, 'demo'), { recursive: true });
    const { code, lines } = await bed.screener('backfill', ...range(0, 998), '--all', '--dry-run');
    expect([code, lines]).toEqual([
      0,
      [
        '8 instruments, 7,984 minutes to fetch',
        "16 requests of weight 32 together: about 1 s by the exchange's limits",
      ],
    ]);
    expect(existsSync(join(bed.home, 'demo'))).toBe(false);
    bed.log = await openLog({ directory: join(bed.home, 'demo') });
  });

  it('refuses what it does not understand in one line', async () => {
    const refused = async (...args: readonly string[]) => {
      const { code, error } = await bed.screener('backfill', ...args);
      return `${code} ${error}`;
    };
    const week = ['--from', '7d'];
    expect(await refused('--all')).toMatch(/^2 screener: screener backfill needs --from WHEN; see/);
    expect(await refused(...week)).toMatch(
      /^2 screener: screener backfill needs either --symbol SYMBOLS or --all; see/,
    );
    expect(await refused(...week, '--all', '--symbol', 'X')).toMatch(/needs either --symbol/);
    expect(await refused(...week, '--all', '--to', '8d')).toMatch(
      /^2 screener: --to is '8d': expected a time after 7d/,
    );
    expect(await refused('--from', '2999-01-01', '--all')).toMatch(
      /^2 screener: --from is '2999-01-01': expected a time that is past/,
    );
    expect(await refused(...week, '--symbol', 'binance:spot:BTCUSDT')).toMatch(
      /^2 .* expected symbols of binance:usdm, or another --exchange, for example --exchange binance:spot --symbol BTCUSDT/,
    );
    expect(await refused(...week, '--all', '--interval', '5m')).toMatch(/^2 screener: --interval is '5m': expected 1m/);
    expect(await refused(...week, '--symbol', 'NIXUSDT')).toMatch(/^2 screener: --symbol is 'NIXUSDT': expected/);
    expect(await refused(...week, '--all', '--quote', 'NIX')).toMatch(/^2 screener: --quote is 'NIX': expected instr/);
    expect(await refused(...week, '--all', '--exchange', 'nix')).toMatch(
      /^2 screener: --exchange is 'nix': expected one/,
    );
    expect(await refused(...week, '--all', '--share', '-3')).toMatch(
      /^2 screener: --share is '-3': expected a whole number/,
    );
    expect(await refused(...week, '--all', '--share')).toMatch(/^2 screener: --share is '': expected a whole number/);
    expect(await refused(...week, '--all=yes')).toMatch(/^2 screener: --all is 'yes': expected no value/);
    expect(await refused('--all', '--from')).toMatch(/^2 screener: --from is '': expected WHEN, for example --from 2d/);
    expect(await refused(...week, '--all', '--share', '0')).toMatch(
      /^2 screener: --share is '0': expected a whole number/,
    );
  });
});
