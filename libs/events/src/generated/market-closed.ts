// Generated from schemas/ by `npm run generate`. Do not edit.

import type { ByteReader } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';

/** Market-wide numbers of a closed minute. Rules for a minute read those of the minute before. Topic market.closed, key: the minute as ISO 8601, timestamp: openTime + 59 999 ms. */
export interface MarketClosed {
  /** First millisecond of the minute, UTC */
  readonly openTime: number;
  /** Partitions of klines.closed that were not waited for any longer: their instruments are not in these numbers */
  readonly missingPartitions: readonly number[];
  /** Instruments whose candle had not come when the minute was closed */
  readonly missing: readonly string[];
  /** Instruments with a candle of this minute */
  readonly instruments: number;
  /** Breadth: share of instruments with a price above their 1h VWAP, 0 to 1, of those that have one; null where none has */
  readonly aboveVwap_1h?: null | number | undefined;
  /** Instruments that rose over the last hour */
  readonly advancing_1h: number;
  /** Instruments that fell over the last hour */
  readonly declining_1h: number;
  /** Instruments that rose over the last day */
  readonly advancing_1d: number;
  /** Instruments that fell over the last day */
  readonly declining_1d: number;
  /** The most traded instrument of Bitcoin against dollars; null where none is watched */
  readonly btc: null | MarketLeader;
  /** The most traded instrument of Ether against dollars; null where none is watched */
  readonly eth: null | MarketLeader;
  /** Where each instrument stands among all and beside Bitcoin, by name. 1 is the highest; equal values share a rank */
  readonly ranks: readonly InstrumentRank[];
}

/** An instrument that the whole market is compared with */
export interface MarketLeader {
  /** exchange:market:symbol */
  readonly instrument: string;
  /** Close of the minute */
  readonly price: number;
  /** Change over the last five minutes in percent; null while the window is not full */
  readonly change_5m?: null | number | undefined;
  /** The same over a quarter of an hour */
  readonly change_15m?: null | number | undefined;
  /** Change over the last hour in percent; null while the window is not full */
  readonly change_1h?: null | number | undefined;
  /** The same over four hours */
  readonly change_4h?: null | number | undefined;
  /** Change over the last day in percent; null while the window is not full */
  readonly change_1d?: null | number | undefined;
}

/** Ranks of one instrument, null where its window is not full, and how it moves with Bitcoin, that is with `btc`: null while fewer than 1,296 of the last 1,440 minutes have a return of both, and where prices do not move */
export interface InstrumentRank {
  /** exchange:market:symbol */
  readonly instrument: string;
  /** Rank of the change over the last five minutes */
  readonly change_5m?: null | number | undefined;
  /** The same over a quarter of an hour */
  readonly change_15m?: null | number | undefined;
  /** Rank of the change over the last hour */
  readonly change_1h?: null | number | undefined;
  /** Rank of the change over the last four hours */
  readonly change_4h?: null | number | undefined;
  /** Rank of the change over the last day */
  readonly change_1d?: null | number | undefined;
  /** Rank of the quote volume of the last hour */
  readonly volume_1h?: null | number | undefined;
  /** Rank of the quote volume of the last day */
  readonly volume_1d?: null | number | undefined;
  /** By how many percent it moves where Bitcoin moves by one: covariance of their one-minute log returns over the last day / variance of Bitcoin's */
  readonly beta_1d?: null | number | undefined;
  /** Correlation of these returns, -1 to 1 */
  readonly correlation_1d?: null | number | undefined;
  /** Change over the last hour in percent that Bitcoin's does not explain: change - beta_1d x change of Bitcoin */
  readonly relative_strength_1h?: null | number | undefined;
  /** The same over the last day */
  readonly relative_strength_1d?: null | number | undefined;
}

export function writeMarketClosed(to: ByteWriter, event: MarketClosed): void {
  to.long(event.openTime);
  writeMarketClosedMissingPartitions(to, event.missingPartitions);
  writeMarketClosedMissing(to, event.missing);
  to.int(event.instruments);
  to.optionalDouble(event.aboveVwap_1h === undefined ? null : event.aboveVwap_1h);
  to.int(event.advancing_1h);
  to.int(event.declining_1h);
  to.int(event.advancing_1d);
  to.int(event.declining_1d);
  writeMarketClosedBtc(to, event.btc);
  writeMarketClosedEth(to, event.eth);
  writeMarketClosedRanks(to, event.ranks);
}

