import { decodeAs, encodeEvent, type InstrumentMeasured, type MarketClosed } from '@screener/events';
import type { LogRecord, NewRecord, Task } from '@screener/log';
import { describe, expect, test } from 'vitest';
import { createMarketTask, type MarketWaiting, migrateMarketSnapshot, minutesWaitingMax } from './market-task.ts';
import { createMarketWatch, overdueAfterMs, overdueAfterMsBehind } from './market-watch.ts';

const begin = Date.UTC(2026, 0, 5);
const minuteMs = 60_000;
const partitions = 3;

const row = (symbol: string, numbers: Partial<InstrumentMeasured> = {}): InstrumentMeasured => ({
  instrument: `binance:usdm:${symbol}`,
  price: 100,
  change_1h: 1,
  change_1d: -1,
  volume_1d: 1_000,
  vwap_1h: 99,
  ...numbers,
});

const part = (minute: number, partition: number, instruments: readonly InstrumentMeasured[] = []): Buffer =>
  encodeEvent('PartitionMeasured', { openTime: begin + minute * minuteMs, partition, missing: [], instruments });
const overdue = (minute: number): Buffer => encodeEvent('MinuteOverdue', { openTime: begin + minute * minuteMs });

const recordOf = (value: Buffer, offset: number): LogRecord => ({
  ...{ topic: 'market.parts', partition: 0, key: null, timestamp: begin, value, offset },
});

function run(task: Task, values: readonly Buffer[]): NewRecord[] {
  const outputs: NewRecord[] = [];
  for (const [offset, value] of values.entries()) {
    task.apply(recordOf(value, offset), { emit: (output) => void outputs.push(output), fresh: () => true });
  }
  return outputs;
}
const eventsOf = (outputs: readonly NewRecord[]): MarketClosed[] =>
  outputs.map(({ value }) => decodeAs('MarketClosed', value ?? new Uint8Array()));
const bytesOf = (outputs: readonly NewRecord[]): string[] =>
  outputs.map(({ key, value }) => `${key} ${Buffer.from(value ?? []).toString('hex')}`);

