/** A log compared with the exchange that it was fetched from. */
import { encodeEvent, type InstrumentStatus, type KlineSource } from '@screener/events';
import type { NewRecord } from '@screener/log';
import { type SimulatedCandle, type Simulator, startSimulator } from '@screener/simulator';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type CommandBed, MINUTE_MS, openCommandBed } from '../testing/command-bed.ts';

let simulator: Simulator;
let bed: CommandBed;
let start: number;
beforeEach(async () => {
  const common = { port: 0, host: '127.0.0.1', seed: 11, instruments: 3, speed: 1, now: Date.now, notify: () => {} };
  simulator = await startSimulator(common);
  bed = await openCommandBed({ BINANCE_REST_BASE: simulator.restBase });
  start = Math.floor(simulator.now() / MINUTE_MS) * MINUTE_MS - 2_000 * MINUTE_MS;
});
afterEach(async () => {
  await bed.close();
  await simulator.stop();
});

const instrumentOf = (symbol: string): string => `binance:usdm:${symbol}`;
const record = (symbol: string, candle: SimulatedCandle, source: KlineSource = 'stream'): NewRecord => ({
  ...{ topic: 'klines.closed', key: instrumentOf(symbol), timestamp: candle.openTime + 59_999 },
  value: encodeEvent('KlineClosed', { ...candle, instrument: instrumentOf(symbol), source }),
});
const truth = (symbol: string, minutes: number): readonly SimulatedCandle[] =>
  simulator.ledger.candles(symbol, start, start + (minutes - 1) * MINUTE_MS);
const verified = async (...args: readonly string[]) => {
  const { code, lines } = await bed.screener('audit', '--verify', '--share', '100', '--json', ...args);
  const rows = lines.map((line) => JSON.parse(line));
  return { code, rows: rows.slice(0, -1), total: rows.at(-1)?.total };
};

it('finds that a log of what the exchange said is right', async () => {
  const records = simulator.symbols.flatMap((symbol) => truth(symbol, 600).map((candle) => record(symbol, candle)));
  await bed.log.writer().append(records);
  const { code, total } = await verified();
  expect(total).toMatchObject({ complete: true, verified: 1_800, differing: 0, obtainable: 0, unverified: 0 });
  expect(code).toBe(0);
});

it('names what differs, takes the last word of the log, and says what could be had', async () => {
  const [symbol = ''] = simulator.symbols;
  const candles = truth(symbol, 50);
  const at = (minute: number): SimulatedCandle => {
    const found = candles[minute];
    if (found === undefined) throw new RangeError(`no minute ${minute}`);
    return found;
  };
  const wrong = { ...at(10), close: at(10).close * 1.5, high: at(10).high * 2 };
  const mended = { ...at(20), volume: at(20).volume + 1 };
  const records = candles.flatMap((candle) => {
    if (candle === at(10)) return [record(symbol, wrong)];
    if (candle === at(20)) return [record(symbol, mended)];
    return candle === at(30) ? [] : [record(symbol, candle)];
  });
  const correction: NewRecord = {
    ...record(symbol, at(20)),
    value: encodeEvent('KlineCorrected', {
      ...{ ...at(20), instrument: instrumentOf(symbol), previous: mended, reason: 'test', source: 'rest' },
    }),
  };
  await bed.log.writer().append([...records, correction]);
  const { code, rows, total } = await verified('--symbol', symbol);
  expect(code).toBe(1);
  const openTime = new Date(at(10).openTime).toISOString();
  expect(rows[0].verification).toEqual({
    ...{ checked: 49, differing: 1, obtainable: 1, failure: null, forgotten: false },
    differences: [{ openTime, field: 'high', log: wrong.high, exchange: at(10).high }],
  });
  expect(total).toMatchObject({ complete: false, missing: 1, verified: 49, differing: 1, obtainable: 1 });
  const { lines } = await bed.screener('audit', '--verify', '--share', '100');
  expect(lines.at(-1)).toBe(
    '49 minutes compared with the exchange, 1 differ; 1 minutes that the log lacks could be fetched now',
  );
});

it('finds no fault in what was delisted, and what the exchange has forgotten', async () => {
  const [symbol = ''] = simulator.symbols;
  const candles = truth(symbol, 3);
  const instrument = instrumentOf('GONEUSDT');
  const facts = { instrument, exchange: 'binance', market: 'usdm', symbol: 'GONEUSDT', base: 'GONE', quote: 'USDT' };
  const told = (status: InstrumentStatus, timestamp: number): NewRecord => ({
    ...{ topic: 'instruments', key: instrument, timestamp },
    value: encodeEvent('InstrumentChanged', { ...facts, status }),
  });
  const ended = start + 3 * MINUTE_MS;
  await bed.log.writer().append([told('trading', start), ...candles.map((candle) => record('GONEUSDT', candle))]);
  await bed.log.writer().append([told('delisted', ended)]);
  const { code, rows, total } = await verified();
  expect(rows[0].verification).toMatchObject({ checked: 0, failure: null, forgotten: true });
  expect(total).toMatchObject({ complete: true, unverified: 0, forgotten: 1 });
  expect(code).toBe(0);
  const { lines } = await bed.screener('audit', '--verify', '--share', '100');
  expect(lines.at(-1)).toMatch(/; 1 were delisted, the exchange knows them no more$/);
});

it('says what it cannot compare: a symbol that the exchange does not know, an exchange without a client', async () => {
  const [symbol = ''] = simulator.symbols;
  const [candle] = truth(symbol, 1);
  if (candle === undefined) throw new RangeError('no candle');
  const foreign = encodeEvent('KlineClosed', { ...candle, instrument: 'nyse:stocks:IBM', source: 'stream' });
  const records = [record(symbol, candle), record('GONEUSDT', candle)];
  await bed.log.writer().append([...records, { ...record('', candle), key: 'nyse:stocks:IBM', value: foreign }]);
  const { code, rows, total } = await verified();
  expect(code).toBe(1);
  expect(total).toMatchObject({ verified: 1, differing: 0, unverified: 2 });
  const failures = rows.map(({ instrument, verification }) => [instrument, verification.failure]);
  expect(failures).toContainEqual([
    instrumentOf('GONEUSDT'),
    expect.stringMatching(/does not know GONEUSDT: .*Invalid symbol/),
  ]);
  expect(failures).toContainEqual(['nyse:stocks:IBM', 'there is no client of nyse:stocks']);
});
