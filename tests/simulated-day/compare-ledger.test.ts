/** The comparison itself: whatever is wrong in a log is named. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeEvent } from '@screener/events';
import { type Log, type NewRecord, openLog, readTopology } from '@screener/log';
import type { Candle } from '@screener/market';
import { type Simulator, startSimulator } from '@screener/simulator';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compareLedger } from './compare-ledger.ts';
import { Violations } from './violations.ts';

const minuteMs = 60_000;
const from = Date.UTC(2026, 6, 26, 12);
const symbol = 'BTCUSDT';
const instrument = `binance:usdm:${symbol}`;
const at = (minute: number): number => from + minute * minuteMs;

let directory: string;
let log: Log;
let simulator: Simulator;
let time: number;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'compare-ledger-'));
  log = await openLog({ directory });
  await log.ensureTopics(readTopology(join(import.meta.dirname, '../../topology/topics.yaml')));
  time = at(10);
  const common = { port: 0, host: '127.0.0.1', seed: 3, instruments: 1, speed: 1, now: Date.now, notify: () => {} };
  simulator = await startSimulator({ ...common, simulatedNow: () => time, startAt: at(10) });
});
afterEach(async () => {
  await simulator.stop();
  await log.close();
  rmSync(directory, { recursive: true, force: true });
});

const record = (minute: number, value: Uint8Array): NewRecord => ({
  ...{ topic: 'klines.closed', key: instrument, timestamp: at(minute) + 59_999, value },
});
const truth = (minute: number): Candle => simulator.ledger.candleAt(symbol, at(minute));
const closed = (minute: number, other: Partial<Candle> = {}): NewRecord =>
  record(minute, encodeEvent('KlineClosed', { instrument, ...truth(minute), ...other, source: 'stream' }));
const corrected = (minute: number, other: Partial<Candle> = {}): NewRecord => {
  const values = { instrument, ...truth(minute), ...other, previous: null, reason: 'test', source: 'rest' } as const;
  return record(minute, encodeEvent('KlineCorrected', values));
};
const gap = (minute: number): NewRecord =>
  record(minute, encodeEvent('KlineGap', { instrument, openTime: at(minute), reason: 'test' }));

/** What is found wrong with four minutes. */
async function compare(...records: readonly NewRecord[]): Promise<readonly string[]> {
  if (records.length > 0) await log.writer().append(records);
  const violations = new Violations();
  await compareLedger(log, simulator, { from, to: at(3) }, violations);
  expect(violations.count).toBe(violations.named.length);
  return violations.named.map((line) => line.replace(`${instrument} 2026-07-26T12:`, ''));
}
const all = [0, 1, 2, 3];

test('nothing is wrong with what the exchange says', async () => {
  expect(await compare(...all.map((minute) => closed(minute)))).toEqual([]);
});

test('one number of one minute, and its correction', async () => {
  const high = truth(2).high + 1;
  const right = all.filter((minute) => minute < 2).map((minute) => closed(minute));
  const expected = `02: expected high ${truth(2).high}, found ${high} (stream)`;
  expect(await compare(...right, closed(2, { high }), closed(3))).toEqual([expected]);
  expect(await compare(corrected(2))).toEqual([]);
  expect(await compare(corrected(2, { trades: 7 }))).toEqual([
    `02: expected trades ${truth(2).trades}, found 7 (corrected)`,
  ]);
  expect(await compare(corrected(2))).toEqual([]);
});

test('minutes that are not there: in between, first and last, all of them', async () => {
  expect(await compare()).toEqual(all.map((minute) => `0${minute}: expected a candle, found nothing`));
  expect(await compare(closed(1), closed(3))).toEqual([
    '00: expected a candle, found nothing',
    '02: expected a candle, found nothing',
  ]);
});

test('the last minute, a gap, and a gap that was filled later', async () => {
  expect(await compare(closed(0), gap(1), gap(2))).toEqual([
    '01: expected a candle, found a gap',
    '02: expected a candle, found a gap',
    '03: expected a candle, found nothing',
  ]);
  expect(await compare(corrected(1), corrected(2), closed(3))).toEqual([]);
});

test('what comes twice or too late', async () => {
  const records = [closed(0), closed(1), closed(1), closed(2), closed(3), closed(2)];
  expect(await compare(...records)).toEqual([
    '01: expected 2026-07-26T12:02 next, found it once more, or too late',
    '02: expected 2026-07-26T12:04 next, found it once more, or too late',
  ]);
});

test('a halt without candles is flat at the last price', async () => {
  time = at(9);
  simulator.faults.inject({ kind: 'halt', symbols: [symbol], bars: 'missing', durationMs: 2 * minuteMs });
  expect(simulator.ledger.hasCandle(symbol, at(9))).toBe(false);
  time = at(12);
  const violations = new Violations();
  const price = truth(8).close;
  const still = { open: price, high: price, low: price, close: price, volume: 0, quoteVolume: 0, trades: 0 };
  const flat = (minute: number, other: Partial<Candle> = {}): NewRecord =>
    closed(minute, { ...still, takerBuyVolume: 0, takerBuyQuoteVolume: 0, openTime: at(minute), ...other });
  await log.writer().append([closed(8), flat(9), flat(10, { close: price + 1 }), closed(11)]);
  await compareLedger(log, simulator, { from: at(8), to: at(11) }, violations);
  expect(violations.named).toEqual([
    `${instrument} 2026-07-26T12:10: expected close ${price}, found ${price + 1} (stream)`,
  ]);
});
