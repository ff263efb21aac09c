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
  /** True where the exchange corrected a candle later and these numbers replace those of the same minute: tables take them, new alerts do not come of them */
  readonly revised?: boolean | undefined;
  /** Rolling windows of the last N closed minutes, only those that are full, ascending */
  readonly windows: readonly Window[];
  /** Indicators as of the last closed bar of each interval; an interval is listed once one of its values is warm */
  readonly indicators: readonly BarIndicators[];
  /** Numbers over the last day's closed minutes; null while none of them is there. Derived on read: anomaly_1m */
  readonly statistics?: null | Statistics | undefined;
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

/** Indicators of one bar interval, named as in the flat names of rules (`rsi` is `rsi_1h` where the interval is 1h); null while not warm. Derived on read: macd_hist, ichimoku_senkou_a */
export interface BarIndicators {
  /** Bar length, for example 1h */
  readonly interval: string;
  /** Open time of the last closed bar */
  readonly barOpenTime: number;
  /** Relative strength index over 14 closed bars (Wilder), 0 to 100 */
  readonly rsi?: null | number | undefined;
  /** MACD line: EMA of 12 closes minus EMA of 26 */
  readonly macd?: null | number | undefined;
  /** MACD signal: EMA of 9 values of the MACD line */
  readonly macd_signal?: null | number | undefined;
  /** Upper Bollinger band: middle + 2 standard deviations */
  readonly bb_upper?: null | number | undefined;
  /** Middle Bollinger band: mean of 20 closes */
  readonly bb_middle?: null | number | undefined;
  /** Lower Bollinger band: middle − 2 standard deviations */
  readonly bb_lower?: null | number | undefined;
  /** Exponential moving average of 9 closes */
  readonly ema9?: null | number | undefined;
  /** Exponential moving average of 20 closes */
  readonly ema20?: null | number | undefined;
  /** Exponential moving average of 50 closes */
  readonly ema50?: null | number | undefined;
  /** Exponential moving average of 200 closes */
  readonly ema200?: null | number | undefined;
  /** Average true range over 14 bars (Wilder) */
  readonly atr?: null | number | undefined;
  /** Mean of the last 96 values of atr; 5m only */
  readonly atr_mean?: null | number | undefined;
  /** Average directional index over 14 bars (Wilder), 0 to 100 */
  readonly adx?: null | number | undefined;
  /** Stochastic %K over 14 bars, mean of 3, 0 to 100 */
  readonly stoch_k?: null | number | undefined;
  /** Stochastic %D: mean of 3 values of %K, 0 to 100 */
  readonly stoch_d?: null | number | undefined;
  /** On-balance volume since the first bar known */
  readonly obv?: null | number | undefined;
  /** Money flow index over 14 bars, 0 to 100 */
  readonly mfi?: null | number | undefined;
  /** Ichimoku conversion line: middle of 9 bars */
  readonly ichimoku_tenkan?: null | number | undefined;
  /** Ichimoku base line: middle of 26 bars */
  readonly ichimoku_kijun?: null | number | undefined;
  /** Ichimoku leading span B, not displaced: middle of 52 bars */
  readonly ichimoku_senkou_b?: null | number | undefined;
  /** SuperTrend over 10 bars with factor 3: the band that the price must break */
  readonly supertrend?: null | number | undefined;
  /** Direction of the SuperTrend: 1 rising, −1 falling */
  readonly supertrend_direction?: null | number | undefined;
}

/** Named as in the flat names of rules; null while too many minutes are missing, and where a day does not differ enough to judge */
export interface Statistics {
  /** Realised volatility: root of the mean square of the 59 one-minute log returns between 60 closes, as of a year, in percent */
  readonly volatility_1h?: null | number | undefined;
  /** The same of the 1,439 returns of a day */
  readonly volatility_1d?: null | number | undefined;
  /** Quote volume of the minute in robust standard deviations (1.4826 x median distance from the median) from the median of the last day's minutes */
  readonly volume_z_1m?: null | number | undefined;
  /** The same of (high - low) / open */
  readonly range_z_1m?: null | number | undefined;
  /** The same of the size of the one-minute log return */
  readonly return_z_1m?: null | number | undefined;
}

