import { describe, expect, it } from 'vitest';
import { seededCandles } from '../fixtures/test-candles.ts';
import { aggregateCandles } from './aggregate-candles.ts';
import { MINUTE_MS } from './candle.ts';
import { ExactSum } from './exact-sum.ts';
import { findFlatMetric, flatMetrics, flatMetricTable, flatMetricTableWith, metricReader } from './flat-metrics.ts';
import { indicatorTable } from './indicators/indicator-table.ts';
import { formatInstrument, parseInstrument } from './instrument.ts';
import { InstrumentState } from './instrument-state.ts';
import { barOpenTime, intervalMinutes, intervalName, isIntervalName, windowNames, windowsWith } from './interval.ts';
import {
  changePercent,
  fromHighPercent,
  fromLowPercent,
  takerShare,
  takerSlope,
  takerTrend,
  vcp,
  vwap,
  type Window,
} from './window.ts';

const exactSum = (values: readonly number[]): number => {
  const sum = new ExactSum();
  for (const value of values) sum.add(value);
  return sum.value();
};

const time = (text: string): number => Date.parse(`${text}Z`);

describe('instruments', () => {
  it('are written exchange:market:symbol', () => {
    const instrument = { exchange: 'binance', market: 'usdm', symbol: 'BTCUSDT' };
    expect(formatInstrument(instrument)).toBe('binance:usdm:BTCUSDT');
    expect(parseInstrument('binance:usdm:BTCUSDT')).toEqual(instrument);
    expect(parseInstrument('okx:swap:BTC-USDT-SWAP')?.symbol).toBe('BTC-USDT-SWAP');
  });

  it.each(['', 'BTCUSDT', 'binance:BTCUSDT', 'binance::BTCUSDT', ':usdm:BTCUSDT', 'a:b:', 'a:b:c:d'])(
    'not %j',
    (text) => {
      expect(parseInstrument(text)).toBeUndefined();
    },
  );
});

describe('intervals', () => {
  it('begin where the clock says, in UTC; weeks on Monday', () => {
    const at = time('2024-11-24T00:37:12');
    const opened = (minutes: number): string => new Date(barOpenTime(at, minutes)).toISOString();
    expect(opened(intervalMinutes['3m'])).toBe('2024-11-24T00:36:00.000Z');
    expect(opened(intervalMinutes['1d'])).toBe('2024-11-24T00:00:00.000Z');
    expect(opened(intervalMinutes['1w'])).toBe('2024-11-18T00:00:00.000Z');
    expect(barOpenTime(time('2024-11-18T00:00'), intervalMinutes['1w'])).toBe(time('2024-11-18T00:00'));
    expect(barOpenTime(time('2024-11-17T23:59'), intervalMinutes['1w'])).toBe(time('2024-11-11T00:00'));
  });

  it('have names, and lengths without one are written in minutes', () => {
    expect(intervalName(60)).toBe('1h');
    expect([7, 120, 90, 720].map(intervalName)).toEqual(['7m', '2h', '90m', '12h']);
    expect(isIntervalName('8h')).toBe(true);
    expect(isIntervalName('toString')).toBe(false);
  });

  it('bars hold exactly their candles, sums are exact, holes leave no bar', () => {
    const candles = seededCandles(2, 30_000);
    for (const minutes of [3, 240, intervalMinutes['1w']]) {
      const bars = aggregateCandles(candles, minutes);
      expect(bars.reduce((sum, bar) => sum + bar.candles, 0)).toBe(candles.length);
      for (const bar of [bars[0], bars.at(-1)]) {
        const part = candles.filter(({ openTime }) => barOpenTime(openTime, minutes) === bar?.openTime);
        expect(bar).toMatchObject({
          open: part[0]?.open,
          close: part.at(-1)?.close,
          high: Math.max(...part.map((candle) => candle.high)),
          low: Math.min(...part.map((candle) => candle.low)),
          trades: part.reduce((sum, candle) => sum + candle.trades, 0),
          candles: part.length,
        });
        expect(bar?.volume).toBe(exactSum(part.map((candle) => candle.volume)));
        expect(bar?.quoteVolume).toBe(exactSum(part.map((candle) => candle.quoteVolume).reverse()));
      }
    }
  });
});

