/** Candles, gaps, markers and alerts with known numbers, the same ones on every call. */
import { type AlertTriggered, encodeEvent, type KlineClosed } from '@screener/events';
import type { NewRecord } from '@screener/log';

export const MINUTE_MS = 60_000;
export const FIRST_MINUTE = Date.UTC(2026, 0, 5);

export const sampleCandle = (instrument: string, minute: number): KlineClosed => ({
  instrument,
  openTime: FIRST_MINUTE + minute * MINUTE_MS,
  open: 100 + minute,
  high: 103 + minute,
  low: 99 + minute,
  close: 101 + minute,
  volume: 1e-8,
  quoteVolume: 0.1 * minute,
  trades: minute,
  takerBuyVolume: 0,
  takerBuyQuoteVolume: 0,
  source: 'stream',
});

export const sampleAlert = (
  instrument: string,
  minute: number,
  change: Partial<AlertTriggered> = {},
): AlertTriggered => ({
  id: `00000000-0000-0000-0000-${String(minute).padStart(12, '0')}`,
  instrument,
  rule: 'big_bull_60m',
  ruleVersion: 1,
  title: 'Big Bull 60m',
  openTime: FIRST_MINUTE + minute * MINUTE_MS,
  triggeredAt: FIRST_MINUTE + (minute + 1) * MINUTE_MS - 1,
  timeframe: '1h',
  price: 42_350.5,
  volume: 1_250_000,
  changePct: 3.2,
  metrics: { change_1h: 3.2 },
  ...change,
});

const at = (minute: number): number => FIRST_MINUTE + (minute + 1) * MINUTE_MS - 1;

export const candleRecord = (partition: number, candle: KlineClosed): NewRecord => ({
  topic: 'klines.closed',
  partition,
  key: candle.instrument,
  value: encodeEvent('KlineClosed', candle),
  timestamp: candle.openTime + MINUTE_MS - 1,
});

/** The candle of its minute, stated anew. */
export const correctionRecord = (partition: number, { source: _, ...candle }: KlineClosed): NewRecord => {
  const event = { ...candle, previous: null, reason: 'one more trade', source: 'rest' } as const;
  return {
    ...candleRecord(partition, { ...candle, source: 'rest' }),
    value: encodeEvent('KlineCorrected', event),
  };
};

export const alertRecord = (partition: number, alert: AlertTriggered): NewRecord => ({
  topic: 'alerts',
  partition,
  key: alert.instrument,
  value: encodeEvent('AlertTriggered', alert),
  timestamp: alert.triggeredAt,
});

/** Minutes of one partition as the collector writes them: candles, now and then a gap, and the marker. */
export function minutesOf(partition: number, instruments: readonly string[], minutes: number): NewRecord[] {
  const records: NewRecord[] = [];
  for (let minute = 0; minute < minutes; minute++) {
    for (const [index, instrument] of instruments.entries()) {
      const { openTime } = sampleCandle(instrument, minute);
      const isGap = minute % 10 === 7 && index === 0;
      const gap = { instrument, openTime, reason: 'the exchange does not have it' };
      records.push(
        isGap
          ? {
              topic: 'klines.closed',
              partition,
              key: instrument,
              value: encodeEvent('KlineGap', gap),
              timestamp: at(minute),
            }
          : candleRecord(partition, sampleCandle(instrument, minute)),
      );
    }
    const marker = encodeEvent('MinuteClosed', { openTime: FIRST_MINUTE + minute * MINUTE_MS, missing: [] });
    records.push({ topic: 'klines.closed', partition, key: null, value: marker, timestamp: at(minute) });
  }
  return records;
}

/** A minute in ten lacks the candle of the first instrument. */
export const candlesIn = (instruments: number, minutes: number): number =>
  instruments * minutes - Math.floor((minutes + 2) / 10);
