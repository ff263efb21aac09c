/** Numbers computed by others: the committed fixtures always, real candles where the shared data lies beside the repository. */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { number, type Row, readCandles, readCsv, toCandle } from '../fixtures/test-candles.ts';
import { aggregateCandles } from './aggregate-candles.ts';
import { IndicatorSet } from './bar-indicators.ts';
import type { Candle } from './candle.ts';
import { flatMetrics } from './flat-metrics.ts';
import { indicatorLayoutOf } from './indicators/indicator-layout.ts';
import { fullIndicatorTable } from './indicators/indicator-table.ts';
import { rsi } from './indicators/rsi.ts';
import { InstrumentState } from './instrument-state.ts';
import { type IntervalName, intervalMinutes, intervalName } from './interval.ts';
import { singleBar } from './testing/single-bars.ts';

const fixtures = new URL('../fixtures/', import.meta.url);
const shared = new URL('../../../../shared/data/', import.meta.url);
const hasShared = existsSync(shared);
if (!hasShared) console.warn('SKIPPED: golden files of real candles, no ../shared/data beside the repository');

const near = (found: number | undefined, expected: number, what: string): void => {
  const difference = Math.abs((found ?? Number.NaN) - expected);
  const allowed = 1e-9 * Math.max(Math.abs(expected), 1e-6);
  if (!(difference <= allowed)) expect.fail(`${what}: expected ${expected}, got ${found}`);
};

/** Flat metrics at these open times, with both bases of change. */
function runAll(candles: readonly Candle[], times: Iterable<number>): Map<number, Record<string, number>> {
  const state = new InstrumentState();
  const wanted = new Set(times);
  const result = new Map<number, Record<string, number>>();
  for (const candle of candles) {
    const metrics = state.add(candle);
    if (metrics.outcome === 'refused') throw new Error(metrics.text);
    if (!wanted.has(candle.openTime)) continue;
    const flat = flatMetrics(metrics, 'open');
    for (const [name, value] of Object.entries(flatMetrics(metrics, 'oldest-close'))) {
      if (name.startsWith('change_')) flat[`oldest_close_${name}`] = value;
    }
    result.set(candle.openTime, flat);
  }
  return result;
}

const timesOf = (rows: readonly Row[]): number[] => rows.map((row) => number(row, 'open_time_ms'));

describe('fixtures', () => {
  const candles = readCandles(new URL('candles.csv', fixtures));

  it('windows equal exact fractions', () => {
    const rows = readCsv(new URL('windows.csv', fixtures));
    const found = runAll(candles, timesOf(rows));
    for (const row of rows) {
      const name = intervalName(number(row, 'minutes'));
      const flat = found.get(number(row, 'open_time_ms')) ?? {};
      const exact = ['open', 'high', 'low', 'close', 'change', 'volume:quote_volume', 'base_volume:volume', 'trades'];
      for (const pair of exact) {
        const [ours = '', theirs = ours] = pair.split(':');
        expect(flat[`${ours}_${name}`], `${ours}_${name}`).toBe(number(row, theirs));
      }
      expect(flat[`oldest_close_change_${name}`]).toBe(number(row, 'change_oldest_close'));
      const derived = ['vwap', 'vcp', 'taker_share', 'fib_pivot', 'fib_r1', 'fib_r2', 'fib_r3', 'fib_s1', 'fib_s2'];
      for (const column of [...derived, 'fib_s3']) {
        if (row[column] === '') expect(flat[`${column}_${name}`]).toBeUndefined();
        else near(flat[`${column}_${name}`], number(row, column), `${column}_${name}`);
      }
    }
    expect(rows.some((row) => row.minutes === '1440')).toBe(true);
  });

  it('RSI of hourly bars equals TA-Lib, also while no bar closes', () => {
    const rows = readCsv(new URL('rsi-1h.csv', fixtures));
    const found = runAll(
      candles,
      candles.map(({ openTime }) => openTime),
    );
    for (const row of rows) {
      const end = number(row, 'bar_open_time_ms') + 59 * 60_000;
      for (const at of [end, end + 60_000, end + 59 * 60_000]) {
        const flat = found.get(at);
        if (!flat) continue;
        if (row.rsi === '') expect(flat.rsi_1h).toBeUndefined();
        else near(flat.rsi_1h, number(row, 'rsi'), `rsi_1h at ${at}`);
      }
    }
    expect(rows.filter((row) => row.rsi !== '').length).toBeGreaterThan(5);
  });

  it('RSI equals TA-Lib on walks, tiny and huge prices, and bars without movement', () => {
    let memory = new Float64Array(rsi.memoryLength);
    const values = new Float64Array(1);
    for (const row of readCsv(new URL('rsi.csv', fixtures))) {
      if (row.index === '0') {
        memory = new Float64Array(rsi.memoryLength);
        rsi.initialise(memory, 0);
      }
      const close = number(row, 'close');
      rsi.add(memory, 0, { open: close, high: close, low: close, close, volume: 0, quoteVolume: 0 });
      rsi.read(memory, 0, values);
      const [value] = values;
      if (row.rsi === '') expect(value).toBeNaN();
      else near(value, number(row, 'rsi'), `${row.case} ${row.index}`);
    }
  });
});