describe('market task', () => {
  test('breadth, ranks, BTC and ETH of all partitions', () => {
    const outputs = run(createMarketTask(partitions), [
      part(0, 0, [
        row('BTCUSDT', {
          price: 60_000,
          change_5m: 0.5,
          change_1h: 2,
          change_1d: 3,
          volume_1d: 9_000,
          vwap_1h: 60_000,
        }),
        row('BTCUSDC', { volume_1d: 50 }),
      ]),
      part(0, 1, [row('ETHUSDT', { change_5m: 0.7, change_1h: -1, change_1d: 0, volume_1h: 3, volume_1d: 5_000 })]),
      part(0, 2, [
        row('NEWUSDT', { change_1h: null, change_1d: null, volume_1d: null, vwap_1h: null }),
        row('LOWUSDT', { change_1h: -1, change_1d: 3, vwap_1h: 101 }),
      ]),
    ]);
    expect(outputs[0]).toMatchObject({ topic: 'market.closed', partition: 0, key: '2026-01-05T00:00:00.000Z' });
    expect(outputs[0]?.timestamp).toBe(begin + 59_999);
    const name = (symbol: string) => `binance:usdm:${symbol}`;
    // Nothing is known yet of how they move with Bitcoin.
    const alone = { beta_1d: null, correlation_1d: null, relative_strength_1h: null, relative_strength_1d: null };
    // Of what no part tells nothing is made up.
    const untold = { change_15m: null, change_4h: null };
    const unranked = { ...untold, change_5m: null, volume_1h: null };
    expect(eventsOf(outputs)).toEqual([
      {
        openTime: begin,
        missingPartitions: [],
        missing: [],
        instruments: 5,
        // BTCUSDC and ETHUSDT of the four that have one; a price at its VWAP is not above it.
        aboveVwap_1h: 2 / 4,
        advancing_1h: 2,
        declining_1h: 2,
        advancing_1d: 2,
        declining_1d: 1,
        btc: { ...untold, instrument: name('BTCUSDT'), price: 60_000, change_5m: 0.5, change_1h: 2, change_1d: 3 },
        eth: { ...untold, instrument: name('ETHUSDT'), price: 100, change_5m: 0.7, change_1h: -1, change_1d: 0 },
        ranks: [
          { ...alone, ...unranked, instrument: name('BTCUSDC'), change_1h: 2, change_1d: 4, volume_1d: 4 },
          {
            ...alone,
            ...unranked,
            change_5m: 2,
            instrument: name('BTCUSDT'),
            change_1h: 1,
            change_1d: 1,
            volume_1d: 1,
          },
          {
            ...alone,
            ...unranked,
            change_5m: 1,
            volume_1h: 1,
            instrument: name('ETHUSDT'),
            change_1h: 3,
            change_1d: 3,
            volume_1d: 2,
          },
          { ...alone, ...unranked, instrument: name('LOWUSDT'), change_1h: 3, change_1d: 1, volume_1d: 3 },
          { ...alone, ...unranked, instrument: name('NEWUSDT'), change_1h: null, change_1d: null, volume_1d: null },
        ],
      },
    ]);
  });

  test('whichever partition comes first, the events are the same', () => {
    const values = (order: readonly number[]) =>
      order.map((place) => part(Math.floor(place / 3), place % 3, [row(`A${place % 3}USDT`, { price: place })]));
    const straight = bytesOf(run(createMarketTask(partitions), values([0, 1, 2, 3, 4, 5, 6, 7, 8])));
    expect(straight).toHaveLength(3);
    for (const order of [
      [0, 3, 6, 1, 4, 7, 2, 5, 8],
      [2, 1, 0, 5, 4, 3, 8, 7, 6],
      [1, 4, 0, 2, 3, 6, 5, 7, 8],
      [0, 0, 1, 2, 3, 1, 4, 5, 6, 7, 8],
    ]) {
      expect(bytesOf(run(createMarketTask(partitions), values(order)))).toEqual(straight);
    }
  });

  test('a minute that a partition delivers once more is as it was first', () => {
    const values = [part(0, 0, [row('AUSDT')]), part(1, 0), part(0, 0), part(0, 1), part(0, 2)];
    expect(eventsOf(run(createMarketTask(partitions), values)).map(({ instruments }) => instruments)).toEqual([1]);
  });

  test('a partition that went on without a minute is not waited for', () => {
    const values = [part(0, 0), part(0, 1), part(1, 0), part(1, 1), part(1, 2)];
    expect(eventsOf(run(createMarketTask(partitions), values)).map((event) => event.missingPartitions)).toEqual([
      [2],
      [],
    ]);
  });

  test('what is overdue is closed, the missing partitions named, and what comes later changes nothing', () => {
    const task = createMarketTask(partitions);
    expect(run(task, [part(0, 0, [row('AUSDT')]), part(1, 0)])).toEqual([]);
    const newest = begin + minuteMs;
    expect(task.waiting()).toEqual({ oldest: begin, newest, delivered: newest, progress: -2 });
    const closed = eventsOf(run(task, [overdue(1), overdue(1), part(0, 1), part(1, 1)]));
    expect(closed.map(({ missingPartitions, instruments }) => [missingPartitions, instruments])).toEqual([
      [[1, 2], 1],
      [[1, 2], 0],
    ]);
    expect(task.waiting()).toBeUndefined();
  });

  test('more bytes than are kept close the oldest minute', () => {
    const many = Array.from({ length: 50 }, (_, index) => row(`A${1_000 + index}USDT`));
    const bytes = part(0, 0, many).length;
    const task = createMarketTask(partitions, 2 * bytes);
    expect(run(task, [part(0, 0, many), part(1, 0, many)])).toEqual([]);
    const outputs = run(task, [part(2, 0, many)]);
    expect(eventsOf(outputs).map(({ openTime, missingPartitions }) => [openTime, missingPartitions])).toEqual([
      [begin, [1, 2]],
    ]);
    // What is closed takes no room any more.
    expect(run(task, [part(3, 0, many)])).toHaveLength(1);
  });

  test('hours of minutes wait, and no snapshot grows with them', () => {
    const many = Array.from({ length: 42 }, (_, index) => row(`A${1_000 + index}USDT`));
    const hours = Array.from({ length: minutesWaitingMax }, (_, minute) => minute);
    const task = createMarketTask(2);
    expect(
      run(
        task,
        hours.map((minute) => part(minute, 0, many)),
      ),
    ).toEqual([]);
    const bytes = [...(task.keys?.() ?? [])].map((key) => task.snapshot?.(key).length ?? 0);
    expect(Math.max(...bytes)).toBeLessThan(20_000);
    const outputs = run(
      task,
      hours.map((minute) => part(minute, 1, [row('BTCUSDT')])),
    );
    expect(outputs).toHaveLength(minutesWaitingMax);
    for (const { missingPartitions, instruments } of eventsOf(outputs)) {
      expect([missingPartitions, instruments]).toEqual([[], 43]);
    }
    expect(task.waiting()).toBeUndefined();
  });

  test('no snapshot is larger than a broker takes, however many instruments there are', () => {
    const many = Array.from({ length: 8_000 }, (_, index) => row(`A${1_000 + index}USDT`));
    const first = createMarketTask(partitions);
    run(first, [part(0, 0, many), part(0, 1, many), part(1, 0, [row('AUSDT')])]);
    const statesOf = (task: Task) => {
      const keys = [...(task.keys?.() ?? [])].filter((key) => !key.startsWith('binance'));
      return keys.map((key) => [key, task.snapshot?.(key) ?? new Uint8Array()] as const);
    };
    const states = statesOf(first);
    expect(states.map(([key]) => key)).toEqual([
      'market',
      `minute/${begin}/0`,
      `minute/${begin}/1`,
      `minute/${begin + minuteMs}`,
    ]);
    for (const [, { length }] of states) expect(length).toBeLessThan(1_000_000);
    const second = createMarketTask(partitions);
    for (const [key, state] of states) second.restore?.(key, state);
    const again = statesOf(second);
    expect(
      again.every(([key, state], place) => key === states[place]?.[0] && Buffer.from(state).equals(states[place][1])),
    ).toBe(true);
  });

  test('a snapshot of version 3, with the waiting parts in it, goes on', () => {
    const values = [part(0, 0, [row('AUSDT')]), part(1, 0), part(0, 1), part(1, 1), part(0, 2), part(1, 2)];
    const straight = bytesOf(run(createMarketTask(partitions), values));
    const parts = values.slice(0, 3).map((value) => value.toString('base64'));
    const before = { closed: -1, newest: [begin + minuteMs, begin, -1], parts };
    const migrated = migrateMarketSnapshot(3, 'market', Buffer.from(JSON.stringify(before)));
    const task = createMarketTask(partitions);
    task.restore?.('market', migrated ?? new Uint8Array());
    expect([...(task.keys?.() ?? [])]).toEqual(['market', `minute/${begin}`, `minute/${begin + minuteMs}`]);
    expect(bytesOf(run(task, values.slice(3)))).toEqual(straight);
    expect(migrateMarketSnapshot(2, 'market', new Uint8Array())).toBeUndefined();
  });

  test('a partition whose time leapt is believed no longer once it goes back, and the others go on meanwhile', () => {
    const days = 10 * 1_440;
    const all = (minute: number): readonly Buffer[] => [0, 1, 2].map((partition) => part(minute, partition));
    const closedBy = (...values: readonly Buffer[]) => {
      const closed = eventsOf(run(createMarketTask(partitions), values));
      return closed.map(({ openTime, missingPartitions }) => [(openTime - begin) / minuteMs, missingPartitions]);
    };
    const whole = [0, 1, 2].map((minute) => [minute, []]);
    expect(closedBy(...all(0), part(days, 1), ...all(1), ...all(2))).toEqual(whole);
    // Even where nobody waited for the minute to which it leapt.
    expect(closedBy(...all(0), part(days, 1), overdue(days), ...all(1), ...all(2))).toEqual([
      [0, []],
      [days, [0, 2]],
      [1, [0]],
      [2, []],
    ]);
    // And where it was the first of all.
    expect(closedBy(part(days, 1), overdue(days), ...all(1), ...all(2))).toEqual([
      [days, [0, 2]],
      [1, [0]],
      [2, []],
    ]);
  });

  test('where all partitions go back, no minute is closed twice', () => {
    const [today, yesterday] = [
      [2_000, 2_001],
      [500, 501],
    ];
    const all = (minute: number): readonly Buffer[] => [0, 1, 2].map((partition) => part(minute, partition));
    const values = [...today, ...yesterday, 2_002].flatMap(all);
    const closed = eventsOf(run(createMarketTask(partitions), values));
    expect(closed.map(({ openTime }) => (openTime - begin) / minuteMs)).toEqual([2_000, 2_001, 2_002]);
  });

  test('a snapshot at any point gives the same bytes as the straight run', () => {
    const values = [part(0, 0, [row('AUSDT')]), part(1, 0), part(0, 2), part(0, 1), overdue(1), part(1, 1), part(2, 1)];
    const all = [...values, part(2, 0), part(2, 2)];
    const straight = bytesOf(run(createMarketTask(partitions), all));
    expect(straight).toHaveLength(3);
    for (let cut = 1; cut < all.length; cut++) {
      const first = createMarketTask(partitions);
      const before = bytesOf(run(first, all.slice(0, cut)));
      const second = createMarketTask(partitions);
      for (const key of first.keys?.() ?? []) second.restore?.(key, first.snapshot?.(key) ?? new Uint8Array());
      expect([...before, ...bytesOf(run(second, all.slice(cut)))]).toEqual(straight);
    }
  });
});