describe('flat names', () => {
  it('are unique, documented, and one for every number of every window and indicator', () => {
    const names = flatMetricTable.map((metric) => metric.name);
    expect(new Set(names).size).toBe(names.length);
    for (const window of windowNames) {
      for (const prefix of ['open', 'high', 'low', 'close', 'change', 'volume', 'base_volume', 'vwap', 'vcp']) {
        expect(names).toContain(`${prefix}_${window}`);
      }
      for (const level of ['pivot', 'r1', 'r2', 'r3', 's1', 's2', 's3'])
        expect(names).toContain(`fib_${level}_${window}`);
      expect(names).toContain(`taker_share_${window}`);
    }
    for (const row of indicatorTable) {
      for (const interval of row.intervals) {
        for (const output of row.indicator.outputs) expect(names).toContain(`${output.name}_${interval}`);
      }
    }
    for (const { name, about } of flatMetricTable) {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(about.length).toBeGreaterThan(10);
    }
  });

  it('are read one by one as they are read together', () => {
    const state = new InstrumentState();
    for (const candle of seededCandles(6, 1_600)) {
      const metrics = state.add(candle);
      if (metrics.outcome === 'refused' || candle.openTime % 6_000_000 !== 0) continue;
      const all = flatMetrics(metrics, 'oldest-close');
      const read = metricReader(metrics, 'oldest-close');
      for (const { name } of flatMetricTable) expect(read(name)).toBe(all[name]);
      expect(read('unknown')).toBeUndefined();
    }
    expect(findFlatMetric('constructor')).toBeUndefined();
  });
});

describe('custom windows', () => {
  const table = flatMetricTableWith([45, 120, 60, 45]);
  const names = table.map(({ name }) => name);

  it('have the names of any window, beside those that are always there', () => {
    const added = names.filter((name) => findFlatMetric(name) === undefined);
    const ofHour = flatMetricTable.filter(({ name }) => name.endsWith('_1h')).length;
    expect(added).toContain('change_45m');
    expect(added).toContain('fib_s3_2h');
    expect(added.every((name) => /_(45m|2h)$/.test(name))).toBe(true);
    expect(new Set(names).size).toBe(flatMetricTable.length + added.length);
    expect(ofHour).toBeGreaterThan(added.length / 2);
    expect(flatMetricTableWith([])).toBe(flatMetricTable);
  });

  it('are read from metrics that carry them, absent from others', () => {
    const state = new InstrumentState({ windows: windowsWith([45, 120]) });
    const candles = seededCandles(3, 200).map((candle, minute) => ({ ...candle, openTime: minute * MINUTE_MS }));
    const last = candles.map((candle) => state.add(candle)).at(-1);
    if (last?.outcome !== 'metrics') throw new Error('no metrics');
    const flat = flatMetrics(last, 'open', table);
    const [from, to] = [candles.at(-45), candles.at(-1)];
    expect(flat.change_45m).toBe((((to?.close ?? 0) - (from?.open ?? 0)) / (from?.open ?? 0)) * 100);
    expect(flat.trades_2h).toBe(candles.slice(-120).reduce((sum, { trades }) => sum + trades, 0));
    const without = flatMetrics(
      { ...last, windows: last.windows.filter(({ minutes }) => minutes !== 45) },
      'open',
      table,
    );
    expect(without.change_45m).toBeUndefined();
  });
});

describe('derived numbers at their edges', () => {
  const window: Window = {
    minutes: 5,
    open: 100,
    oldestClose: 102,
    high: 110,
    low: 90,
    close: 105,
    volume: 4,
    quoteVolume: 404,
    trades: 9,
    takerBuyQuoteVolume: 101,
  };

  it('change by either basis', () => {
    expect(changePercent(window, 'open')).toBe(5);
    expect(changePercent(window, 'oldest-close')).toBe(((105 - 102) / 102) * 100);
  });

  it('distance from high and low', () => {
    expect(fromHighPercent(window)).toBe(((105 - 110) / 110) * 100);
    expect(fromLowPercent(window)).toBe(((105 - 90) / 90) * 100);
    expect(fromHighPercent({ ...window, close: 110 })).toBe(0);
  });

  it('trend and slope of the taker share', () => {
    // The hour: 101 of 404; the three hours before: 60 of 600.
    const four = { ...window, quoteVolume: 1_004, takerBuyQuoteVolume: 161 };
    expect(takerTrend(window, four)).toBe(0.25 - 161 / 1_004);
    expect(takerSlope(window, four)).toBe((0.25 - 0.1) / 2);
    const silent = { ...window, quoteVolume: 0, takerBuyQuoteVolume: 0 };
    expect([takerTrend(silent, four), takerSlope(silent, four)]).toEqual([undefined, undefined]);
    // All of it was traded in the newest hour.
    expect(takerSlope(window, window)).toBeUndefined();
  });

  it('without volume or range', () => {
    const silent = { ...window, volume: 0, quoteVolume: 0, takerBuyQuoteVolume: 0 };
    expect([vwap(silent), vcp(silent), takerShare(silent)]).toEqual([undefined, 0, undefined]);
    expect(vcp({ ...window, high: 100, low: 100, close: 100 })).toBe(0);
    expect(vcp({ ...window, quoteVolume: 0 })).toBeUndefined();
    expect([vwap(window), takerShare(window)]).toEqual([101, 0.25]);
    expect(vcp(window)).toBe(((105 / 101) * (105 - 90 - (110 - 105))) / 20);
  });
});
