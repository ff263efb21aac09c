// Generated from schemas/ by `npm run generate`. Do not edit.

import type { ByteReader } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';
import { readWindow, type Window, writeWindow } from './metrics-closed.ts';

/** Price and windows including the candle in progress. Never final, never stored. Topic metrics.live, key: instrument, timestamp: eventTime. */
export interface MetricsLive {
  /** exchange:market:symbol */
  readonly instrument: string;
  /** First millisecond of the minute in progress, UTC */
  readonly openTime: number;
  /** When the exchange sent the price */
  readonly eventTime: number;
  /** Latest price */
  readonly price: number;
  /** The last N - 1 closed minutes and the one in progress */
  readonly windows: readonly Window[];
  /** Always false: the minute is not over */
  readonly final?: boolean | undefined;
}

export function writeMetricsLive(to: ByteWriter, event: MetricsLive): void {
  to.string(event.instrument);
  to.long(event.openTime);
  to.long(event.eventTime);
  to.double(event.price);
  writeMetricsLiveWindows(to, event.windows);
  to.boolean(event.final === undefined ? false : event.final);
}

export function readMetricsLive(from: ByteReader): MetricsLive {
  return {
    instrument: from.string(),
    openTime: from.long(),
    eventTime: from.long(),
    price: from.double(),
    windows: readMetricsLiveWindows(from),
    final: from.boolean(),
  };
}

function writeMetricsLiveWindows(to: ByteWriter, items: readonly Window[]): void {
  to.count(items.length);
  for (const item of items) writeWindow(to, item);
  if (items.length > 0) to.end();
}

function readMetricsLiveWindows(from: ByteReader): readonly Window[] {
  const items: Window[] = [];
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) items.push(readWindow(from));
  }
  return items;
}

/** The Avro schema of MetricsLive, standing alone. */
export const metricsLiveText =
  "{\"type\":\"record\",\"name\":\"MetricsLive\",\"namespace\":\"screener\",\"doc\":\"Price and windows including the candle in progress. Never final, never stored. Topic metrics.live, key: instrument, timestamp: eventTime.\",\"fields\":[{\"name\":\"instrument\",\"type\":\"string\",\"doc\":\"exchange:market:symbol\"},{\"name\":\"openTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"First millisecond of the minute in progress, UTC\"},{\"name\":\"eventTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"When the exchange sent the price\"},{\"name\":\"price\",\"type\":\"double\",\"doc\":\"Latest price\"},{\"name\":\"windows\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"Window\",\"doc\":\"One rolling window\",\"fields\":[{\"name\":\"minutes\",\"type\":\"int\",\"doc\":\"Length N\"},{\"name\":\"open\",\"type\":\"double\",\"doc\":\"Open of the oldest candle\"},{\"name\":\"oldestClose\",\"type\":\"double\",\"doc\":\"Close of the oldest candle (for CHANGE_BASIS=oldest-close)\"},{\"name\":\"high\",\"type\":\"double\",\"doc\":\"Highest high\"},{\"name\":\"low\",\"type\":\"double\",\"doc\":\"Lowest low\"},{\"name\":\"close\",\"type\":\"double\",\"doc\":\"Close of the newest candle\"},{\"name\":\"volume\",\"type\":\"double\",\"doc\":\"Sum of base volumes, correctly rounded\"},{\"name\":\"quoteVolume\",\"type\":\"double\",\"doc\":\"Sum of quote volumes, correctly rounded\"},{\"name\":\"trades\",\"type\":\"long\",\"doc\":\"Sum of trades\"},{\"name\":\"takerBuyQuoteVolume\",\"type\":\"double\",\"doc\":\"Sum of taker buy quote volumes, correctly rounded\"}]}},\"doc\":\"The last N - 1 closed minutes and the one in progress\"},{\"name\":\"final\",\"type\":\"boolean\",\"default\":false,\"doc\":\"Always false: the minute is not over\"}]}";