export function readMarketClosed(from: ByteReader): MarketClosed {
  return {
    openTime: from.long(),
    missingPartitions: readMarketClosedMissingPartitions(from),
    missing: readMarketClosedMissing(from),
    instruments: from.int(),
    aboveVwap_1h: from.optionalDouble(),
    advancing_1h: from.int(),
    declining_1h: from.int(),
    advancing_1d: from.int(),
    declining_1d: from.int(),
    btc: readMarketClosedBtc(from),
    eth: readMarketClosedEth(from),
    ranks: readMarketClosedRanks(from),
  };
}

function writeMarketClosedMissingPartitions(to: ByteWriter, items: readonly number[]): void {
  to.count(items.length);
  for (const item of items) to.int(item);
  if (items.length > 0) to.end();
}

function readMarketClosedMissingPartitions(from: ByteReader): readonly number[] {
  const items: number[] = [];
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) items.push(from.int());
  }
  return items;
}

function writeMarketClosedMissing(to: ByteWriter, items: readonly string[]): void {
  to.count(items.length);
  for (const item of items) to.string(item);
  if (items.length > 0) to.end();
}

function readMarketClosedMissing(from: ByteReader): readonly string[] {
  const items: string[] = [];
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) items.push(from.string());
  }
  return items;
}

function writeMarketClosedBtc(to: ByteWriter, value: null | MarketLeader): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  writeMarketLeader(to, value);
}

function readMarketClosedBtc(from: ByteReader): null | MarketLeader {
  return from.index(2) === 0 ? null : readMarketLeader(from);
}

function writeMarketClosedEth(to: ByteWriter, value: null | MarketLeader): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  writeMarketLeader(to, value);
}

function readMarketClosedEth(from: ByteReader): null | MarketLeader {
  return from.index(2) === 0 ? null : readMarketLeader(from);
}

function writeMarketClosedRanks(to: ByteWriter, items: readonly InstrumentRank[]): void {
  to.count(items.length);
  for (const item of items) writeInstrumentRank(to, item);
  if (items.length > 0) to.end();
}

function readMarketClosedRanks(from: ByteReader): readonly InstrumentRank[] {
  const items: InstrumentRank[] = [];
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) items.push(readInstrumentRank(from));
  }
  return items;
}

export function writeMarketLeader(to: ByteWriter, event: MarketLeader): void {
  to.string(event.instrument);
  to.double(event.price);
  to.optionalDouble(event.change_5m === undefined ? null : event.change_5m);
  to.optionalDouble(event.change_15m === undefined ? null : event.change_15m);
  to.optionalDouble(event.change_1h === undefined ? null : event.change_1h);
  to.optionalDouble(event.change_4h === undefined ? null : event.change_4h);
  to.optionalDouble(event.change_1d === undefined ? null : event.change_1d);
}

export function readMarketLeader(from: ByteReader): MarketLeader {
  return {
    instrument: from.string(),
    price: from.double(),
    change_5m: from.optionalDouble(),
    change_15m: from.optionalDouble(),
    change_1h: from.optionalDouble(),
    change_4h: from.optionalDouble(),
    change_1d: from.optionalDouble(),
  };
}

export function writeInstrumentRank(to: ByteWriter, event: InstrumentRank): void {
  to.string(event.instrument);
  writeInstrumentRankChange_5m(to, event.change_5m === undefined ? null : event.change_5m);
  writeInstrumentRankChange_15m(to, event.change_15m === undefined ? null : event.change_15m);
  writeInstrumentRankChange_1h(to, event.change_1h === undefined ? null : event.change_1h);
  writeInstrumentRankChange_4h(to, event.change_4h === undefined ? null : event.change_4h);
  writeInstrumentRankChange_1d(to, event.change_1d === undefined ? null : event.change_1d);
  writeInstrumentRankVolume_1h(to, event.volume_1h === undefined ? null : event.volume_1h);
  writeInstrumentRankVolume_1d(to, event.volume_1d === undefined ? null : event.volume_1d);
  writeInstrumentRankBeta_1d(to, event.beta_1d === undefined ? null : event.beta_1d);
  writeInstrumentRankCorrelation_1d(to, event.correlation_1d === undefined ? null : event.correlation_1d);
  writeInstrumentRankRelative_strength_1h(to, event.relative_strength_1h === undefined ? null : event.relative_strength_1h);
  writeInstrumentRankRelative_strength_1d(to, event.relative_strength_1d === undefined ? null : event.relative_strength_1d);
}

