/** Candles, gaps, markers and alerts with known numbers, the same ones on every call. */
import {
  type AlertAmended,
  type AlertRetracted,
  type AlertTriggered,
  encodeEvent,
  type KlineClosed,
} from '@screener/events';
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
  ordinal: 0,
  provisional: false,
  severity: 'warning',
  owner: 'preset',
  message: 'A moves by 3.20 %',
  volumeIncrease: 2.5,
  candleSizePct: 3.4,
  momentumScore: 61.2,
  terms: [
    { term: 'change_1h > 3.0', element: null, left: 3.2, leftText: null, right: 3, rightText: null, held: true },
    { term: 'rsi_1h < 70', element: null, left: null, leftText: null, right: 70, rightText: null, held: null },
  ],
  ...change,
});

/** What an alert says that nothing became of. */
export const unchanged = { status: 'fired', told: {}, amendedAt: null, retractedAt: null, reason: null } as const;

const aboutAlert = ({ id, instrument, rule, ruleVersion, openTime }: AlertTriggered) => ({
  ...{ id, instrument, rule, ruleVersion, openTime },
  reason: 'the exchange corrected a candle',
});

export const amendment = (alert: AlertTriggered, change: Partial<AlertAmended> = {}): AlertAmended => ({
  ...aboutAlert(alert),
  amendedAt: alert.triggeredAt + MINUTE_MS,
  changes: [],
  ...change,
});

export const retraction = (alert: AlertTriggered, change: Partial<AlertRetracted> = {}): AlertRetracted => ({
  ...aboutAlert(alert),
  retractedAt: alert.triggeredAt + MINUTE_MS,
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

export const amendmentRecord = (partition: number, event: AlertAmended): NewRecord => ({
  ...{ topic: 'alerts', partition, key: event.instrument, timestamp: event.amendedAt - 1 },
  value: encodeEvent('AlertAmended', event),
});

export const retractionRecord = (partition: number, event: AlertRetracted): NewRecord => ({
  ...{ topic: 'alerts', partition, key: event.instrument, timestamp: event.retractedAt - 1 },
  value: encodeEvent('AlertRetracted', event),
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
