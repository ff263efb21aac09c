// Generated from schemas/ by `npm run generate`. Do not edit.

import type { ByteReader } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';

/** The candle in progress, at most one a second per instrument, latest wins. Topic klines.live, key: instrument, timestamp: eventTime. */
export interface KlineLive {
  /** exchange:market:symbol */
  readonly instrument: string;
  /** First millisecond of the minute in progress, UTC */
  readonly openTime: number;
  /** When the exchange sent it */
  readonly eventTime: number;
  /** Price of the first trade */
  readonly open: number;
  /** Highest price so far */
  readonly high: number;
  /** Lowest price so far */
  readonly low: number;
  /** Latest price */
  readonly close: number;
  /** Traded amount so far in the base asset */
  readonly volume: number;
  /** Traded amount so far in the quote asset */
  readonly quoteVolume: number;
  /** Number of trades so far */
  readonly trades: number;
  /** Part of quoteVolume so far where the buyer was the taker */
  readonly takerBuyQuoteVolume: number;
  /** Always false: the minute is in progress, and any of this may still change; the closed candle is in klines.closed */
  readonly final?: boolean | undefined;
}

export function writeKlineLive(to: ByteWriter, event: KlineLive): void {
  to.string(event.instrument);
  to.long(event.openTime);
  to.long(event.eventTime);
  to.double(event.open);
  to.double(event.high);
  to.double(event.low);
  to.double(event.close);
  to.double(event.volume);
  to.double(event.quoteVolume);
  to.long(event.trades);
  to.double(event.takerBuyQuoteVolume);
  to.boolean(event.final === undefined ? false : event.final);
}

export function readKlineLive(from: ByteReader): KlineLive {
  return {
    instrument: from.string(),
    openTime: from.long(),
    eventTime: from.long(),
    open: from.double(),
    high: from.double(),
    low: from.double(),
    close: from.double(),
    volume: from.double(),
    quoteVolume: from.double(),
    trades: from.long(),
    takerBuyQuoteVolume: from.double(),
    final: from.boolean(),
  };
}

/** The Avro schema of KlineLive, standing alone. */
export const klineLiveText =
  "{\"type\":\"record\",\"name\":\"KlineLive\",\"namespace\":\"screener\",\"doc\":\"The candle in progress, at most one a second per instrument, latest wins. Topic klines.live, key: instrument, timestamp: eventTime.\",\"fields\":[{\"name\":\"instrument\",\"type\":\"string\",\"doc\":\"exchange:market:symbol\"},{\"name\":\"openTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"First millisecond of the minute in progress, UTC\"},{\"name\":\"eventTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"When the exchange sent it\"},{\"name\":\"open\",\"type\":\"double\",\"doc\":\"Price of the first trade\"},{\"name\":\"high\",\"type\":\"double\",\"doc\":\"Highest price so far\"},{\"name\":\"low\",\"type\":\"double\",\"doc\":\"Lowest price so far\"},{\"name\":\"close\",\"type\":\"double\",\"doc\":\"Latest price\"},{\"name\":\"volume\",\"type\":\"double\",\"doc\":\"Traded amount so far in the base asset\"},{\"name\":\"quoteVolume\",\"type\":\"double\",\"doc\":\"Traded amount so far in the quote asset\"},{\"name\":\"trades\",\"type\":\"long\",\"doc\":\"Number of trades so far\"},{\"name\":\"takerBuyQuoteVolume\",\"type\":\"double\",\"doc\":\"Part of quoteVolume so far where the buyer was the taker\"},{\"name\":\"final\",\"type\":\"boolean\",\"default\":false,\"doc\":\"Always false: the minute is in progress, and any of this may still change; the closed candle is in klines.closed\"}]}";