const windowColumns: Readonly<Record<string, string>> = {
  sum_volume: 'base_volume',
  sum_quote_volume: 'volume',
  high: 'high',
  low: 'low',
  first_open: 'open',
  close: 'close',
  change_pct_vs_first_open: 'change',
  vwap_quote: 'vwap',
  vcp_quote: 'vcp',
  pp: 'fib_pivot',
  r1: 'fib_r1',
  r2: 'fib_r2',
  r3: 'fib_r3',
  s1: 'fib_s1',
  s2: 'fib_s2',
  s3: 'fib_s3',
};

describe.runIf(hasShared)('real candles', () => {
  it.each(['avax-crash-2025-02-03', 'dot-pump-2024-11-24', 'fil-pump-2023-02-17'])(
    'windows of %s',
    (name) => {
      const rows = readCsv(new URL(`golden/${name}/windows.csv.gz`, shared));
      const found = runAll(readCandles(new URL(`golden/${name}/candles.csv.gz`, shared)), timesOf(rows));
      for (const row of rows) {
        const interval = row.window === '24h' ? '1d' : row.window;
        const flat = found.get(number(row, 'open_time_ms')) ?? {};
        for (const [theirs, ours] of Object.entries(windowColumns)) {
          const expected = row[theirs] === '' ? 0 : number(row, theirs);
          near(flat[`${ours}_${interval}`], expected, `${ours}_${interval} at ${row.open_time_ms}`);
        }
      }
      expect(rows.length).toBe(21_000);
    },
    30_000,
  );

  it('RSI of the hourly bars of a month', () => {
    const name = 'golden/binance-usdm_DOTUSDT_1m_2024-11_1h';
    const rows = readCsv(new URL(`${name}/indicators_1h.csv.gz`, shared));
    const expected = new Map(rows.map((row) => [number(row, 'open_time_ms'), row.rsi14 ?? '']));
    const candles = readCandles(new URL('candles/binance-usdm_DOTUSDT_1m_2024-11.csv.gz', shared));
    const ends = [...expected.keys()].map((openTime) => openTime + 59 * 60_000);
    const found = runAll(candles, ends);
    let compared = 0;
    for (const [openTime, value] of expected) {
      const flat = found.get(openTime + 59 * 60_000) ?? {};
      if (value === '') expect(flat.rsi_1h).toBeUndefined();
      else {
        near(flat.rsi_1h, Number(value), `rsi_1h at ${openTime}`);
        compared++;
      }
    }
    expect(compared).toBe(720 - 14);
  }, 30_000);

  const pairs: [string, string, IntervalName[]][] = [
    ['bybit_DOGEUSDT', '2025-06', ['5m', '15m', '30m', '1h', '4h']],
    ['binance-spot_ETH-BTC', '500', ['3m', '5m', '15m', '30m', '1h', '4h']],
  ];
  it.each(pairs)('bars of %s equal the exchange', (symbol, suffix, intervals) => {
    const file = (interval: string): URL => new URL(`candles/${symbol}_${interval}_${suffix}.csv.gz`, shared);
    // The last candle of a file may still have been open when it was taken.
    const minutes = readCandles(file('1m')).slice(0, -1);
    for (const interval of intervals) {
      const theirs = new Map(readCsv(file(interval)).map((row: Row) => [number(row, 'open_time_ms'), toCandle(row)]));
      const whole = aggregateCandles(minutes, intervalMinutes[interval]).filter((bar) => bar.candles === bar.minutes);
      for (const bar of whole) {
        const their = theirs.get(bar.openTime);
        expect(bar).toMatchObject({ open: their?.open, high: their?.high, low: their?.low, close: their?.close });
        near(bar.volume, their?.volume ?? Number.NaN, `volume of ${interval} at ${bar.openTime}`);
      }
      expect(whole.length).toBeGreaterThan(0);
    }
  });
});

describe('indicators over bars with missing minutes', () => {
  it('begin again, because the next value would be wrong', () => {
    const set = new IndicatorSet(indicatorLayoutOf(fullIndicatorTable));
    const bar = (close: number) => ({ open: 1, high: 1, low: 1, close, volume: 0, quoteVolume: 0 });
    for (let hour = 1; hour <= 15; hour++) set.minuteClosed(hour * 60 - 1, singleBar(60, bar(hour)));
    expect(set.warm).toMatchObject([{ interval: '1h', barOpenTime: 14 * 3_600_000 }]);
    expect(set.warm[0]?.rsi).toBe(100);
    set.minuteClosed(16 * 60 - 1, singleBar(60, undefined));
    expect(set.warm).toEqual([]);
  });
});
