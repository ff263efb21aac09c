/** What no calculator should ever be given: refused by name and set aside, or not believed; the stream goes on as without it. */
import { crc32 } from 'node:zlib';
import { decodeAs, decodeEvent, encodeEvent, type KlineClosed, type SnapshotTaken } from '@screener/events';
import type { Log, NewRecord } from '@screener/log';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { calculate, candleIn, correctionOf, createOwnLogs, klinePartitions } from './calculator-world.ts';
import { type RecordedMarket, recordMarket } from './recorded-market.ts';
import { contentsOf, firstDifference } from './topic-contents.ts';

const minuteMs = 60_000;
const instruments = 8;
/** Long enough for two snapshots of each instrument. */
const minutes = 140;
const outputs = ['metrics.closed', 'market.closed'] as const;
const { open: openOwnLog, cleanUp } = createOwnLogs();
let market: RecordedMarket;
let expected: ReadonlyMap<string, Awaited<ReturnType<typeof contentsOf>>>;

afterEach(cleanUp);

const feed = async (log: Log, batches: readonly (readonly NewRecord[])[]): Promise<void> => {
  for (const records of batches) await log.writer().append(records);
};

async function valuesOf(log: Log, topic: string): Promise<readonly Uint8Array[]> {
  const values: Uint8Array[] = [];
  for await (const batch of log.reader({ topic, from: 'beginning', until: 'end' }))
    for (const { value } of batch) values.push(value ?? new Uint8Array());
  return values;
}

async function expectUndisturbed(log: Log): Promise<void> {
  for (const topic of outputs)
    expect(firstDifference(expected.get(topic) ?? [], await contentsOf(log, topic)), topic).toBeUndefined();
}

beforeAll(async () => {
  market = await recordMarket({ seed: 31, instruments, minutes, partitions: klinePartitions, end: Date.now() });
  const log = await openOwnLog();
  await feed(log, market.minutes);
  await calculate(log);
  const contents = new Map<string, Awaited<ReturnType<typeof contentsOf>>>();
  for (const topic of outputs) contents.set(topic, await contentsOf(log, topic));
  expected = contents;
  await cleanUp();
}, 60_000);

