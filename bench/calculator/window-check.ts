/** Whether windows that somebody put out are those that a loop over the candles finds. */
import { decodeEvent } from '@screener/events';
import { type Log, partitionOf } from '@screener/log';
import { type Candle, MINUTE_MS, type Window } from '@screener/market';
import { instrumentOf } from '../log/records.ts';
import { metricsTopic } from './our-calculator.ts';
import { candlesOf, partitions } from './simulated-minutes.ts';

/** The windows that both sides have. */
const comparedMinutes: readonly number[] = [5, 15, 60, 240, 480, 1_440];
const toleranceRelative = 1e-9;
const fields = ['open', 'oldestClose', 'high', 'low', 'close', 'volume', 'quoteVolume', 'trades'] as const;

export interface MinuteWindows {
  readonly openTime: number;
  readonly windows: readonly Window[];
}

/** Undefined for what is no metrics. */
export function readOurs(value: Uint8Array): MinuteWindows | undefined {
  const { type, event } = decodeEvent(value);
  return type === 'MetricsClosed' ? event : undefined;
}

/** As bench/peers/kafka-streams writes it. */
export function readPeers(value: Uint8Array): MinuteWindows {
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  const windows = Array.from({ length: view.getInt32(16, true) }, (_, index): Window => {
    const at = 20 + index * 76;
    const number = (place: number): number => view.getFloat64(at + 4 + place * 8, true);
    const [open, oldestClose, high, low, close] = [number(0), number(1), number(2), number(3), number(4)];
    return {
      ...{ minutes: view.getInt32(at, true), open, oldestClose, high, low, close },
      ...{ volume: number(5), quoteVolume: number(6), trades: Number(view.getBigInt64(at + 60, true)) },
      takerBuyQuoteVolume: number(8),
    };
  });
  return { openTime: Number(view.getBigInt64(0, true)), windows };
}

/** Instruments by their index, all in one partition, and so many minutes of each. */
export interface Sample {
  readonly sample: readonly number[];
  readonly minutes: number;
}

const samplePartition = 0;

/** The first instruments of that partition. */
export const sampleOf = (instruments: number, count: number): readonly number[] =>
  Array.from({ length: instruments }, (_, index) => index)
    .filter((index) => partitionOf(instrumentOf(index), partitions) === samplePartition)
    .slice(0, count);

/** How many full windows a sample has. */
const windowsDue = ({ sample, minutes }: Sample): number =>
  sample.length * comparedMinutes.reduce((sum, length) => sum + Math.max(0, minutes - length + 1), 0);

/** The truth about some instruments, by the plainest loop there is. */
export class ExpectedWindows {
  readonly #candles = new Map<string, readonly Candle[]>();

  constructor({ sample, minutes }: Sample) {
    for (const index of sample) this.#candles.set(instrumentOf(index), candlesOf(index, minutes));
  }

  knows(instrument: string | null): instrument is string {
    return instrument !== null && this.#candles.has(instrument);
  }

  /** Throws where a window differs. */
  check(instrument: string, { openTime, windows }: MinuteWindows): number {
    const candles = this.#candles.get(instrument) ?? [];
    const newest = (openTime - (candles[0]?.openTime ?? 0)) / MINUTE_MS;
    let checked = 0;
    for (const window of windows) {
      if (!comparedMinutes.includes(window.minutes)) continue;
      const expected = windowOver(candles.slice(Math.max(0, newest - window.minutes + 1), newest + 1));
      for (const field of fields) {
        if (isEqual(window[field], expected[field])) continue;
        const place = `${instrument} at ${new Date(openTime).toISOString()}, ${field} of ${window.minutes} minutes`;
        throw new Error(`${place}: found ${window[field]}, expected ${expected[field]}`);
      }
      checked += 1;
    }
    return checked;
  }
}

function windowOver(candles: readonly Candle[]): Window {
  const sum = (field: 'volume' | 'quoteVolume' | 'trades' | 'takerBuyQuoteVolume'): number =>
    candles.reduce((total, candle) => total + candle[field], 0);
  const [first, last] = [candles[0], candles.at(-1)];
  return {
    ...{ minutes: candles.length, open: first?.open ?? 0, oldestClose: first?.close ?? 0, close: last?.close ?? 0 },
    high: candles.reduce((high, candle) => Math.max(high, candle.high), Number.NEGATIVE_INFINITY),
    low: candles.reduce((low, candle) => Math.min(low, candle.low), Number.POSITIVE_INFINITY),
    ...{ volume: sum('volume'), quoteVolume: sum('quoteVolume'), trades: sum('trades') },
    takerBuyQuoteVolume: sum('takerBuyQuoteVolume'),
  };
}

const isEqual = (found: number, expected: number): boolean =>
  Math.abs(found - expected) <= Math.abs(expected) * toleranceRelative;

interface CheckedOutput {
  readonly topic: string;
  readonly read: (value: Uint8Array) => MinuteWindows | undefined;
}

export const checkOwnMetrics = (log: Log, sample: Sample): Promise<string> =>
  checkOutput(log, sample, { topic: metricsTopic, read: readOurs });

export const checkPeersMetrics = (log: Log, sample: Sample, topic: string): Promise<string> =>
  checkOutput(log, sample, { topic, read: readPeers });

/** Every window of the sample must be there once, and be right. Returns what to say of it. */
async function checkOutput(log: Log, sample: Sample, { topic, read }: CheckedOutput): Promise<string> {
  const expected = new ExpectedWindows(sample);
  const reader = log.reader({ topic, partitions: [samplePartition], from: 'beginning', until: 'end' });
  let checked = 0;
  for await (const records of reader) {
    for (const { key, value } of records) {
      if (value === null || !expected.knows(key)) continue;
      const found = read(value);
      if (found !== undefined) checked += expected.check(key, found);
    }
  }
  const due = windowsDue(sample);
  if (checked !== due) throw new Error(`${topic} has ${checked} windows of the sample, expected ${due}`);
  return `${checked} windows are right`;
}