describe('the watch', () => {
  /** What it appends when it looks after so many ms. */
  function watching(waiting: () => MarketWaiting | undefined) {
    let now = 1_000_000;
    const appended: NewRecord[] = [];
    const look = createMarketWatch({ waiting, now: () => now, append: async (given) => void appended.push(...given) });
    const after = async (ms: number): Promise<number> => {
      now += ms;
      await look();
      return appended.length;
    };
    return { after, appended };
  }

  test('says what is overdue once nothing has come for a while of those that lack', async () => {
    let found: MarketWaiting | undefined = { oldest: begin, newest: begin, delivered: begin, progress: -2 };
    const { after, appended } = watching(() => found);
    expect(await after(0)).toBe(0);
    expect(await after(overdueAfterMs - 1)).toBe(0);
    found = { ...found, progress: begin - minuteMs };
    expect(await after(1)).toBe(0);
    // What others deliver meanwhile is no reason to wait on.
    found = { ...found, newest: begin + minuteMs };
    expect(await after(overdueAfterMs)).toBe(1);
    expect(appended[0]).toMatchObject({ topic: 'market.parts', partition: 0, timestamp: begin + 59_999 });
    expect(decodeAs('MinuteOverdue', appended[0]?.value ?? new Uint8Array())).toEqual({ openTime: begin });
    found = undefined;
    expect(await after(10 * overdueAfterMs)).toBe(1);
  });

  test('waits longer while an absence is made up for, whatever comes of the others each minute', async () => {
    const task = createMarketTask(partitions);
    const { after, appended } = watching(() => task.waiting());
    const hours = Array.from({ length: 180 }, (_, minute) => minute);
    run(
      task,
      hours.flatMap((minute) => [part(minute, 0), part(minute, 1)]),
    );
    expect(await after(0)).toBe(0);
    for (let live = 180; live < 180 + 11; live++) {
      // One partition is a little ahead of the other: its newest minute is not closed yet.
      run(task, [part(live, 0), ...(live === 190 ? [] : [part(live, 1)])]);
      expect(await after(overdueAfterMsBehind / 12)).toBe(0);
    }
    expect(await after(overdueAfterMsBehind / 12)).toBe(1);
    const { openTime } = decodeAs('MinuteOverdue', appended[0]?.value ?? new Uint8Array());
    expect(openTime).toBe(begin + 189 * minuteMs);
    const closed = eventsOf(run(task, [overdue(189)]));
    expect(closed.map(({ missingPartitions }) => missingPartitions)).toEqual(Array.from({ length: 190 }, () => [2]));
    expect(task.waiting()).toMatchObject({ oldest: begin + 190 * minuteMs, delivered: begin + 190 * minuteMs });
  });

  test('does not give up who is only slow', async () => {
    const task = createMarketTask(partitions);
    const { after } = watching(() => task.waiting());
    run(task, Array.from({ length: 100 }, (_, minute) => [part(minute, 0), part(minute, 1)]).flat());
    for (let minute = 0; minute < 100; minute++) {
      expect(await after(overdueAfterMsBehind - 1)).toBe(0);
      expect(eventsOf(run(task, [part(minute, 2)])).map(({ missingPartitions }) => missingPartitions)).toEqual([[]]);
    }
  });
});
