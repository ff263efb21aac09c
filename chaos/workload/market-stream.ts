/**
 * What a collector writes, seeded: candles of many instruments, minutes without trades, gaps, minutes that nobody has, corrections,
 * bars fetched for new instruments, contradicting repeats. The markers come last.
 */
import { createHash } from 'node:crypto';
import { type BarsPrimed, encodeEvent, type KlineClosed } from '@screener/events';
import { type NewRecord, partitionOf } from '@screener/log';
import { columnsOfCandles } from '@screener/market';
import { type Random, seededRandom } from '../seeded-random.ts';
import type { FedMinute } from './fed-minute.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** 2026-01-05, a Monday; nobody compares it with a clock. A day ends after four hours of it. */
const beginMs = Date.UTC(2026, 0, 5, 20);
/** Of all instruments; the others appear while everything goes wrong. */
const shareAtFirst = 0.8;
const newPerMinute = 0.005;
/** Candles that may still be corrected. */
const rememberedMax = 60;
const barsPrimedCount = 40;

export interface MarketStreamOptions {
  readonly seed: number;
  readonly instruments: number;
  readonly partitions: number;
  readonly topic: string;
}

/** The same event has the same fingerprint, and no two of a stream are the same. */
export const fingerprintOf = ({ key, value, timestamp }: NewRecord): string =>
  createHash('sha1')
    .update(`${key} ${timestamp} `)
    .update(value ?? '')
    .digest('base64');

interface Instrument {
  readonly name: string;
  price: number;
  isPrimed: boolean;
  /** What the exchange says of its last minutes; null: it never said. */
  readonly said: { readonly openTime: number; candle: KlineClosed | null }[];
}

export function createMarketStream(options: MarketStreamOptions, numbers: Map<string, number>): () => FedMinute {
  const { seed, topic, partitions } = options;
  const random = seededRandom(seed ^ 0x3a6b);
  const instruments = Array.from({ length: options.instruments }, (_, index): Instrument => {
    const symbol = index === 0 ? 'BTCUSDT' : index === 1 ? 'ETHUSDT' : `C${index}USDT`;
    const price = 10 ** (random() * 7 - 3);
    return { name: `binance:usdm:${symbol}`, price, isPrimed: false, said: [] };
  });
  let minute = 0;
  return () => {
    const openTime = beginMs + minute * minuteMs;
    const timestamp = openTime + minuteMs - 1;
    const present = Math.ceil(Math.min(1, shareAtFirst + minute * newPerMinute) * instruments.length);
    const missing: string[][] = Array.from({ length: partitions }, () => []);
    const records: NewRecord[] = [];
    const given: number[] = [];
    const add = (key: string, value: Buffer, at = timestamp): void => {
      const record = { topic, key, value, timestamp: at };
      const fingerprint = fingerprintOf(record);
      if (numbers.has(fingerprint)) return;
      given.push(numbers.size);
      numbers.set(fingerprint, numbers.size);
      records.push(record);
    };
    for (const instrument of instruments.slice(0, present)) {
      if (!instrument.isPrimed) {
        instrument.isPrimed = true;
        add(instrument.name, encodeEvent('BarsPrimed', primedBars(instrument, openTime, random)));
      }
      const chance = random();
      const candle = nextCandle(instrument, openTime, random);
      const isSaid = chance >= 0.02;
      instrument.said.push({ openTime, candle: isSaid ? candle : null });
      if (instrument.said.length > rememberedMax) instrument.said.shift();
      if (isSaid) add(instrument.name, encodeEvent('KlineClosed', candle));
      else if (chance < 0.01) {
        add(instrument.name, encodeEvent('KlineGap', { instrument: instrument.name, openTime, reason: 'chaos' }));
      } else missing[partitionOf(instrument.name, partitions)]?.push(instrument.name);
      if (random() < 0.003) correctOne(instrument, random, add);
      if (random() < 0.002) add(instrument.name, encodeEvent('KlineClosed', { ...candle, high: candle.high * 1.5 }));
    }
    for (const [partition, names] of missing.entries()) {
      const value = encodeEvent('MinuteClosed', { openTime, missing: names });
      records.push({ topic, key: null, value, timestamp, partition });
    }
    minute += 1;
    return { records, numbers: given };
  };
}

function nextCandle(instrument: Instrument, openTime: number, random: Random): KlineClosed {
  const isSilent = random() < 0.08;
  const open = instrument.price;
  const close = isSilent ? open : Number((open * (1 + (random() - 0.5) * 0.02)).toPrecision(6));
  instrument.price = close;
  const volume = isSilent ? 0 : random() * 10 ** Math.floor(random() * 5);
  const share = random();
  return {
    instrument: instrument.name,
    openTime,
    open,
    high: Math.max(open, close) * (isSilent ? 1 : 1 + random() * 0.003),
    low: Math.min(open, close) * (isSilent ? 1 : 1 - random() * 0.003),
    close,
    volume,
    quoteVolume: volume * ((open + close) / 2),
    trades: isSilent ? 0 : Math.floor(random() * 1_000),
    takerBuyVolume: volume * share,
    takerBuyQuoteVolume: volume * share * open,
    source: isSilent ? 'synthetic' : 'stream',
  };
}

/** One of the last minutes was otherwise, or is there after all. */
function correctOne(
  { name, said, price }: Instrument,
  random: Random,
  add: (key: string, value: Buffer, at: number) => void,
): void {
  const wrong = said[Math.floor(random() * said.length)];
  if (wrong === undefined) return;
  const { openTime } = wrong;
  const candle = nextCandle({ name, said, price: wrong.candle?.open ?? price, isPrimed: true }, openTime, random);
  const corrected = { ...candle, source: 'rest' } as const;
  const { source: _, instrument: __, openTime: ___, ...before } = wrong.candle ?? candle;
  const previous = wrong.candle === null ? null : before;
  add(name, encodeEvent('KlineCorrected', { ...corrected, previous, reason: 'chaos' }), openTime + minuteMs - 1);
  wrong.candle = corrected;
}

/** Hours before the first candle, so that indicators with long memories are warm. */
function primedBars({ name, price }: Instrument, openTime: number, random: Random): BarsPrimed {
  const last = Math.floor(openTime / hourMs) * hourMs;
  const bars = Array.from({ length: barsPrimedCount }, (_, index) =>
    nextCandle({ name, price, isPrimed: true, said: [] }, last - (barsPrimedCount - index) * hourMs, random),
  );
  return { instrument: name, interval: '1h', ...columnsOfCandles(bars) };
}
