// Generated from schemas/ by `npm run generate`. Do not edit.

import type { ByteReader } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';

/** Closed bars of one interval, fetched to warm indicators up that reach further back than the one-minute candles. Column by column: the same place in every list is the same bar. Topic bars.primed (compacted), key: instrument/interval, in the partition of the instrument; and topic klines.closed, key: instrument, where the calculator reads it in order. Timestamp: last millisecond of the newest bar. */
export interface BarsPrimed {
  /** exchange:market:symbol */
  readonly instrument: string;
  /** Length of the bars: 5m, 15m, 30m, 1h, 4h, 8h, 1d or 1w */
  readonly interval: string;
  /** First millisecond of each bar, UTC, ascending; bars that the exchange does not have are left out */
  readonly openTime: readonly number[];
  /** Price of the first trade of each bar */
  readonly open: readonly number[];
  /** Highest price of each bar */
  readonly high: readonly number[];
  /** Lowest price of each bar */
  readonly low: readonly number[];
  /** Price of the last trade of each bar */
  readonly close: readonly number[];
  /** Traded amount of each bar in the base asset */
  readonly volume: readonly number[];
  /** Traded amount of each bar in the quote asset */
  readonly quoteVolume: readonly number[];
  /** Number of trades of each bar */
  readonly trades: readonly number[];
  /** Part of volume where the buyer was the taker */
  readonly takerBuyVolume: readonly number[];
  /** Part of quoteVolume where the buyer was the taker */
  readonly takerBuyQuoteVolume: readonly number[];
}

export function writeBarsPrimed(to: ByteWriter, event: BarsPrimed): void {
  to.string(event.instrument);
  to.string(event.interval);
  writeBarsPrimedOpenTime(to, event.openTime);
  writeBarsPrimedOpen(to, event.open);
  writeBarsPrimedHigh(to, event.high);
  writeBarsPrimedLow(to, event.low);
  writeBarsPrimedClose(to, event.close);
  writeBarsPrimedVolume(to, event.volume);
  writeBarsPrimedQuoteVolume(to, event.quoteVolume);
  writeBarsPrimedTrades(to, event.trades);
  writeBarsPrimedTakerBuyVolume(to, event.takerBuyVolume);
  writeBarsPrimedTakerBuyQuoteVolume(to, event.takerBuyQuoteVolume);
}

export function readBarsPrimed(from: ByteReader): BarsPrimed {
  return {
    instrument: from.string(),
    interval: from.string(),
    openTime: readBarsPrimedOpenTime(from),
    open: readBarsPrimedOpen(from),
    high: readBarsPrimedHigh(from),
    low: readBarsPrimedLow(from),
    close: readBarsPrimedClose(from),
    volume: readBarsPrimedVolume(from),
    quoteVolume: readBarsPrimedQuoteVolume(from),
    trades: readBarsPrimedTrades(from),
    takerBuyVolume: readBarsPrimedTakerBuyVolume(from),
    takerBuyQuoteVolume: readBarsPrimedTakerBuyQuoteVolume(from),
  };
}

function writeBarsPrimedOpenTime(to: ByteWriter, items: readonly number[]): void {
  to.count(items.length);
  for (const item of items) to.long(item);
  if (items.length > 0) to.end();
}

function readBarsPrimedOpenTime(from: ByteReader): readonly number[] {
  const items: number[] = [];
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) items.push(from.long());
  }
  return items;
}

function writeBarsPrimedOpen(to: ByteWriter, items: readonly number[]): void {
  to.count(items.length);
  for (const item of items) to.double(item);
  if (items.length > 0) to.end();
}

function readBarsPrimedOpen(from: ByteReader): readonly number[] {
  const items: number[] = [];
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) items.push(from.double());
  }
  return items;
}

function writeBarsPrimedHigh(to: ByteWriter, items: readonly number[]): void {
  to.count(items.length);
  for (const item of items) to.double(item);
  if (items.length > 0) to.end();
}

function readBarsPrimedHigh(from: ByteReader): readonly number[] {
  const items: number[] = [];
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) items.push(from.double());
  }
  return items;
}

function writeBarsPrimedLow(to: ByteWriter, items: readonly number[]): void {
  to.count(items.length);
  for (const item of items) to.double(item);
  if (items.length > 0) to.end();
}

function readBarsPrimedLow(from: ByteReader): readonly number[] {
  const items: number[] = [];
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) items.push(from.double());
  }
  return items;
}

function writeBarsPrimedClose(to: ByteWriter, items: readonly number[]): void {
  to.count(items.length);
  for (const item of items) to.double(item);
  if (items.length > 0) to.end();
}

