/** What docs/metrics-event.md promises of the size of an event. */
import { type BarsPrimed, decodeAs, encodeEvent } from '@screener/events';
import type { LogRecord } from '@screener/log';
import { flatMetrics, flatMetricTable, type IntervalName, intervalMinutes } from '@screener/market';
import { expect, test } from 'vitest';
import { createCalculatorTask } from './calculator-task.ts';
import { barsPrimed } from './testing/bars-primed.ts';

const instrument = 'binance:usdm:1000000BABYDOGEUSDT';
const begin = Date.UTC(2026, 0, 5);
const minuteMs = 60_000;
const bytesMost = 2_000;

/** Numbers with all the digits that a double has. */
const candleAt = (openTime: number, index: number) => {
  const [open, close] = [61_000 + Math.sin(index) * 300, 61_000 + Math.sin(index + 1) * 300];
  const [high, low] = [Math.max(open, close) + 9 / 7, Math.min(open, close) - 9 / 7];
  const volume = 1e6 / 3 + index;
  const taker = { takerBuyVolume: volume / 3, takerBuyQuoteVolume: volume * 20_000.1 };
  return {
    openTime,
    open,
    high,
    low,
    close,
    volume,
    quoteVolume: volume * 61_000.7,
    trades: 1_000_000 + index,
    ...taker,
  };
};

const barsOf = (interval: IntervalName): BarsPrimed => {
  const lengthMs = intervalMinutes[interval] * minuteMs;
  const bars = Array.from({ length: 260 }, (_, index) => candleAt(begin - (260 - index) * lengthMs, index));
  return barsPrimed(instrument, interval, bars);
};

test('with every window full and every indicator warm an event stays below 2 kB, and every flat name has a value', () => {
  const task = createCalculatorTask(0);
  let newest = new Uint8Array();
  const apply = (value: Buffer): void => {
    const record: LogRecord = { topic: 'klines.closed', partition: 0, offset: 0, key: instrument, value, timestamp: 0 };
    const emit = (output: { readonly value: Uint8Array | null }): void => {
      newest = Uint8Array.from(output.value ?? []);
    };
    task.apply(record, { emit, fresh: () => true });
  };
  for (const interval of ['5m', '15m', '1h', '4h', '8h', '1d'] as const)
    apply(encodeEvent('BarsPrimed', barsOf(interval)));
  for (let minute = 0; minute < 1_440; minute++) {
    apply(encodeEvent('KlineClosed', { ...candleAt(begin + minute * minuteMs, minute), instrument, source: 'stream' }));
  }
  expect(newest.length).toBeGreaterThan(1_900);
  expect(newest.length).toBeLessThan(bytesMost);
  const flat = flatMetrics(decodeAs('MetricsClosed', newest), 'open');
  expect(flatMetricTable.filter(({ name }) => flat[name] === undefined).map(({ name }) => name)).toEqual([]);
  expect(flatMetricTable).toHaveLength(331);
});
