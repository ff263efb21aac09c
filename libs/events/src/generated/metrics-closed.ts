// Generated from schemas/ by `npm run generate`. Do not edit.

import type { ByteReader } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';

/** Everything computed for an instrument as of a closed minute. What can be derived (change, vwap, vcp, pivots) is derived on read. Topic metrics.closed, key: instrument, timestamp: openTime + 59 999 ms. */
export interface MetricsClosed {
  /** exchange:market:symbol */
  readonly instrument: string;
  /** First millisecond of the newest closed minute contained, UTC */
  readonly openTime: number;
  /** Close of that minute */
  readonly price: number;
  /** Rolling windows of the last N closed minutes, only those that are full, ascending */
  readonly windows: readonly Window[];
  /** Indicators as of the last closed bar of each interval; an interval is listed once one of its values is warm */
  readonly indicators: readonly BarIndicators[];
}

/** One rolling window */
export interface Window {
  /** Length N */
  readonly minutes: number;
  /** Open of the oldest candle */
  readonly open: number;
  /** Close of the oldest candle (for CHANGE_BASIS=oldest-close) */
  readonly oldestClose: number;
  /** Highest high */
  readonly high: number;
  /** Lowest low */
  readonly low: number;
  /** Close of the newest candle */
  readonly close: number;
  /** Sum of base volumes, correctly rounded */
  readonly volume: number;
  /** Sum of quote volumes, correctly rounded */
  readonly quoteVolume: number;
  /** Sum of trades */
  readonly trades: number;
  /** Sum of taker buy quote volumes, correctly rounded */
  readonly takerBuyQuoteVolume: number;
}

/** Indicators of one bar interval */
export interface BarIndicators {
  /** Bar length, for example 1h */
  readonly interval: string;
  /** Open time of the last closed bar */
  readonly barOpenTime: number;
  /** RSI(14), Wilder; null while not warm */
  readonly rsi?: null | number | undefined;
}

export function writeMetricsClosed(to: ByteWriter, event: MetricsClosed): void {
  to.string(event.instrument);
  to.long(event.openTime);
  to.double(event.price);
  writeMetricsClosedWindows(to, event.windows);
  writeMetricsClosedIndicators(to, event.indicators);
}

export function readMetricsClosed(from: ByteReader): MetricsClosed {
  return {
    instrument: from.string(),
    openTime: from.long(),
    price: from.double(),
    windows: readMetricsClosedWindows(from),
    indicators: readMetricsClosedIndicators(from),
  };
}

function writeMetricsClosedWindows(to: ByteWriter, items: readonly Window[]): void {
  to.count(items.length);
  for (const item of items) writeWindow(to, item);
  if (items.length > 0) to.end();
}

function readMetricsClosedWindows(from: ByteReader): readonly Window[] {
  const items: Window[] = [];
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) items.push(readWindow(from));
  }
  return items;
}

function writeMetricsClosedIndicators(to: ByteWriter, items: readonly BarIndicators[]): void {
  to.count(items.length);
  for (const item of items) writeBarIndicators(to, item);
  if (items.length > 0) to.end();
}

function readMetricsClosedIndicators(from: ByteReader): readonly BarIndicators[] {
  const items: BarIndicators[] = [];
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) items.push(readBarIndicators(from));
  }
  return items;
}

export function writeWindow(to: ByteWriter, event: Window): void {
  to.int(event.minutes);
  to.double(event.open);
  to.double(event.oldestClose);
  to.double(event.high);
  to.double(event.low);
  to.double(event.close);
  to.double(event.volume);
  to.double(event.quoteVolume);
  to.long(event.trades);
  to.double(event.takerBuyQuoteVolume);
}

export function readWindow(from: ByteReader): Window {
  return {
    minutes: from.int(),
    open: from.double(),
    oldestClose: from.double(),
    high: from.double(),
    low: from.double(),
    close: from.double(),
    volume: from.double(),
    quoteVolume: from.double(),
    trades: from.long(),
    takerBuyQuoteVolume: from.double(),
  };
}

export function writeBarIndicators(to: ByteWriter, event: BarIndicators): void {
  to.string(event.interval);
  to.long(event.barOpenTime);
  writeBarIndicatorsRsi(to, event.rsi === undefined ? null : event.rsi);
}

export function readBarIndicators(from: ByteReader): BarIndicators {
  return {
    interval: from.string(),
    barOpenTime: from.long(),
    rsi: readBarIndicatorsRsi(from),
  };
}

function writeBarIndicatorsRsi(to: ByteWriter, value: null | number): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  to.double(value);
}

function readBarIndicatorsRsi(from: ByteReader): null | number {
  return from.index(2) === 0 ? null : from.double();
}

/** The Avro schema of MetricsClosed, standing alone. */
export const metricsClosedText =
  "{\"type\":\"record\",\"name\":\"MetricsClosed\",\"namespace\":\"screener\",\"doc\":\"Everything computed for an instrument as of a closed minute. What can be derived (change, vwap, vcp, pivots) is derived on read. Topic metrics.closed, key: instrument, timestamp: openTime + 59 999 ms.\",\"fields\":[{\"name\":\"instrument\",\"type\":\"string\",\"doc\":\"exchange:market:symbol\"},{\"name\":\"openTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"First millisecond of the newest closed minute contained, UTC\"},{\"name\":\"price\",\"type\":\"double\",\"doc\":\"Close of that minute\"},{\"name\":\"windows\",\"doc\":\"Rolling windows of the last N closed minutes, only those that are full, ascending\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"Window\",\"doc\":\"One rolling window\",\"fields\":[{\"name\":\"minutes\",\"type\":\"int\",\"doc\":\"Length N\"},{\"name\":\"open\",\"type\":\"double\",\"doc\":\"Open of the oldest candle\"},{\"name\":\"oldestClose\",\"type\":\"double\",\"doc\":\"Close of the oldest candle (for CHANGE_BASIS=oldest-close)\"},{\"name\":\"high\",\"type\":\"double\",\"doc\":\"Highest high\"},{\"name\":\"low\",\"type\":\"double\",\"doc\":\"Lowest low\"},{\"name\":\"close\",\"type\":\"double\",\"doc\":\"Close of the newest candle\"},{\"name\":\"volume\",\"type\":\"double\",\"doc\":\"Sum of base volumes, correctly rounded\"},{\"name\":\"quoteVolume\",\"type\":\"double\",\"doc\":\"Sum of quote volumes, correctly rounded\"},{\"name\":\"trades\",\"type\":\"long\",\"doc\":\"Sum of trades\"},{\"name\":\"takerBuyQuoteVolume\",\"type\":\"double\",\"doc\":\"Sum of taker buy quote volumes, correctly rounded\"}]}}},{\"name\":\"indicators\",\"doc\":\"Indicators as of the last closed bar of each interval; an interval is listed once one of its values is warm\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"BarIndicators\",\"doc\":\"Indicators of one bar interval\",\"fields\":[{\"name\":\"interval\",\"type\":\"string\",\"doc\":\"Bar length, for example 1h\"},{\"name\":\"barOpenTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Open time of the last closed bar\"},{\"name\":\"rsi\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"RSI(14), Wilder; null while not warm\"}]}}}]}";