export function readInstrumentRank(from: ByteReader): InstrumentRank {
  return {
    instrument: from.string(),
    change_5m: readInstrumentRankChange_5m(from),
    change_15m: readInstrumentRankChange_15m(from),
    change_1h: readInstrumentRankChange_1h(from),
    change_4h: readInstrumentRankChange_4h(from),
    change_1d: readInstrumentRankChange_1d(from),
    volume_1h: readInstrumentRankVolume_1h(from),
    volume_1d: readInstrumentRankVolume_1d(from),
    beta_1d: readInstrumentRankBeta_1d(from),
    correlation_1d: readInstrumentRankCorrelation_1d(from),
    relative_strength_1h: readInstrumentRankRelative_strength_1h(from),
    relative_strength_1d: readInstrumentRankRelative_strength_1d(from),
  };
}

function writeInstrumentRankChange_5m(to: ByteWriter, value: null | number): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  to.int(value);
}

function readInstrumentRankChange_5m(from: ByteReader): null | number {
  return from.index(2) === 0 ? null : from.int();
}

function writeInstrumentRankChange_15m(to: ByteWriter, value: null | number): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  to.int(value);
}

function readInstrumentRankChange_15m(from: ByteReader): null | number {
  return from.index(2) === 0 ? null : from.int();
}

function writeInstrumentRankChange_1h(to: ByteWriter, value: null | number): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  to.int(value);
}

function readInstrumentRankChange_1h(from: ByteReader): null | number {
  return from.index(2) === 0 ? null : from.int();
}

function writeInstrumentRankChange_4h(to: ByteWriter, value: null | number): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  to.int(value);
}

function readInstrumentRankChange_4h(from: ByteReader): null | number {
  return from.index(2) === 0 ? null : from.int();
}

function writeInstrumentRankChange_1d(to: ByteWriter, value: null | number): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  to.int(value);
}

function readInstrumentRankChange_1d(from: ByteReader): null | number {
  return from.index(2) === 0 ? null : from.int();
}

function writeInstrumentRankVolume_1h(to: ByteWriter, value: null | number): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  to.int(value);
}

function readInstrumentRankVolume_1h(from: ByteReader): null | number {
  return from.index(2) === 0 ? null : from.int();
}

function writeInstrumentRankVolume_1d(to: ByteWriter, value: null | number): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  to.int(value);
}

function readInstrumentRankVolume_1d(from: ByteReader): null | number {
  return from.index(2) === 0 ? null : from.int();
}

function writeInstrumentRankBeta_1d(to: ByteWriter, value: null | number): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  to.float(value);
}

function readInstrumentRankBeta_1d(from: ByteReader): null | number {
  return from.index(2) === 0 ? null : from.float();
}

function writeInstrumentRankCorrelation_1d(to: ByteWriter, value: null | number): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  to.float(value);
}

function readInstrumentRankCorrelation_1d(from: ByteReader): null | number {
  return from.index(2) === 0 ? null : from.float();
}

function writeInstrumentRankRelative_strength_1h(to: ByteWriter, value: null | number): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  to.float(value);
}

function readInstrumentRankRelative_strength_1h(from: ByteReader): null | number {
  return from.index(2) === 0 ? null : from.float();
}

function writeInstrumentRankRelative_strength_1d(to: ByteWriter, value: null | number): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  to.float(value);
}

function readInstrumentRankRelative_strength_1d(from: ByteReader): null | number {
  return from.index(2) === 0 ? null : from.float();
}