describe('records', () => {
  const barsOf = (interval: string, candle: KlineClosed): Buffer => {
    const { instrument, openTime, source: _, ...numbers } = candle;
    const columns = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, [value]]));
    const bars = { instrument, interval, openTime: [Math.floor(openTime / 3_600_000) * 3_600_000 - 3_600_000] };
    return encodeEvent('BarsPrimed', { ...bars, ...(columns as Record<keyof typeof numbers, number[]>) });
  };
  const candle = (change: Partial<KlineClosed>) => (given: KlineClosed) =>
    encodeEvent('KlineClosed', { ...given, ...change });

  /** Instead of the candle that would come next; what the dead letter says of it. */
  const bad: readonly (readonly [what: string, value: (next: KlineClosed) => Buffer, reason: RegExp])[] = [
    ['a price of 0', candle({ low: 0 }), /candle of .*: a price is not a positive number/],
    ['a price that is no number', candle({ close: Number.NaN }), /a price is not a positive number/],
    ['an endless price', candle({ high: Number.POSITIVE_INFINITY }), /a price is not a positive number/],
    ['a high below the rest', (next) => candle({ high: next.low / 2 })(next), /high .* is not the highest price/],
    [
      'a low above the rest',
      (next) => candle({ low: next.high * 2, high: next.high * 3 })(next),
      /low .* is not the low/,
    ],
    ['a negative volume', candle({ volume: -1 }), /a volume is not a number of 0 or more/],
    ['a volume that is no number', candle({ quoteVolume: Number.NaN }), /a volume is not a number of 0 or more/],
    ['a negative taker volume', candle({ takerBuyVolume: -1 }), /a volume is not a number of 0 or more/],
    ['more trades than can be', candle({ trades: 2 ** 50 }), /trades .* is not a count/],
    ['within a minute', (next) => candle({ openTime: next.openTime + 1 })(next), /is not the start of a minute/],
    ['before all time', candle({ openTime: -minuteMs }), /is not a time in ms/],
    ['an interval nobody knows', (next) => barsOf('7m', next), /bars of '7m', which is no interval/],
    ['bars that cannot be', (next) => barsOf('1h', { ...next, low: -1 }), /bars of .*\/1h: the prices of the bar/],
    ['no event at all', () => Buffer.from('not an event'), /./],
    ['a schema nobody knows', () => Buffer.from([0, 0x7f, 0, 0, 1, 2, 3]), /schema/],
    ['an event that is cut off', (next) => Buffer.from(candle({})(next).subarray(0, 30)), /./],
  ];

  test('that cannot be are set aside by name, and everything else is as without them', {
    timeout: 60_000,
  }, async () => {
    const log = await openOwnLog();
    const values: Buffer[] = [];
    await feed(
      log,
      market.minutes.map((records, minute) => {
        const [, value] = bad[minute - 20] ?? [];
        if (value === undefined) return records;
        const { record, candle: next } = candleIn(records);
        values.push(value(next));
        return [{ ...record, value: value(next) }, ...records];
      }),
    );
    await calculate(log);
    await expectUndisturbed(log);
    const letters = (await valuesOf(log, 'dead-letters')).map((value) => decodeAs('DeadLetter', value));
    // Partitions are read at the same time: letters of two of them come in any order.
    const reasons = new Map(letters.map(({ value, reason }) => [Buffer.from(value ?? []).toString('base64'), reason]));
    expect(letters).toHaveLength(bad.length);
    for (const [place, [what, , reason]] of bad.entries())
      expect(reasons.get(values[place]?.toString('base64') ?? ''), what).toMatch(reason);
    expect(letters.every(({ group, topic }) => group === 'calculator' && topic === 'klines.closed')).toBe(true);
  });

  /** Metrics of instruments, without what the markers of a repeated stretch add. */
  const metricsOf = async (log: Log): Promise<readonly string[]> =>
    (await valuesOf(log, 'metrics.closed'))
      .filter((value) => decodeEvent(value).type === 'MetricsClosed')
      .map((value) => Buffer.from(value).toString('base64'))
      .sort();

  test('of a clock that jumped back change nothing that is closed', { timeout: 60_000 }, async () => {
    const [log, straight] = [await openOwnLog(), await openOwnLog()];
    await feed(straight, market.minutes);
    await calculate(straight);
    // An hour comes once more, and all of it otherwise.
    const again = market.minutes.slice(30, 90).map((records) =>
      records.map((record): NewRecord => {
        const { type, event } = decodeEvent(record.value ?? new Uint8Array());
        if (type !== 'KlineClosed') return record;
        return { ...record, value: encodeEvent('KlineClosed', { ...event, high: event.high * 2, close: event.high }) };
      }),
    );
    await feed(log, [...market.minutes.slice(0, 90), ...again, ...market.minutes.slice(90)]);
    await calculate(log);
    expect(await metricsOf(log)).toEqual(await metricsOf(straight));
    // No minute is closed twice.
    const closed = expected.get('market.closed') ?? [];
    expect(firstDifference(closed, await contentsOf(log, 'market.closed'))).toBeUndefined();
  });

  const ahead = ({ record, candle: next }: ReturnType<typeof candleIn>, minutesAhead: number): NewRecord => ({
    ...record,
    timestamp: record.timestamp + minutesAhead * minuteMs,
    value: encodeEvent('KlineClosed', { ...next, openTime: next.openTime + minutesAhead * minuteMs }),
  });

  test('of a clock that jumped days ahead are set aside by name, and nothing is as if they had come', {
    timeout: 60_000,
  }, async () => {
    const log = await openOwnLog();
    const leaped = ahead(candleIn(market.minutes[20] ?? []), 3 * 1_440);
    await feed(log, [...market.minutes.slice(0, 20), [leaped], ...market.minutes.slice(20)]);
    await calculate(log);
    await expectUndisturbed(log);
    const letters = (await valuesOf(log, 'dead-letters')).map((value) => decodeAs('DeadLetter', value).reason);
    expect(letters).toHaveLength(1);
    expect(letters[0]).toMatch(/candle of .*: .* minutes ahead of partition \d+, which is at/);
  });

  test('of a clock that jumped ahead by less than an hour concern their own instrument until its time has come', {
    timeout: 60_000,
  }, async () => {
    const log = await openOwnLog();
    const found20 = candleIn(market.minutes[20] ?? []);
    const next = found20.candle;
    const aheadMinutes = 50;
    const openTime = next.openTime + aheadMinutes * minuteMs;
    await feed(log, [...market.minutes.slice(0, 20), [ahead(found20, aheadMinutes)], ...market.minutes.slice(20)]);
    await calculate(log);
    const [found, undisturbed] = await Promise.all(
      [log, undefined].map(async (each) => {
        const contents = each === undefined ? expected.get('metrics.closed') : await contentsOf(each, 'metrics.closed');
        const events = (contents ?? []).flat().flatMap((line) => {
          const { type, event } = decodeEvent(Buffer.from(line.split(' ')[1] ?? '', 'base64'));
          return type === 'MetricsClosed' ? [event] : [];
        });
        return events;
      }),
    );
    const others = (events: typeof found) => events?.filter(({ instrument }) => instrument !== next.instrument);
    const own = (events: typeof found) => events?.filter(({ instrument }) => instrument === next.instrument) ?? [];
    expect(others(found)).toEqual(others(undisturbed));
    // What comes in between is older than what is closed; nothing is made up for it.
    const times = own(found).map((event) => event.openTime);
    expect(times.filter((time) => time >= next.openTime && time < openTime)).toEqual([]);
    expect(new Set(times).size).toBe(times.length);
    expect(times.at(-1)).toBe(own(undisturbed).at(-1)?.openTime);
    // No window spans the hole.
    const after = own(found).find((event) => event.openTime === openTime + 30 * minuteMs);
    expect(after?.windows.map((window) => window.minutes)).toEqual([1, 5, 15, 30]);
    expect((await contentsOf(log, 'market.closed')).flat()).toHaveLength(minutes);
  });
});