export function writeMetricsClosed(to: ByteWriter, event: MetricsClosed): void {
  to.string(event.instrument);
  to.long(event.openTime);
  to.double(event.price);
  to.boolean(event.revised === undefined ? false : event.revised);
  writeMetricsClosedWindows(to, event.windows);
  writeMetricsClosedIndicators(to, event.indicators);
  writeMetricsClosedStatistics(to, event.statistics === undefined ? null : event.statistics);
}

export function readMetricsClosed(from: ByteReader): MetricsClosed {
  return {
    instrument: from.string(),
    openTime: from.long(),
    price: from.double(),
    revised: from.boolean(),
    windows: readMetricsClosedWindows(from),
    indicators: readMetricsClosedIndicators(from),
    statistics: readMetricsClosedStatistics(from),
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

function writeMetricsClosedStatistics(to: ByteWriter, value: null | Statistics): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  writeStatistics(to, value);
}

function readMetricsClosedStatistics(from: ByteReader): null | Statistics {
  return from.index(2) === 0 ? null : readStatistics(from);
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
  to.optionalDouble(event.rsi === undefined ? null : event.rsi);
  to.optionalDouble(event.macd === undefined ? null : event.macd);
  to.optionalDouble(event.macd_signal === undefined ? null : event.macd_signal);
  to.optionalDouble(event.bb_upper === undefined ? null : event.bb_upper);
  to.optionalDouble(event.bb_middle === undefined ? null : event.bb_middle);
  to.optionalDouble(event.bb_lower === undefined ? null : event.bb_lower);
  to.optionalDouble(event.ema9 === undefined ? null : event.ema9);
  to.optionalDouble(event.ema20 === undefined ? null : event.ema20);
  to.optionalDouble(event.ema50 === undefined ? null : event.ema50);
  to.optionalDouble(event.ema200 === undefined ? null : event.ema200);
  to.optionalDouble(event.atr === undefined ? null : event.atr);
  to.optionalDouble(event.atr_mean === undefined ? null : event.atr_mean);
  to.optionalDouble(event.adx === undefined ? null : event.adx);
  to.optionalDouble(event.stoch_k === undefined ? null : event.stoch_k);
  to.optionalDouble(event.stoch_d === undefined ? null : event.stoch_d);
  to.optionalDouble(event.obv === undefined ? null : event.obv);
  to.optionalDouble(event.mfi === undefined ? null : event.mfi);
  to.optionalDouble(event.ichimoku_tenkan === undefined ? null : event.ichimoku_tenkan);
  to.optionalDouble(event.ichimoku_kijun === undefined ? null : event.ichimoku_kijun);
  to.optionalDouble(event.ichimoku_senkou_b === undefined ? null : event.ichimoku_senkou_b);
  to.optionalDouble(event.supertrend === undefined ? null : event.supertrend);
  writeBarIndicatorsSupertrend_direction(to, event.supertrend_direction === undefined ? null : event.supertrend_direction);
}

export function readBarIndicators(from: ByteReader): BarIndicators {
  return {
    interval: from.string(),
    barOpenTime: from.long(),
    rsi: from.optionalDouble(),
    macd: from.optionalDouble(),
    macd_signal: from.optionalDouble(),
    bb_upper: from.optionalDouble(),
    bb_middle: from.optionalDouble(),
    bb_lower: from.optionalDouble(),
    ema9: from.optionalDouble(),
    ema20: from.optionalDouble(),
    ema50: from.optionalDouble(),
    ema200: from.optionalDouble(),
    atr: from.optionalDouble(),
    atr_mean: from.optionalDouble(),
    adx: from.optionalDouble(),
    stoch_k: from.optionalDouble(),
    stoch_d: from.optionalDouble(),
    obv: from.optionalDouble(),
    mfi: from.optionalDouble(),
    ichimoku_tenkan: from.optionalDouble(),
    ichimoku_kijun: from.optionalDouble(),
    ichimoku_senkou_b: from.optionalDouble(),
    supertrend: from.optionalDouble(),
    supertrend_direction: readBarIndicatorsSupertrend_direction(from),
  };
}

function writeBarIndicatorsSupertrend_direction(to: ByteWriter, value: null | number): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  to.int(value);
}

function readBarIndicatorsSupertrend_direction(from: ByteReader): null | number {
  return from.index(2) === 0 ? null : from.int();
}

