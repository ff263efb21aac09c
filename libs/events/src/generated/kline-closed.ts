// Generated from schemas/ by `npm run generate`. Do not edit.

import type { ByteReader } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';

/** A one-minute candle that will not change any more. Topic klines.closed and klines.history, key: instrument, timestamp: openTime + 59 999 ms. */
export interface KlineClosed {
  /** exchange:market:symbol, for example binance:usdm:BTCUSDT */
  readonly instrument: string;
  /** First millisecond of the minute, UTC */
  readonly openTime: number;
  /** Price of the first trade */
  readonly open: number;
  /** Highest price */
  readonly high: number;
  /** Lowest price */
  readonly low: number;
  /** Price of the last trade */
  readonly close: number;
  /** Traded amount in the base asset */
  readonly volume: number;
  /** Traded amount in the quote asset */
  readonly quoteVolume: number;
  /** Number of trades */
  readonly trades: number;
  /** Part of volume where the buyer was the taker */
  readonly takerBuyVolume: number;
  /** Part of quoteVolume where the buyer was the taker */
  readonly takerBuyQuoteVolume: number;
  /** How we learned of it: pushed, fetched, or a flat candle for a minute without trades */
  readonly source: KlineSource;
}

/** KlineSource */
export type KlineSource = 'stream' | 'rest' | 'synthetic';

export function writeKlineClosed(to: ByteWriter, event: KlineClosed): void {
  to.string(event.instrument);
  to.long(event.openTime);
  to.double(event.open);
  to.double(event.high);
  to.double(event.low);
  to.double(event.close);
  to.double(event.volume);
  to.double(event.quoteVolume);
  to.long(event.trades);
  to.double(event.takerBuyVolume);
  to.double(event.takerBuyQuoteVolume);
  writeKlineSource(to, event.source);
}

export function readKlineClosed(from: ByteReader): KlineClosed {
  return {
    instrument: from.string(),
    openTime: from.long(),
    open: from.double(),
    high: from.double(),
    low: from.double(),
    close: from.double(),
    volume: from.double(),
    quoteVolume: from.double(),
    trades: from.long(),
    takerBuyVolume: from.double(),
    takerBuyQuoteVolume: from.double(),
    source: readKlineSource(from),
  };
}

const symbolsOfKlineSource: readonly KlineSource[] = ['stream', 'rest', 'synthetic'];
const indicesOfKlineSource: ReadonlyMap<string, number> = new Map([['stream', 0], ['rest', 1], ['synthetic', 2]]);
export const writeKlineSource = (to: ByteWriter, symbol: KlineSource): void => to.symbol(indicesOfKlineSource.get(symbol), symbol);
export const readKlineSource = (from: ByteReader): KlineSource => symbolsOfKlineSource[from.index(3)] as KlineSource;

/** The Avro schema of KlineClosed, standing alone. */
export const klineClosedText =
  "{\"type\":\"record\",\"name\":\"KlineClosed\",\"namespace\":\"screener\",\"doc\":\"A one-minute candle that will not change any more. Topic klines.closed and klines.history, key: instrument, timestamp: openTime + 59 999 ms.\",\"fields\":[{\"name\":\"instrument\",\"type\":\"string\",\"doc\":\"exchange:market:symbol, for example binance:usdm:BTCUSDT\"},{\"name\":\"openTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"First millisecond of the minute, UTC\"},{\"name\":\"open\",\"type\":\"double\",\"doc\":\"Price of the first trade\"},{\"name\":\"high\",\"type\":\"double\",\"doc\":\"Highest price\"},{\"name\":\"low\",\"type\":\"double\",\"doc\":\"Lowest price\"},{\"name\":\"close\",\"type\":\"double\",\"doc\":\"Price of the last trade\"},{\"name\":\"volume\",\"type\":\"double\",\"doc\":\"Traded amount in the base asset\"},{\"name\":\"quoteVolume\",\"type\":\"double\",\"doc\":\"Traded amount in the quote asset\"},{\"name\":\"trades\",\"type\":\"long\",\"doc\":\"Number of trades\"},{\"name\":\"takerBuyVolume\",\"type\":\"double\",\"doc\":\"Part of volume where the buyer was the taker\"},{\"name\":\"takerBuyQuoteVolume\",\"type\":\"double\",\"doc\":\"Part of quoteVolume where the buyer was the taker\"},{\"name\":\"source\",\"type\":{\"type\":\"enum\",\"name\":\"KlineSource\",\"symbols\":[\"stream\",\"rest\",\"synthetic\"]},\"doc\":\"How we learned of it: pushed, fetched, or a flat candle for a minute without trades\"}]}";