describe('snapshots', () => {
  interface Stored {
    readonly record: NewRecord;
    readonly taken: SnapshotTaken;
  }

  async function snapshotsOf(log: Log): Promise<readonly Stored[]> {
    const newest = new Map<string, Stored>();
    for await (const batch of log.reader({ topic: 'snapshots.calculator', from: 'beginning', until: 'end' })) {
      for (const { offset: _, ...record } of batch) {
        if (record.value === null || record.key === null) continue;
        const { type, event } = decodeEvent(record.value);
        if (type === 'SnapshotTaken') newest.set(record.key, { record, taken: event });
      }
    }
    return [...newest.values()];
  }

  const rewritten = ({ record, taken }: Stored, change: (taken: SnapshotTaken) => SnapshotTaken): NewRecord => ({
    ...record,
    value: encodeEvent('SnapshotTaken', change(taken)),
  });
  const flipped = (state: Uint8Array): Buffer => {
    const copy = Buffer.from(state);
    const place = Math.floor(copy.length / 2);
    copy[place] = (copy[place] ?? 0) ^ 0x10;
    return copy;
  };
  const newestOfEach = (all: readonly Stored[]): readonly Stored[] =>
    all.filter(({ taken }) => !all.some((other) => other.taken.key === taken.key && other.taken.offset > taken.offset));

  const cases: readonly (readonly [string, (all: readonly Stored[]) => readonly NewRecord[]])[] = [
    [
      'whose newest is damaged are not trusted: the one before it is, and the log',
      (all) => newestOfEach(all).map((each) => rewritten(each, (taken) => ({ ...taken, state: flipped(taken.state) }))),
    ],
    [
      'that are all damaged are not trusted: the log is',
      (all) => all.map((each) => rewritten(each, (taken) => ({ ...taken, state: flipped(taken.state) }))),
    ],
    [
      'that are no events any more are not trusted',
      (all) => all.map(({ record }) => ({ ...record, value: Buffer.from('?') })),
    ],
    [
      'of another version are rebuilt from the log',
      (all) => all.map((each) => rewritten(each, (taken) => ({ ...taken, version: taken.version + 96 }))),
    ],
    [
      'of an older version with other bytes are rebuilt from the log',
      (all) =>
        all.map((each) => {
          const state = Buffer.from([1, 2, 3]);
          return rewritten(each, (taken) => ({ ...taken, version: 1, state, checksum: crc32(state) }));
        }),
    ],
    [
      'of another instrument are not trusted',
      (all) => all.map((each) => rewritten(each, (taken) => ({ ...taken, key: `${taken.key}X` }))),
    ],
  ];

  test.each(cases)('%s', { timeout: 60_000 }, async (_, damage) => {
    const log = await openOwnLog();
    await feed(log, market.minutes.slice(0, 100));
    await calculate(log);
    const stored = await snapshotsOf(log);
    expect(stored.length).toBeGreaterThan(instruments);
    await log.writer().append(damage(stored));
    // Once more after a while: what is there then can be used again.
    for (const [from, to] of [
      [100, 120],
      [120, minutes],
    ]) {
      await feed(log, market.minutes.slice(from, to));
      await calculate(log);
    }
    await expectUndisturbed(log);
    expect(await valuesOf(log, 'dead-letters')).toEqual([]);
  });
});

test('a correction that cannot be is set aside by name', { timeout: 60_000 }, async () => {
  const log = await openOwnLog();
  const impossible = correctionOf(market.minutes[15] ?? [], (given) => ({ ...given, high: given.low / 2 }));
  const { record, candle } = candleIn(market.minutes[20] ?? []);
  const { instrument } = candle;
  const gap = encodeEvent('KlineGap', { instrument, openTime: candle.openTime + 1, reason: 'test' });
  await feed(log, [
    ...market.minutes.slice(0, 20),
    [impossible],
    [{ ...record, value: gap }],
    ...market.minutes.slice(20),
  ]);
  await calculate(log);
  await expectUndisturbed(log);
  const letters = (await valuesOf(log, 'dead-letters')).map((value) => decodeAs('DeadLetter', value).reason).sort();
  expect(letters).toHaveLength(2);
  expect(letters[0]).toMatch(/correction of .*: high .* is not the highest price/);
  expect(letters[1]).toMatch(/gap of .*: open time .* is not the start of a minute/);
});
