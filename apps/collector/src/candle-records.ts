/** What the collector writes into klines.closed, as records. */
import { encodeEvent } from '@screener/events';
import type { NewRecord } from '@screener/log';
import { type Candle, MINUTE_MS } from '@screener/market';
import type { SequencedCandle } from './kline-sequence.ts';
import type { Marker } from './minute-markers.ts';

const topic = 'klines.closed';
const endOf = (openTime: number): number => openTime + MINUTE_MS - 1;

export function closedRecord(instrument: string, { candle, source }: SequencedCandle): NewRecord {
  const value = encodeEvent('KlineClosed', { instrument, ...candle, source });
  return { topic, key: instrument, timestamp: endOf(candle.openTime), value };
}

export function gapRecord(instrument: string, openTime: number, reason: string): NewRecord {
  const value = encodeEvent('KlineGap', { instrument, openTime, reason });
  return { topic, key: instrument, timestamp: endOf(openTime), value };
}

export function correctedRecord(instrument: string, candle: Candle, before: Candle | null, reason: string): NewRecord {
  const previous = before && valuesOf(before);
  const value = encodeEvent('KlineCorrected', { instrument, ...candle, previous, reason, source: 'rest' });
  return { topic, key: instrument, timestamp: endOf(candle.openTime), value };
}

export function markerRecord({ partition, openTime, missing }: Marker): NewRecord {
  const value = encodeEvent('MinuteClosed', { openTime, missing: [...missing] });
  return { topic, key: null, partition, timestamp: endOf(openTime), value };
}

/** A minute without trades stands where the one before it ended. */
export const flatCandle = (openTime: number, price: number): Candle => ({
  openTime,
  open: price,
  high: price,
  low: price,
  close: price,
  volume: 0,
  quoteVolume: 0,
  trades: 0,
  takerBuyVolume: 0,
  takerBuyQuoteVolume: 0,
});

function valuesOf({ openTime: _, ...values }: Candle): Omit<Candle, 'openTime'> {
  return values;
}
