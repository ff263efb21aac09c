/** How instruments move with Bitcoin, through the task that closes market-wide numbers. */
import { decodeAs, encodeEvent, type InstrumentMeasured, type MarketClosed } from '@screener/events';
import type { LogRecord, Task } from '@screener/log';
import { describe, expect, test } from 'vitest';
import { createMarketTask } from './market-task.ts';
import { type Random, seededRandom } from './testing/seeded-random.ts';
import { type Snapshot, takenOver } from './testing/taken-over.ts';

const begin = Date.UTC(2026, 0, 5);
const minuteMs = 60_000;
const partitions = 2;
const names = { btc: 'binance:usdm:BTCUSDT', twice: 'binance:usdm:ALTUSDT', still: 'binance:usdm:USDCUSDT' };

/** Bitcoin in partition 0; in partition 1 one that moves twice as much, and one that does not. */
function partsOf(minutes: number, random: Random, shuffled: boolean): readonly LogRecord[] {
  const records: LogRecord[] = [];
  const add = (openTime: number, partition: number, instruments: readonly InstrumentMeasured[]): void => {
    const value = encodeEvent('PartitionMeasured', { openTime, partition, missing: [], instruments });
    const place = { topic: 'market.parts', partition: 0, offset: records.length };
    records.push({ ...place, key: String(partition), value, timestamp: openTime + minuteMs - 1 });
  };
  const rowOf = (instrument: string, price: number, change: number): InstrumentMeasured => ({
    ...{ instrument, price, change_1h: change, change_1d: change * 2, volume_1d: 1_000, vwap_1h: price },
  });
  let price = 60_000;
  let behind: { openTime: number; rows: readonly InstrumentMeasured[] }[] = [];
  for (let minute = 0; minute < minutes; minute++) {
    price *= 1 + (random() - 0.5) * 0.001;
    const openTime = begin + minute * minuteMs;
    add(openTime, 0, [rowOf(names.btc, price, 1)]);
    behind.push({ openTime, rows: [rowOf(names.twice, price ** 2 / 1e6, 5), rowOf(names.still, 1, 0)] });
    if (shuffled && minute < minutes - 1 && random() < 0.99) continue;
    for (const { openTime: of, rows } of behind) add(of, 1, rows);
    behind = [];
  }
  return records;
}

const valuesOf = (task: Task, record: LogRecord): Buffer[] => {
  const values: Buffer[] = [];
  task.apply(record, { emit: ({ value }) => void values.push(Buffer.from(value ?? [])), fresh: () => true });
  return values;
};
const runOf = (records: readonly LogRecord[]): Buffer[] => {
  const task = createMarketTask(partitions);
  return records.flatMap((record) => valuesOf(task, record));
};
const ranksOf = (value: Buffer | undefined): MarketClosed['ranks'] =>
  decodeAs('MarketClosed', value ?? new Uint8Array()).ranks;

describe('beside Bitcoin', () => {
  const minutes = 1_320;

  test('beta, correlation and relative strength, once nine tenths of a day are known', () => {
    const events = runOf(partsOf(minutes, seededRandom(1), false));
    expect(events).toHaveLength(minutes);
    const [alt, btc, still] = ranksOf(events.at(-1));
    // Twice the return, but for the steps in which returns are counted.
    expect(alt?.beta_1d).toBeCloseTo(2, 4);
    expect(alt?.correlation_1d).toBeCloseTo(1, 5);
    expect(alt?.relative_strength_1h).toBeCloseTo(5 - 2, 3);
    expect(alt?.relative_strength_1d).toBeCloseTo(10 - 2 * 2, 3);
    expect(btc).toMatchObject({ beta_1d: 1, correlation_1d: 1, relative_strength_1h: 0, relative_strength_1d: 0 });
    expect(still).toMatchObject({ beta_1d: 0, correlation_1d: null, relative_strength_1h: 0 });
    const warm = events.findIndex((value) => ranksOf(value)[0]?.beta_1d !== null);
    expect(warm).toBe(1_296);
  });

  test('however far one partition is ahead of the other, the events are the same', () => {
    const straight = runOf(partsOf(minutes, seededRandom(2), false)).map(String);
    const shuffled = partsOf(minutes, seededRandom(2), false).toSorted(
      (one, other) => (one.timestamp - other.timestamp) / minuteMs + 200 * (Number(one.key) - Number(other.key)),
    );
    expect(runOf(shuffled).map(String)).toEqual(straight);
  });

  test('taken over anywhere, from snapshots of different moments, the events are the same', () => {
    for (const seed of [1, 2, 3]) {
      const random = seededRandom(seed);
      const records = partsOf(minutes, random, true);
      const straight = runOf(records).map(String);
      expect(straight.length).toBe(minutes);
      const create = (): Task => createMarketTask(partitions);
      const snapshots = new Map<string, Snapshot>();
      let task = create();
      const disturbed: string[] = [];
      let takeOvers = 0;
      for (const [offset, record] of records.entries()) {
        if (offset > 2_000 && random() < 0.01) {
          const from = Math.min(...[...snapshots.values()].map((snapshot) => snapshot.offset));
          task = takenOver(create, records, offset, snapshots, from);
          takeOvers++;
        }
        disturbed.push(...valuesOf(task, record).map(String));
        // As the engine does it: at once for what is new, now and then for all others, and late for what is gone.
        const keys = new Set(task.keys?.());
        for (const key of new Set([...keys, ...snapshots.keys()])) {
          if (snapshots.has(key) && random() > 0.05) continue;
          if (keys.has(key))
            snapshots.set(key, { offset: offset + 1, state: task.snapshot?.(key) ?? new Uint8Array() });
          else snapshots.delete(key);
        }
      }
      expect(takeOvers).toBeGreaterThan(1);
      expect(disturbed.length).toBe(straight.length);
      expect(disturbed.findIndex((text, place) => text !== straight[place])).toBe(-1);
    }
  });

  test('a part further ahead than returns are kept closes what lies that far behind', () => {
    const task = createMarketTask(partitions);
    const records = partsOf(700, seededRandom(4), false).filter(({ key }) => key === '0');
    const closed = records.map((record) => valuesOf(task, record).length);
    expect(closed.slice(0, 609).every((count) => count === 0)).toBe(true);
    expect(closed.slice(609)).toEqual(Array.from({ length: 91 }, () => 1));
  });

  test('each instrument adds a bounded number of bytes to the event and the snapshot', () => {
    const task = createMarketTask(1);
    const random = seededRandom(5);
    const count = 60;
    let last: Buffer | undefined;
    for (let minute = 0; minute < 1_300; minute++) {
      const openTime = begin + minute * minuteMs;
      const instruments = Array.from({ length: count }, (_, index) => ({
        ...{ instrument: index === 0 ? names.btc : `binance:usdm:COIN${index}USDT`, price: 100 + random() },
        ...{ change_5m: random(), change_15m: random(), change_1h: random(), change_4h: random(), change_1d: random() },
        ...{ volume_1h: random(), volume_1d: random(), vwap_1h: random() },
      }));
      const value = encodeEvent('PartitionMeasured', { openTime, partition: 0, missing: [], instruments });
      const record = { topic: 'market.parts', partition: 0, key: '0', timestamp: openTime, value, offset: minute };
      [last] = valuesOf(task, record);
    }
    const bytes = (last?.length ?? 0) / count;
    expect(ranksOf(last)[7]?.beta_1d).not.toBeNull();
    expect(bytes).toBeGreaterThan(50);
    expect(bytes).toBeLessThan(70);
    expect(task.snapshot?.(names.btc).length).toBeLessThan(10_000);
  }, 30_000);
});
