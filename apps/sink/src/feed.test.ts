import { encodeEvent } from '@screener/events';
import type { LogRecord, NewRecord } from '@screener/log';
import { describe, expect, it } from 'vitest';
import { alertsFeed, klinesFeed, writesOf } from './feed.ts';
import {
  alertRecord,
  candleRecord,
  correctionRecord,
  minutesOf,
  sampleAlert,
  sampleCandle,
} from './testing/sample-records.ts';

const stored = (records: readonly NewRecord[]): LogRecord[] =>
  records.map((record, offset) => ({ ...record, partition: record.partition ?? 0, offset }));

describe('lines of a feed', () => {
  it('are those of its event; gaps, markers and tombstones pass', () => {
    const records = stored([
      ...minutesOf(0, ['test:usdm:A', 'test:usdm:B'], 10),
      { topic: 'klines.closed', key: 'x', value: null, timestamp: 0 },
    ]);
    const { lines, rejections } = writesOf(klinesFeed, records);
    expect(lines).toHaveLength(19);
    expect(rejections).toEqual([]);
    expect(lines[0]).toMatch(/^test:usdm:A\t2026-01-05T00:00:00.000Z\t100\t103\t99\t101\t1e-8\t/);
  });

  it('are those of corrections too, in their order', () => {
    const candle = sampleCandle('test:usdm:A', 0);
    const corrections = [8, 9].map((close) => correctionRecord(0, { ...candle, close }));
    const { lines } = writesOf(klinesFeed, stored([candleRecord(0, candle), ...corrections]));
    expect(lines.map((line) => line.split('\t')[5])).toEqual(['101', '8', '9']);
    expect(lines[2]).toMatch(/^test:usdm:A\t2026-01-05T00:00:00.000Z\t.*\trest\n$/);
  });

  it('carry absent numbers of an alert as NULL', () => {
    const alert = sampleAlert('test:usdm:A', 0, { volume: null, changePct: null });
    const { lines } = writesOf(alertsFeed, stored([alertRecord(0, alert)]));
    expect(lines[0]?.split('\t').slice(8, 11)).toEqual(['42350.5', '\\N', '\\N']);
  });

  it.each([
    [
      'bytes that are no event',
      { ...candleRecord(0, sampleCandle('a:b:C', 0)), value: Buffer.from('garbage') },
      /magic byte/,
    ],
    [
      'a schema that nobody knows',
      { ...candleRecord(0, sampleCandle('a:b:C', 0)), value: Buffer.from([0, 0, 1, 0, 0, 9]) },
      /schema id/,
    ],
    [
      'a body that is cut off',
      {
        ...candleRecord(0, sampleCandle('a:b:C', 0)),
        value: encodeEvent('KlineClosed', sampleCandle('a:b:C', 0)).subarray(0, 20),
      },
      /KlineClosed/,
    ],
    [
      'a price that no table holds',
      candleRecord(0, { ...sampleCandle('a:b:C', 0), close: Infinity }),
      /close is Infinity/,
    ],
    ['a time beyond all calendars', candleRecord(0, { ...sampleCandle('a:b:C', 0), openTime: 1e15 }), /open_time/],
    ['a name without end', candleRecord(0, sampleCandle('a'.repeat(3_000), 0)), /3000 characters/],
  ])('leave out %s, and nothing else', (_, bad, reason) => {
    const good = candleRecord(0, sampleCandle('test:usdm:A', 1));
    const { lines, rejections } = writesOf(klinesFeed, stored([good, bad, good]));
    expect(lines).toHaveLength(2);
    expect(rejections).toHaveLength(1);
    expect(rejections[0]?.record.offset).toBe(1);
    expect(String(rejections[0]?.cause)).toMatch(reason);
  });
});