function readBarsPrimedClose(from: ByteReader): readonly number[] {
  const items: number[] = [];
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) items.push(from.double());
  }
  return items;
}

function writeBarsPrimedVolume(to: ByteWriter, items: readonly number[]): void {
  to.count(items.length);
  for (const item of items) to.double(item);
  if (items.length > 0) to.end();
}

function readBarsPrimedVolume(from: ByteReader): readonly number[] {
  const items: number[] = [];
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) items.push(from.double());
  }
  return items;
}

function writeBarsPrimedQuoteVolume(to: ByteWriter, items: readonly number[]): void {
  to.count(items.length);
  for (const item of items) to.double(item);
  if (items.length > 0) to.end();
}

function readBarsPrimedQuoteVolume(from: ByteReader): readonly number[] {
  const items: number[] = [];
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) items.push(from.double());
  }
  return items;
}

function writeBarsPrimedTrades(to: ByteWriter, items: readonly number[]): void {
  to.count(items.length);
  for (const item of items) to.long(item);
  if (items.length > 0) to.end();
}

function readBarsPrimedTrades(from: ByteReader): readonly number[] {
  const items: number[] = [];
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) items.push(from.long());
  }
  return items;
}

function writeBarsPrimedTakerBuyVolume(to: ByteWriter, items: readonly number[]): void {
  to.count(items.length);
  for (const item of items) to.double(item);
  if (items.length > 0) to.end();
}

function readBarsPrimedTakerBuyVolume(from: ByteReader): readonly number[] {
  const items: number[] = [];
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) items.push(from.double());
  }
  return items;
}

function writeBarsPrimedTakerBuyQuoteVolume(to: ByteWriter, items: readonly number[]): void {
  to.count(items.length);
  for (const item of items) to.double(item);
  if (items.length > 0) to.end();
}

function readBarsPrimedTakerBuyQuoteVolume(from: ByteReader): readonly number[] {
  const items: number[] = [];
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) items.push(from.double());
  }
  return items;
}

/** The Avro schema of BarsPrimed, standing alone. */
export const barsPrimedText =
  "{\"type\":\"record\",\"name\":\"BarsPrimed\",\"namespace\":\"screener\",\"doc\":\"Closed bars of one interval, fetched to warm indicators up that reach further back than the one-minute candles. Column by column: the same place in every list is the same bar. Topic bars.primed (compacted), key: instrument/interval, in the partition of the instrument; and topic klines.closed, key: instrument, where the calculator reads it in order. Timestamp: last millisecond of the newest bar.\",\"fields\":[{\"name\":\"instrument\",\"type\":\"string\",\"doc\":\"exchange:market:symbol\"},{\"name\":\"interval\",\"type\":\"string\",\"doc\":\"Length of the bars: 5m, 15m, 30m, 1h, 4h, 8h, 1d or 1w\"},{\"name\":\"openTime\",\"type\":{\"type\":\"array\",\"items\":\"long\"},\"doc\":\"First millisecond of each bar, UTC, ascending; bars that the exchange does not have are left out\"},{\"name\":\"open\",\"type\":{\"type\":\"array\",\"items\":\"double\"},\"doc\":\"Price of the first trade of each bar\"},{\"name\":\"high\",\"type\":{\"type\":\"array\",\"items\":\"double\"},\"doc\":\"Highest price of each bar\"},{\"name\":\"low\",\"type\":{\"type\":\"array\",\"items\":\"double\"},\"doc\":\"Lowest price of each bar\"},{\"name\":\"close\",\"type\":{\"type\":\"array\",\"items\":\"double\"},\"doc\":\"Price of the last trade of each bar\"},{\"name\":\"volume\",\"type\":{\"type\":\"array\",\"items\":\"double\"},\"doc\":\"Traded amount of each bar in the base asset\"},{\"name\":\"quoteVolume\",\"type\":{\"type\":\"array\",\"items\":\"double\"},\"doc\":\"Traded amount of each bar in the quote asset\"},{\"name\":\"trades\",\"type\":{\"type\":\"array\",\"items\":\"long\"},\"doc\":\"Number of trades of each bar\"},{\"name\":\"takerBuyVolume\",\"type\":{\"type\":\"array\",\"items\":\"double\"},\"doc\":\"Part of volume where the buyer was the taker\"},{\"name\":\"takerBuyQuoteVolume\",\"type\":{\"type\":\"array\",\"items\":\"double\"},\"doc\":\"Part of quoteVolume where the buyer was the taker\"}]}";

