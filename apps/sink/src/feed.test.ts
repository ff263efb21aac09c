import { encodeEvent } from '@screener/events';
import type { LogRecord, NewRecord } from '@screener/log';
import { describe, expect, it } from 'vitest';
import { alertsFeed, klinesFeed, rowsOf } from './feed.ts';
import {
  alertRecord,
  candleRecord,
  FIRST_MINUTE,
  minutesOf,
  sampleAlert,
  sampleCandle,
} from './testing/sample-records.ts';

const stored = (records: readonly NewRecord[]): LogRecord[] =>
  records.map((record, offset) => ({ ...record, partition: record.partition ?? 0, offset }));

describe('rows of a feed', () => {
  it('are those of its event; gaps, markers and tombstones pass', () => {
    const records = stored([
      ...minutesOf(0, ['test:usdm:A', 'test:usdm:B'], 10),
      { topic: 'klines.closed', key: 'x', value: null, timestamp: 0 },
    ]);
    const { rows, rejections } = rowsOf(klinesFeed, records);
    expect(rows).toHaveLength(19);
    expect(rejections).toEqual([]);
    expect(rows[0]?.slice(0, 3)).toEqual(['test:usdm:A', new Date(FIRST_MINUTE), 100]);
  });

  it('carry absent numbers of an alert as NULL', () => {
    const alert = sampleAlert('test:usdm:A', 0, { volume: null, changePct: null });
    const { rows } = rowsOf(alertsFeed, stored([alertRecord(0, alert)]));
    expect(rows[0]?.slice(8, 11)).toEqual([42_350.5, null, null]);
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
    const { rows, rejections } = rowsOf(klinesFeed, stored([good, bad, good]));
    expect(rows).toHaveLength(2);
    expect(rejections).toHaveLength(1);
    expect(rejections[0]?.record.offset).toBe(1);
    expect(String(rejections[0]?.cause)).toMatch(reason);
  });
});