/** The Avro schema of MarketClosed, standing alone. */
export const marketClosedText =
  "{\"type\":\"record\",\"name\":\"MarketClosed\",\"namespace\":\"screener\",\"doc\":\"Market-wide numbers of a closed minute. Rules for a minute read those of the minute before. Topic market.closed, key: the minute as ISO 8601, timestamp: openTime + 59 999 ms.\",\"fields\":[{\"name\":\"openTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"First millisecond of the minute, UTC\"},{\"name\":\"missingPartitions\",\"type\":{\"type\":\"array\",\"items\":\"int\"},\"doc\":\"Partitions of klines.closed that were not waited for any longer: their instruments are not in these numbers\"},{\"name\":\"missing\",\"type\":{\"type\":\"array\",\"items\":\"string\"},\"doc\":\"Instruments whose candle had not come when the minute was closed\"},{\"name\":\"instruments\",\"type\":\"int\",\"doc\":\"Instruments with a candle of this minute\"},{\"name\":\"aboveVwap_1h\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Breadth: share of instruments with a price above their 1h VWAP, 0 to 1, of those that have one; null where none has\"},{\"name\":\"advancing_1h\",\"type\":\"int\",\"doc\":\"Instruments that rose over the last hour\"},{\"name\":\"declining_1h\",\"type\":\"int\",\"doc\":\"Instruments that fell over the last hour\"},{\"name\":\"advancing_1d\",\"type\":\"int\",\"doc\":\"Instruments that rose over the last day\"},{\"name\":\"declining_1d\",\"type\":\"int\",\"doc\":\"Instruments that fell over the last day\"},{\"name\":\"btc\",\"doc\":\"The most traded instrument of Bitcoin against dollars; null where none is watched\",\"type\":[\"null\",{\"type\":\"record\",\"name\":\"MarketLeader\",\"doc\":\"An instrument that the whole market is compared with\",\"fields\":[{\"name\":\"instrument\",\"type\":\"string\",\"doc\":\"exchange:market:symbol\"},{\"name\":\"price\",\"type\":\"double\",\"doc\":\"Close of the minute\"},{\"name\":\"change_5m\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Change over the last five minutes in percent; null while the window is not full\"},{\"name\":\"change_15m\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"The same over a quarter of an hour\"},{\"name\":\"change_1h\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Change over the last hour in percent; null while the window is not full\"},{\"name\":\"change_4h\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"The same over four hours\"},{\"name\":\"change_1d\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Change over the last day in percent; null while the window is not full\"}]}]},{\"name\":\"eth\",\"type\":[\"null\",\"screener.MarketLeader\"],\"doc\":\"The most traded instrument of Ether against dollars; null where none is watched\"},{\"name\":\"ranks\",\"doc\":\"Where each instrument stands among all and beside Bitcoin, by name. 1 is the highest; equal values share a rank\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"InstrumentRank\",\"doc\":\"Ranks of one instrument, null where its window is not full, and how it moves with Bitcoin, that is with `btc`: null while fewer than 1,296 of the last 1,440 minutes have a return of both, and where prices do not move\",\"fields\":[{\"name\":\"instrument\",\"type\":\"string\",\"doc\":\"exchange:market:symbol\"},{\"name\":\"change_5m\",\"type\":[\"null\",\"int\"],\"default\":null,\"doc\":\"Rank of the change over the last five minutes\"},{\"name\":\"change_15m\",\"type\":[\"null\",\"int\"],\"default\":null,\"doc\":\"The same over a quarter of an hour\"},{\"name\":\"change_1h\",\"type\":[\"null\",\"int\"],\"default\":null,\"doc\":\"Rank of the change over the last hour\"},{\"name\":\"change_4h\",\"type\":[\"null\",\"int\"],\"default\":null,\"doc\":\"Rank of the change over the last four hours\"},{\"name\":\"change_1d\",\"type\":[\"null\",\"int\"],\"default\":null,\"doc\":\"Rank of the change over the last day\"},{\"name\":\"volume_1h\",\"type\":[\"null\",\"int\"],\"default\":null,\"doc\":\"Rank of the quote volume of the last hour\"},{\"name\":\"volume_1d\",\"type\":[\"null\",\"int\"],\"default\":null,\"doc\":\"Rank of the quote volume of the last day\"},{\"name\":\"beta_1d\",\"type\":[\"null\",\"float\"],\"default\":null,\"doc\":\"By how many percent it moves where Bitcoin moves by one: covariance of their one-minute log returns over the last day / variance of Bitcoin's\"},{\"name\":\"correlation_1d\",\"type\":[\"null\",\"float\"],\"default\":null,\"doc\":\"Correlation of these returns, -1 to 1\"},{\"name\":\"relative_strength_1h\",\"type\":[\"null\",\"float\"],\"default\":null,\"doc\":\"Change over the last hour in percent that Bitcoin's does not explain: change - beta_1d x change of Bitcoin\"},{\"name\":\"relative_strength_1d\",\"type\":[\"null\",\"float\"],\"default\":null,\"doc\":\"The same over the last day\"}]}}}]}";