export function writeStatistics(to: ByteWriter, event: Statistics): void {
  writeStatisticsVolatility_1h(to, event.volatility_1h === undefined ? null : event.volatility_1h);
  writeStatisticsVolatility_1d(to, event.volatility_1d === undefined ? null : event.volatility_1d);
  writeStatisticsVolume_z_1m(to, event.volume_z_1m === undefined ? null : event.volume_z_1m);
  writeStatisticsRange_z_1m(to, event.range_z_1m === undefined ? null : event.range_z_1m);
  writeStatisticsReturn_z_1m(to, event.return_z_1m === undefined ? null : event.return_z_1m);
}

export function readStatistics(from: ByteReader): Statistics {
  return {
    volatility_1h: readStatisticsVolatility_1h(from),
    volatility_1d: readStatisticsVolatility_1d(from),
    volume_z_1m: readStatisticsVolume_z_1m(from),
    range_z_1m: readStatisticsRange_z_1m(from),
    return_z_1m: readStatisticsReturn_z_1m(from),
  };
}

function writeStatisticsVolatility_1h(to: ByteWriter, value: null | number): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  to.float(value);
}

function readStatisticsVolatility_1h(from: ByteReader): null | number {
  return from.index(2) === 0 ? null : from.float();
}

function writeStatisticsVolatility_1d(to: ByteWriter, value: null | number): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  to.float(value);
}

function readStatisticsVolatility_1d(from: ByteReader): null | number {
  return from.index(2) === 0 ? null : from.float();
}

function writeStatisticsVolume_z_1m(to: ByteWriter, value: null | number): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  to.float(value);
}

function readStatisticsVolume_z_1m(from: ByteReader): null | number {
  return from.index(2) === 0 ? null : from.float();
}

function writeStatisticsRange_z_1m(to: ByteWriter, value: null | number): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  to.float(value);
}

function readStatisticsRange_z_1m(from: ByteReader): null | number {
  return from.index(2) === 0 ? null : from.float();
}

function writeStatisticsReturn_z_1m(to: ByteWriter, value: null | number): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  to.float(value);
}

function readStatisticsReturn_z_1m(from: ByteReader): null | number {
  return from.index(2) === 0 ? null : from.float();
}

