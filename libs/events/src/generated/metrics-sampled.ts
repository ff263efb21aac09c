// Generated from schemas/ by `npm run generate`. Do not edit.

import type { ByteReader } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';
import { readWindow, type Window, writeWindow } from './metrics-closed.ts';

/** A price in progress on which a rule decided something, put among the closed minutes so that every replay meets it where the alerter did. Topic metrics.closed, key: instrument, timestamp: openTime - 1 ms, for it is decided by what was in force when the minute before closed. */
export interface MetricsSampled {
  /** exchange:market:symbol */
  readonly instrument: string;
  /** First millisecond of the minute in progress, UTC */
  readonly openTime: number;
  /** When the exchange sent the price, within the minute */
  readonly eventTime: number;
  /** Latest price */
  readonly price: number;
  /** Highest price of the minute so far */
  readonly high: number;
  /** Lowest price of the minute so far */
  readonly low: number;
  /** The last N - 1 closed minutes and the one in progress */
  readonly windows: readonly Window[];
  /** Event time of the price before, with which the range of highest and lowest begins */
  readonly since: number;
  /** The price before; null where none was known */
  readonly priceBefore: null | number;
  /** Highest price since the price before */
  readonly highest: number;
  /** Lowest price since the price before */
  readonly lowest: number;
}

export function writeMetricsSampled(to: ByteWriter, event: MetricsSampled): void {
  to.string(event.instrument);
  to.long(event.openTime);
  to.long(event.eventTime);
  to.double(event.price);
  to.double(event.high);
  to.double(event.low);
  writeMetricsSampledWindows(to, event.windows);
  to.long(event.since);
  to.optionalDouble(event.priceBefore);
  to.double(event.highest);
  to.double(event.lowest);
}

export function readMetricsSampled(from: ByteReader): MetricsSampled {
  return {
    instrument: from.string(),
    openTime: from.long(),
    eventTime: from.long(),
    price: from.double(),
    high: from.double(),
    low: from.double(),
    windows: readMetricsSampledWindows(from),
    since: from.long(),
    priceBefore: from.optionalDouble(),
    highest: from.double(),
    lowest: from.double(),
  };
}

function writeMetricsSampledWindows(to: ByteWriter, items: readonly Window[]): void {
  to.count(items.length);
  for (const item of items) writeWindow(to, item);
  if (items.length > 0) to.end();
}

function readMetricsSampledWindows(from: ByteReader): readonly Window[] {
  const items: Window[] = [];
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) items.push(readWindow(from));
  }
  return items;
}

/** The Avro schema of MetricsSampled, standing alone. */
export const metricsSampledText =
  "{\"type\":\"record\",\"name\":\"MetricsSampled\",\"namespace\":\"screener\",\"doc\":\"A price in progress on which a rule decided something, put among the closed minutes so that every replay meets it where the alerter did. Topic metrics.closed, key: instrument, timestamp: openTime - 1 ms, for it is decided by what was in force when the minute before closed.\",\"fields\":[{\"name\":\"instrument\",\"type\":\"string\",\"doc\":\"exchange:market:symbol\"},{\"name\":\"openTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"First millisecond of the minute in progress, UTC\"},{\"name\":\"eventTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"When the exchange sent the price, within the minute\"},{\"name\":\"price\",\"type\":\"double\",\"doc\":\"Latest price\"},{\"name\":\"high\",\"type\":\"double\",\"doc\":\"Highest price of the minute so far\"},{\"name\":\"low\",\"type\":\"double\",\"doc\":\"Lowest price of the minute so far\"},{\"name\":\"windows\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"Window\",\"doc\":\"One rolling window\",\"fields\":[{\"name\":\"minutes\",\"type\":\"int\",\"doc\":\"Length N\"},{\"name\":\"open\",\"type\":\"double\",\"doc\":\"Open of the oldest candle\"},{\"name\":\"oldestClose\",\"type\":\"double\",\"doc\":\"Close of the oldest candle (for CHANGE_BASIS=oldest-close)\"},{\"name\":\"high\",\"type\":\"double\",\"doc\":\"Highest high\"},{\"name\":\"low\",\"type\":\"double\",\"doc\":\"Lowest low\"},{\"name\":\"close\",\"type\":\"double\",\"doc\":\"Close of the newest candle\"},{\"name\":\"volume\",\"type\":\"double\",\"doc\":\"Sum of base volumes, correctly rounded\"},{\"name\":\"quoteVolume\",\"type\":\"double\",\"doc\":\"Sum of quote volumes, correctly rounded\"},{\"name\":\"trades\",\"type\":\"long\",\"doc\":\"Sum of trades\"},{\"name\":\"takerBuyQuoteVolume\",\"type\":\"double\",\"doc\":\"Sum of taker buy quote volumes, correctly rounded\"}]}},\"doc\":\"The last N - 1 closed minutes and the one in progress\"},{\"name\":\"since\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Event time of the price before, with which the range of highest and lowest begins\"},{\"name\":\"priceBefore\",\"type\":[\"null\",\"double\"],\"doc\":\"The price before; null where none was known\"},{\"name\":\"highest\",\"type\":\"double\",\"doc\":\"Highest price since the price before\"},{\"name\":\"lowest\",\"type\":\"double\",\"doc\":\"Lowest price since the price before\"}]}";

