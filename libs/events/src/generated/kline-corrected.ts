// Generated from schemas/ by `npm run generate`. Do not edit.

import type { ByteReader } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';

/** The exchange states a closed minute otherwise than the log did until now. Of several corrections of one minute the last counts. Topic klines.closed, key: instrument, timestamp: openTime + 59 999 ms. */
export interface KlineCorrected {
  /** exchange:market:symbol */
  readonly instrument: string;
  /** First millisecond of the corrected minute, UTC */
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
  /** What the log said of this minute until now; null where it had a gap */
  readonly previous: null | KlineValues;
  /** What differed and how it was noticed, for people */
  readonly reason: string;
  /** How we learned of the new numbers: pushed or fetched */
  readonly source: CorrectionSource;
}

/** The numbers of a one-minute candle */
export interface KlineValues {
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
}

/** CorrectionSource */
export type CorrectionSource = 'stream' | 'rest';

export function writeKlineCorrected(to: ByteWriter, event: KlineCorrected): void {
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
  writeKlineCorrectedPrevious(to, event.previous);
  to.string(event.reason);
  writeCorrectionSource(to, event.source);
}

export function readKlineCorrected(from: ByteReader): KlineCorrected {
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
    previous: readKlineCorrectedPrevious(from),
    reason: from.string(),
    source: readCorrectionSource(from),
  };
}

function writeKlineCorrectedPrevious(to: ByteWriter, value: null | KlineValues): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  writeKlineValues(to, value);
}

function readKlineCorrectedPrevious(from: ByteReader): null | KlineValues {
  return from.index(2) === 0 ? null : readKlineValues(from);
}

export function writeKlineValues(to: ByteWriter, event: KlineValues): void {
  to.double(event.open);
  to.double(event.high);
  to.double(event.low);
  to.double(event.close);
  to.double(event.volume);
  to.double(event.quoteVolume);
  to.long(event.trades);
  to.double(event.takerBuyVolume);
  to.double(event.takerBuyQuoteVolume);
}

export function readKlineValues(from: ByteReader): KlineValues {
  return {
    open: from.double(),
    high: from.double(),
    low: from.double(),
    close: from.double(),
    volume: from.double(),
    quoteVolume: from.double(),
    trades: from.long(),
    takerBuyVolume: from.double(),
    takerBuyQuoteVolume: from.double(),
  };
}

const symbolsOfCorrectionSource: readonly CorrectionSource[] = ['stream', 'rest'];
const indicesOfCorrectionSource: ReadonlyMap<string, number> = new Map([['stream', 0], ['rest', 1]]);
export const writeCorrectionSource = (to: ByteWriter, symbol: CorrectionSource): void => to.symbol(indicesOfCorrectionSource.get(symbol), symbol);
export const readCorrectionSource = (from: ByteReader): CorrectionSource => symbolsOfCorrectionSource[from.index(2)] as CorrectionSource;

/** The Avro schema of KlineCorrected, standing alone. */
export const klineCorrectedText =
  "{\"type\":\"record\",\"name\":\"KlineCorrected\",\"namespace\":\"screener\",\"doc\":\"The exchange states a closed minute otherwise than the log did until now. Of several corrections of one minute the last counts. Topic klines.closed, key: instrument, timestamp: openTime + 59 999 ms.\",\"fields\":[{\"name\":\"instrument\",\"type\":\"string\",\"doc\":\"exchange:market:symbol\"},{\"name\":\"openTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"First millisecond of the corrected minute, UTC\"},{\"name\":\"open\",\"type\":\"double\",\"doc\":\"Price of the first trade\"},{\"name\":\"high\",\"type\":\"double\",\"doc\":\"Highest price\"},{\"name\":\"low\",\"type\":\"double\",\"doc\":\"Lowest price\"},{\"name\":\"close\",\"type\":\"double\",\"doc\":\"Price of the last trade\"},{\"name\":\"volume\",\"type\":\"double\",\"doc\":\"Traded amount in the base asset\"},{\"name\":\"quoteVolume\",\"type\":\"double\",\"doc\":\"Traded amount in the quote asset\"},{\"name\":\"trades\",\"type\":\"long\",\"doc\":\"Number of trades\"},{\"name\":\"takerBuyVolume\",\"type\":\"double\",\"doc\":\"Part of volume where the buyer was the taker\"},{\"name\":\"takerBuyQuoteVolume\",\"type\":\"double\",\"doc\":\"Part of quoteVolume where the buyer was the taker\"},{\"name\":\"previous\",\"doc\":\"What the log said of this minute until now; null where it had a gap\",\"type\":[\"null\",{\"type\":\"record\",\"name\":\"KlineValues\",\"doc\":\"The numbers of a one-minute candle\",\"fields\":[{\"name\":\"open\",\"type\":\"double\",\"doc\":\"Price of the first trade\"},{\"name\":\"high\",\"type\":\"double\",\"doc\":\"Highest price\"},{\"name\":\"low\",\"type\":\"double\",\"doc\":\"Lowest price\"},{\"name\":\"close\",\"type\":\"double\",\"doc\":\"Price of the last trade\"},{\"name\":\"volume\",\"type\":\"double\",\"doc\":\"Traded amount in the base asset\"},{\"name\":\"quoteVolume\",\"type\":\"double\",\"doc\":\"Traded amount in the quote asset\"},{\"name\":\"trades\",\"type\":\"long\",\"doc\":\"Number of trades\"},{\"name\":\"takerBuyVolume\",\"type\":\"double\",\"doc\":\"Part of volume where the buyer was the taker\"},{\"name\":\"takerBuyQuoteVolume\",\"type\":\"double\",\"doc\":\"Part of quoteVolume where the buyer was the taker\"}]}]},{\"name\":\"reason\",\"type\":\"string\",\"doc\":\"What differed and how it was noticed, for people\"},{\"name\":\"source\",\"type\":{\"type\":\"enum\",\"name\":\"CorrectionSource\",\"symbols\":[\"stream\",\"rest\"]},\"doc\":\"How we learned of the new numbers: pushed or fetched\"}]}";