/** The Avro schema of MetricsClosed, standing alone. */
export const metricsClosedText =
  "{\"type\":\"record\",\"name\":\"MetricsClosed\",\"namespace\":\"screener\",\"doc\":\"Everything computed for an instrument as of a closed minute. What can be derived (change, vwap, vcp, pivots) is derived on read. Topic metrics.closed, key: instrument, timestamp: openTime + 59 999 ms.\",\"fields\":[{\"name\":\"instrument\",\"type\":\"string\",\"doc\":\"exchange:market:symbol\"},{\"name\":\"openTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"First millisecond of the newest closed minute contained, UTC\"},{\"name\":\"price\",\"type\":\"double\",\"doc\":\"Close of that minute\"},{\"name\":\"revised\",\"type\":\"boolean\",\"default\":false,\"doc\":\"True where the exchange corrected a candle later and these numbers replace those of the same minute: tables take them, new alerts do not come of them\"},{\"name\":\"windows\",\"doc\":\"Rolling windows of the last N closed minutes, only those that are full, ascending\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"Window\",\"doc\":\"One rolling window\",\"fields\":[{\"name\":\"minutes\",\"type\":\"int\",\"doc\":\"Length N\"},{\"name\":\"open\",\"type\":\"double\",\"doc\":\"Open of the oldest candle\"},{\"name\":\"oldestClose\",\"type\":\"double\",\"doc\":\"Close of the oldest candle (for CHANGE_BASIS=oldest-close)\"},{\"name\":\"high\",\"type\":\"double\",\"doc\":\"Highest high\"},{\"name\":\"low\",\"type\":\"double\",\"doc\":\"Lowest low\"},{\"name\":\"close\",\"type\":\"double\",\"doc\":\"Close of the newest candle\"},{\"name\":\"volume\",\"type\":\"double\",\"doc\":\"Sum of base volumes, correctly rounded\"},{\"name\":\"quoteVolume\",\"type\":\"double\",\"doc\":\"Sum of quote volumes, correctly rounded\"},{\"name\":\"trades\",\"type\":\"long\",\"doc\":\"Sum of trades\"},{\"name\":\"takerBuyQuoteVolume\",\"type\":\"double\",\"doc\":\"Sum of taker buy quote volumes, correctly rounded\"}]}}},{\"name\":\"indicators\",\"doc\":\"Indicators as of the last closed bar of each interval; an interval is listed once one of its values is warm\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"BarIndicators\",\"doc\":\"Indicators of one bar interval, named as in the flat names of rules (`rsi` is `rsi_1h` where the interval is 1h); null while not warm. Derived on read: macd_hist, ichimoku_senkou_a\",\"fields\":[{\"name\":\"interval\",\"type\":\"string\",\"doc\":\"Bar length, for example 1h\"},{\"name\":\"barOpenTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Open time of the last closed bar\"},{\"name\":\"rsi\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Relative strength index over 14 closed bars (Wilder), 0 to 100\"},{\"name\":\"macd\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"MACD line: EMA of 12 closes minus EMA of 26\"},{\"name\":\"macd_signal\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"MACD signal: EMA of 9 values of the MACD line\"},{\"name\":\"bb_upper\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Upper Bollinger band: middle + 2 standard deviations\"},{\"name\":\"bb_middle\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Middle Bollinger band: mean of 20 closes\"},{\"name\":\"bb_lower\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Lower Bollinger band: middle − 2 standard deviations\"},{\"name\":\"ema9\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Exponential moving average of 9 closes\"},{\"name\":\"ema20\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Exponential moving average of 20 closes\"},{\"name\":\"ema50\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Exponential moving average of 50 closes\"},{\"name\":\"ema200\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Exponential moving average of 200 closes\"},{\"name\":\"atr\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Average true range over 14 bars (Wilder)\"},{\"name\":\"atr_mean\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Mean of the last 96 values of atr; 5m only\"},{\"name\":\"adx\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Average directional index over 14 bars (Wilder), 0 to 100\"},{\"name\":\"stoch_k\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Stochastic %K over 14 bars, mean of 3, 0 to 100\"},{\"name\":\"stoch_d\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Stochastic %D: mean of 3 values of %K, 0 to 100\"},{\"name\":\"obv\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"On-balance volume since the first bar known\"},{\"name\":\"mfi\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Money flow index over 14 bars, 0 to 100\"},{\"name\":\"ichimoku_tenkan\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Ichimoku conversion line: middle of 9 bars\"},{\"name\":\"ichimoku_kijun\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Ichimoku base line: middle of 26 bars\"},{\"name\":\"ichimoku_senkou_b\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Ichimoku leading span B, not displaced: middle of 52 bars\"},{\"name\":\"supertrend\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"SuperTrend over 10 bars with factor 3: the band that the price must break\"},{\"name\":\"supertrend_direction\",\"type\":[\"null\",\"int\"],\"default\":null,\"doc\":\"Direction of the SuperTrend: 1 rising, −1 falling\"}]}}},{\"name\":\"statistics\",\"default\":null,\"doc\":\"Numbers over the last day's closed minutes; null while none of them is there. Derived on read: anomaly_1m\",\"type\":[\"null\",{\"type\":\"record\",\"name\":\"Statistics\",\"doc\":\"Named as in the flat names of rules; null while too many minutes are missing, and where a day does not differ enough to judge\",\"fields\":[{\"name\":\"volatility_1h\",\"type\":[\"null\",\"float\"],\"default\":null,\"doc\":\"Realised volatility: root of the mean square of the 59 one-minute log returns between 60 closes, as of a year, in percent\"},{\"name\":\"volatility_1d\",\"type\":[\"null\",\"float\"],\"default\":null,\"doc\":\"The same of the 1,439 returns of a day\"},{\"name\":\"volume_z_1m\",\"type\":[\"null\",\"float\"],\"default\":null,\"doc\":\"Quote volume of the minute in robust standard deviations (1.4826 x median distance from the median) from the median of the last day's minutes\"},{\"name\":\"range_z_1m\",\"type\":[\"null\",\"float\"],\"default\":null,\"doc\":\"The same of (high - low) / open\"},{\"name\":\"return_z_1m\",\"type\":[\"null\",\"float\"],\"default\":null,\"doc\":\"The same of the size of the one-minute log return\"}]}]}]}";

