/** Whatever comes, and wherever a task is taken over in between: the events are those of the straight run, bit for bit. */
import { type BarsPrimed, encodeEvent, type KlineClosed } from '@screener/events';
import type { LogRecord, NewRecord, Task } from '@screener/log';
import { expect, test } from 'vitest';
import { createCalculatorTask } from './calculator-task.ts';
import { barsPrimed } from './testing/bars-primed.ts';
import { type Random, seededRandom } from './testing/seeded-random.ts';
import { type Snapshot, takenOver } from './testing/taken-over.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const begin = Date.UTC(2026, 0, 5, 22);
const instruments = ['binance:usdm:BTCUSDT', 'binance:usdm:ETHUSDT', 'binance:usdm:币安人生USDT'];
const minutes = 260;
const seeds = 12;
const takeOvers = 6;

const candleOf = (instrument: string, openTime: number, random: Random): KlineClosed => {
  const isSilent = random() < 0.1;
  const [open, close] = isSilent ? [100, 100] : [99 + random() * 2, 99 + random() * 2];
  const volume = isSilent ? 0 : random() * 1e6;
  const taker = { takerBuyVolume: volume / 2, takerBuyQuoteVolume: volume * 49 };
  const range = isSilent ? { high: 100, low: 100 } : { high: Math.max(open, close) * 1.01, low: 98 };
  const amounts = { volume, quoteVolume: volume * 99.7, trades: Math.floor(volume), ...taker };
  return { instrument, openTime, open, ...range, close, ...amounts, source: 'stream' };
};

const barsOf = (instrument: string, before: number, random: Random): BarsPrimed => {
  const last = Math.floor(before / hourMs) * hourMs;
  const bars = Array.from({ length: 30 }, (_, index) => candleOf(instrument, last - (30 - index) * hourMs, random));
  return barsPrimed(instrument, '1h', bars);
};

function recordsOf(random: Random): readonly LogRecord[] {
  const records: LogRecord[] = [];
  const add = (key: string | null, openTime: number, value: Buffer): void => {
    const timestamp = openTime + minuteMs - 1;
    records.push({ topic: 'klines.closed', partition: 3, offset: records.length, key, value, timestamp });
  };
  const unmarked: number[] = [];
  for (let minute = 0; minute < minutes; minute++) {
    const openTime = begin + minute * minuteMs;
    for (const instrument of instruments) {
      const what = random();
      const candle = candleOf(instrument, openTime, random);
      if (what < 0.02) add(instrument, openTime, encodeEvent('KlineGap', { instrument, openTime, reason: 'test' }));
      // Between 0.02 and 0.03 the minute is simply missing.
      else if (what >= 0.03) add(instrument, openTime, encodeEvent('KlineClosed', candle));
      if (what > 0.97) add(instrument, openTime, encodeEvent('KlineClosed', candle));
      if (what > 0.985) {
        const earlier = openTime - Math.floor(random() * 80) * minuteMs;
        const corrected = { ...candleOf(instrument, earlier, random), previous: null, reason: 'test' };
        add(instrument, earlier, encodeEvent('KlineCorrected', { ...corrected, source: 'rest' }));
      }
      if (what > 0.95 && what < 0.955) {
        add(instrument, openTime, encodeEvent('BarsPrimed', barsOf(instrument, openTime, random)));
      }
    }
    // Now and then some hours are made up for: their markers follow their candles.
    unmarked.push(openTime);
    if (minute < minutes - 1 && minute % 130 > 40 && minute % 130 < 110) continue;
    for (const each of unmarked.splice(0)) {
      add(null, each, encodeEvent('MinuteClosed', { openTime: each, missing: [] }));
    }
  }
  return records;
}

/** As the processor does it: each key from its own snapshot, what a state contains is not applied again. */
const bytesOf = ({ topic, partition, key, timestamp, value }: NewRecord): string =>
  `${topic} ${partition} ${key} ${timestamp} ${Buffer.from(value ?? []).toString('base64')}`;

test.each(Array.from({ length: seeds }, (_, index) => index + 1))('seed %i', (seed) => {
  const random = seededRandom(seed);
  const records = recordsOf(random);
  const straight: string[] = [];
  const undisturbed = createCalculatorTask(3);
  const outputsOf = (task: Task, record: LogRecord): string[] => {
    const outputs: string[] = [];
    task.apply(record, { emit: (output) => void outputs.push(bytesOf(output)), fresh: () => true });
    return outputs;
  };
  for (const record of records) straight.push(...outputsOf(undisturbed, record));
  expect(straight.filter((text) => text.startsWith('metrics.closed')).length).toBeGreaterThan(minutes);

  const ends = new Set(Array.from({ length: takeOvers }, () => Math.floor(random() * records.length)));
  const snapshots = new Map<string, Snapshot>();
  let task = createCalculatorTask(3);
  const disturbed: string[] = [];
  for (const [offset, record] of records.entries()) {
    if (ends.has(offset)) task = takenOver(() => createCalculatorTask(3), records, offset, snapshots);
    disturbed.push(...outputsOf(task, record));
    const key = instruments[Math.floor(random() * 90)];
    if (key === undefined || ![...(task.keys?.() ?? [])].includes(key)) continue;
    snapshots.set(key, { offset: offset + 1, state: task.snapshot?.(key) ?? new Uint8Array() });
  }
  expect(disturbed.length).toBe(straight.length);
  expect(disturbed.findIndex((text, place) => text !== straight[place])).toBe(-1);
});
