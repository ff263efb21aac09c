import { ScreenerError } from '@screener/errors';
import { encodeEvent, fileSource, schemaTexts, useSchemaIds } from '@screener/events';
import type { Log, LogRecord, Position, Reader, ReaderOptions } from '@screener/log';
import type { Logger } from '@screener/service';
import { describe, expect, test } from 'vitest';
import { positionBeforeNewest, startFeeder } from './feeder.ts';
import { btc, eventually, kline } from './testing/gateway-fixture.ts';

const record = (offset: number, value: Uint8Array | null, key = btc): LogRecord => ({
  topic: 'klines.closed',
  partition: 0,
  offset,
  key,
  value,
  timestamp: offset * 1_000,
});

/** A log whose readers hand out what a test gives, in batches of two, and remembers how it was asked. */
function fakeLog(records: LogRecord[], failAt?: number) {
  const asked: Position[] = [];
  const waiting = new Set<() => void>();
  const reader = ({ from, until }: ReaderOptions): Reader => {
    asked.push(from);
    let next = typeof from === 'object' && 'offsets' in from ? (from.offsets.get(0) ?? 0) : 0;
    let closed = false;
    return {
      positions: () => new Map([[0, next]]),
      async close() {
        closed = true;
        for (const wake of waiting) wake();
      },
      async *[Symbol.asyncIterator]() {
        while (!closed) {
          if (failAt !== undefined && next >= failAt) throw new Error('the log is gone');
          const batch = records.filter(({ offset }) => offset >= next).slice(0, 2);
          if (batch.length > 0) {
            next = (batch.at(-1)?.offset ?? 0) + 1;
            yield batch;
          } else if (until === 'end') return;
          else await new Promise<void>((wake) => waiting.add(wake));
        }
      },
    };
  };
  const offsets = async () => [{ partition: 0, beginning: 0, end: records.length }];
  const append = (more: LogRecord) => {
    records.push(more);
    for (const wake of waiting) wake();
  };
  return { log: { reader, offsets } as unknown as Log, asked, append };
}

const warnings: string[] = [];
const logger = { warn: (text: string) => warnings.push(text) } as unknown as Logger;
const event = (minute: number) => encodeEvent('KlineClosed', kline(btc, minute * 60_000));

describe('a feeder', () => {
  test('reads the past, says so, and goes on where the past ended', async () => {
    const { log, asked, append } = fakeLog([0, 1, 2].map((minute) => record(minute, event(minute))));
    const seen: number[] = [];
    const feeder = startFeeder({
      log,
      logger,
      topic: 'klines.closed',
      from: () => positionBeforeNewest(log, 'klines.closed', 500),
      apply: ({ type, event }) => type === 'KlineClosed' && seen.push(event.openTime / 60_000),
    });
    await feeder.caughtUp;
    expect(seen).toEqual([0, 1, 2]);
    append(record(3, event(3)));
    await eventually(() => seen.length === 4);
    // The newest record, asked for by its offset, told the time to begin at.
    expect(asked).toEqual([{ offsets: new Map([[0, 0]]) }, { time: 1_500 }, { offsets: new Map([[0, 3]]) }]);
    await feeder.close();
  });

  test('leaves out what cannot be decoded, with one line, and hands on tombstones', async () => {
    const { log } = fakeLog([
      record(0, Buffer.from('nonsense')),
      record(1, Buffer.from([0, 0, 0, 0, 99])),
      record(2, null, 'gone'),
      record(3, event(3)),
    ]);
    const removed: string[] = [];
    const feeder = startFeeder({
      log,
      logger,
      topic: 'klines.closed',
      from: 'beginning',
      apply: () => {},
      remove: (key) => removed.push(key),
    });
    await feeder.caughtUp;
    expect(feeder.read).toBe(1);
    expect(removed).toEqual(['gone']);
    expect(warnings).toEqual([expect.stringContaining('klines.closed partition 0 offset 0: undecodable event')]);
    await feeder.close();
  });

  test('learns of schemas that were registered after the start, and waits for a registry that does not answer', async () => {
    const lateId = 77;
    const late = Buffer.from(event(0));
    late.writeUInt32BE(lateId, 1);
    let asked = 0;
    const unreachable = new ScreenerError('REGISTRY_UNREACHABLE', { address: 'there', reason: 'no answer' });
    const find = async (id: number) => {
      asked++;
      if (asked === 1) throw unreachable;
      return { id, name: 'KlineClosed', text: schemaTexts.KlineClosed } as const;
    };
    useSchemaIds({ ...fileSource, kind: 'registry', find });
    try {
      warnings.length = 0;
      const { log } = fakeLog([record(0, event(0)), record(1, late), record(2, late)]);
      const seen: string[] = [];
      const feeder = startFeeder({
        log,
        logger,
        topic: 'klines.closed',
        from: 'beginning',
        apply: ({ type }) => seen.push(type),
      });
      await feeder.caughtUp;
      expect(seen).toEqual(['KlineClosed', 'KlineClosed', 'KlineClosed']);
      expect(asked).toBe(2);
      expect(warnings).toEqual([`klines.closed stands still: ${unreachable.message}`]);
      await feeder.close();
    } finally {
      useSchemaIds(fileSource);
    }
  });

  test('fails when the log does', async () => {
    const { log } = fakeLog([record(0, event(0)), record(1, event(1))], 2);
    const feeder = startFeeder({ log, logger, topic: 'klines.closed', from: 'beginning', apply: () => {} });
    await expect(feeder.failed).rejects.toThrow('the log is gone');
    await expect(feeder.caughtUp).rejects.toThrow('the log is gone');
    await feeder.close();
  });
});
