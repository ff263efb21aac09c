/** What docs/metrics-event.md says: how large an event can be, and what its numbers are called. */
import { readFileSync } from 'node:fs';
import { type BarsPrimed, decodeAs, encodeEvent } from '@screener/events';
import type { LogRecord } from '@screener/log';
import { flatMetrics, flatMetricTable, type IntervalName, intervalMinutes } from '@screener/market';
import { describe, expect, test } from 'vitest';
import { createCalculatorTask } from './calculator-task.ts';
import { barsPrimed } from './testing/bars-primed.ts';

const begin = Date.UTC(2026, 0, 5);
const minuteMs = 60_000;
const bytesPromised = 2_048;
/** Of the name, so that the promise holds; exchanges have less than 50. */
const nameBytesMost = 80;

/** Numbers with all the digits that a double has. */
const candleAt = (openTime: number, index: number, trades = 1_000_000) => {
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
    trades: trades + index,
    ...taker,
  };
};

const barsOf = (instrument: string, interval: IntervalName): BarsPrimed => {
  const lengthMs = intervalMinutes[interval] * minuteMs;
  const bars = Array.from({ length: 260 }, (_, index) => candleAt(begin - (260 - index) * lengthMs, index));
  return barsPrimed(instrument, interval, bars);
};

interface Warm {
  readonly instrument: string;
  readonly customWindows?: readonly number[];
  readonly trades?: number;
}

/** The event of a minute when every window is full and every indicator warm. */
function warmEvent({ instrument, customWindows = [], trades }: Warm): Uint8Array {
  const task = createCalculatorTask(0, 'open', customWindows);
  let newest = new Uint8Array();
  const apply = (value: Buffer): void => {
    const record: LogRecord = { topic: 'klines.closed', partition: 0, offset: 0, key: instrument, value, timestamp: 0 };
    const emit = (output: { readonly value: Uint8Array | null }): void => {
      newest = Uint8Array.from(output.value ?? []);
    };
    task.apply(record, { emit, fresh: () => true });
  };
  for (const interval of ['5m', '15m', '1h', '4h', '8h', '1d'] as const)
    apply(encodeEvent('BarsPrimed', barsOf(instrument, interval)));
  for (let minute = 0; minute < 1_440; minute++) {
    const candle = candleAt(begin + minute * minuteMs, minute, trades);
    apply(encodeEvent('KlineClosed', { ...candle, instrument, source: 'stream' }));
  }
  return newest;
}

describe('with every window full and every indicator warm', () => {
  test('an event stays below 2 kB, and every flat name has a value', () => {
    const event = warmEvent({ instrument: 'binance:usdm:1000000BABYDOGEUSDT' });
    expect(event.length).toBeGreaterThan(1_900);
    expect(event.length).toBeLessThan(2_000);
    const flat = flatMetrics(decodeAs('MetricsClosed', event), 'open');
    expect(flatMetricTable.filter(({ name }) => flat[name] === undefined).map(({ name }) => name)).toEqual([]);
    expect(flatMetricTable).toHaveLength(331);
  });

  test.each(['deribit:option:BTC_USDC-CS-19MAY26-105000_110000', `binance:usdm:${'币安人生'.repeat(5)}USDT`])(
    'also with the name %s',
    (instrument) => {
      expect(Buffer.byteLength(instrument)).toBeLessThanOrEqual(nameBytesMost);
      const most = warmEvent({
        instrument: instrument.padEnd(instrument.length + nameBytesMost - Buffer.byteLength(instrument), 'X'),
      });
      expect(most.length).toBeLessThanOrEqual(bytesPromised);
    },
  );

  test('beyond that it grows by the bytes of the name and 70 to 80 for each custom window, and is as any other', () => {
    const customWindows = [7, 45, 120, 180, 360, 600, 720, 1_439];
    // The longest name that the collector takes, in letters of three bytes, and as many trades as a candle may have.
    const instrument = `binance:usdm:${'币'.repeat(100)}`;
    const event = warmEvent({ instrument, customWindows, trades: 2 ** 42 - 1_500 });
    expect(event.length).toBeGreaterThan(bytesPromised);
    expect(event.length).toBeLessThan(3_000);
    const { windows, indicators } = decodeAs('MetricsClosed', event);
    expect(windows).toHaveLength(16);
    expect(indicators).toHaveLength(7);
  });
});

test('every number that the documentation names is one', () => {
  const textOf = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
  const names = textOf('docs/metrics-event.md').matchAll(/`([a-z0-9_]+_(?:1m|5m|15m|30m|1h|4h|8h|1d))`/g);
  const known = new Set(flatMetricTable.map(({ name }) => name));
  const ofMarket = textOf('schemas/MarketClosed.avsc');
  const found = new Set([...names].map(([, name = '']) => name));
  expect(found.size).toBeGreaterThan(15);
  expect([...found].filter((name) => !known.has(name) && !ofMarket.includes(`"${name}"`))).toEqual([]);
});
