import { describe, expect, test } from 'vitest';
import { bytes, topicSpec, until } from '../contract/bench.ts';
import { Ledger } from '../contract/ledger-task.ts';
import { logOf } from '../log-of-engine.ts';
import type { EmbeddedEngine } from './embedded-engine.ts';
import { crashNames } from './testing/crash-child.ts';
import { TestBed } from './testing/test-bed.ts';

const bed = new TestBed();

describe('keeping house', () => {
  const day = 86_400_000;
  const offsetsOf = async (engine: EmbeddedEngine, topic: string): Promise<number[]> => {
    const offsets: number[] = [];
    for await (const batch of engine.reader({ topic, from: 'beginning', until: 'end' })) {
      offsets.push(...batch.map(({ offset }) => offset));
    }
    return offsets;
  };

  test('removes what is too old from the front, and offsets go on after it', async () => {
    let now = 10 * day;
    const engine = await bed.open('write', () => now);
    await engine.createTopic(topicSpec('t', { partitions: 1, retentionMs: day }));
    const write = (count: number, at: number): Promise<void> =>
      engine
        .writer()
        .append(
          Array.from({ length: count }, (_, i) => ({ topic: 't', key: 'a', value: bytes('x'), timestamp: at + i })),
        );
    await write(5_000, now - 2 * day);
    await write(10, now - 1_000);
    engine.keepHouse();
    expect(await offsetsOf(engine, 't')).toEqual(Array.from({ length: 10 }, (_, i) => 5_000 + i));
    expect(await engine.offsets('t')).toEqual([{ partition: 0, beginning: 5_000, end: 5_010 }]);
    now += 5 * day;
    engine.keepHouse();
    expect(await offsetsOf(engine, 't')).toEqual([]);
    await engine.close();
    const again = await bed.open('write', () => now);
    expect(await again.offsets('t')).toEqual([{ partition: 0, beginning: 5_010, end: 5_010 }]);
    await again.writer().append([{ topic: 't', key: 'a', value: bytes('x'), timestamp: now }]);
    expect(await offsetsOf(again, 't')).toEqual([5_010]);
  });

  test('a processor whose input went away before it was processed says so and goes on', async () => {
    let now = 10 * day;
    const engine = await bed.open('write', () => now);
    const notices: string[] = [];
    const ledger = new Ledger(crashNames, 1);
    await engine.createTopic(topicSpec(crashNames.input, { partitions: 1, retentionMs: day }));
    await engine.createTopic(topicSpec(crashNames.output, { partitions: 1 }));
    await engine.createTopic(topicSpec(crashNames.snapshots, { partitions: 1, compact: true, retentionMs: undefined }));
    const write = (count: number): Promise<void> =>
      engine
        .writer()
        .append(Array.from({ length: count }, () => ({ topic: 'input', key: 'a', value: bytes('1'), timestamp: now })));
    const log = logOf(engine, (notice) => notices.push(notice));
    const run = async (end: number): Promise<void> => {
      const member = await log.processor(ledger.definition);
      await until(`offset ${end}`, async () => (await log.lag(crashNames.group, 'input'))[0]?.committed === end);
      await member.close();
    };
    await write(5);
    await run(5);
    await write(5);
    now += 5 * day;
    await write(1);
    // As on Kafka, where retention does not wait for anybody.
    await engine.protect(crashNames.group, 'input', 0, 10);
    engine.keepHouse();
    expect((await log.lag(crashNames.group, 'input'))[0]).toMatchObject({ committed: 5, beginning: 10, lag: 1 });
    await run(11);
    expect(notices.join()).toContain('those from 5 on were never processed');
    expect(ledger.tasks.get(0)?.accounts.get('a')?.count).toBe(6);
  });

  test('keeps the newest of each key on a compacted topic, and everything inside the lag', async () => {
    const now = 100 * day;
    const engine = await bed.open('write', () => now);
    await engine.createTopic(
      topicSpec('t', { partitions: 1, compact: true, retentionMs: undefined, compactionLagMs: day }),
    );
    const record = (key: string, timestamp: number, value: Uint8Array | null = bytes('x')) => ({
      topic: 't',
      key,
      value,
      timestamp,
    });
    await engine.writer().append([
      record('a', now - 9 * day), // 0: replaced by 2
      record('b', now - 8 * day), // 1: replaced by 4, which is inside the lag: stays
      record('a', now - 7 * day), // 2
      record('c', now - 6 * day, null), // 3: a tombstone that everybody has seen
      record('b', now - day / 2), // 4
      record('b', now - day / 4), // 5
    ]);
    engine.keepHouse();
    expect(await offsetsOf(engine, 't')).toEqual([1, 2, 4, 5]);
    await engine.writer().append([record('a', now)]);
    expect(await engine.offsets('t')).toEqual([{ partition: 0, beginning: 0, end: 7 }]);
    engine.keepHouse();
    expect(await offsetsOf(engine, 't')).toEqual([1, 2, 4, 5, 6]);
  });

  test('where a partition goes on is kept when compaction took its last records away', async () => {
    let now = 100 * day;
    const compacted = topicSpec('t', { partitions: 1, compact: true, retentionMs: undefined, compactionLagMs: 0 });
    const engine = await bed.open('write', () => now);
    await engine.createTopic(compacted);
    const record = (value: Uint8Array | null) => ({ topic: 't', key: 'a', value, timestamp: now });
    await engine.writer().append([record(bytes('x')), record(bytes('y')), record(null)]);
    now += 2 * day;
    engine.keepHouse();
    expect(await offsetsOf(engine, 't')).toEqual([]);
    await engine.close();
    const again = await bed.open('write', () => now);
    expect(await again.offsets('t')).toEqual([{ partition: 0, beginning: 0, end: 3 }]);
    expect(await (await bed.open('read')).offsets('t')).toEqual([{ partition: 0, beginning: 0, end: 3 }]);
    await again.writer().append([record(bytes('z'))]);
    expect(await offsetsOf(again, 't')).toEqual([3]);
  });

  test('never passes what a group needs to take over, also while it does not run, and says so', async () => {
    let now = 10 * day;
    const notices: string[] = [];
    const open = () => bed.openWith({ now: () => now, notify: (notice) => notices.push(notice) });
    const engine = await open();
    await engine.createTopic(topicSpec('t', { partitions: 2, retentionMs: day }));
    const records = Array.from({ length: 100 }, (_, i) => ({
      topic: 't',
      key: null,
      value: bytes('x'),
      timestamp: now + i,
      partition: i % 2,
    }));
    await engine.writer().append(records);
    await engine.protect('a', 't', 0, 20);
    await engine.protect('b', 't', 0, 30);
    await expect(engine.protect('b', 'no-such-topic', 0, 30)).rejects.toMatchObject({ code: 'TOPIC_MISSING' });
    now += 1.5 * day;
    const beginnings = async (from: EmbeddedEngine) => (await from.offsets('t')).map(({ beginning }) => beginning);
    engine.keepHouse();
    expect(await beginnings(engine)).toEqual([20, 50]);
    await engine.close();
    const again = await open();
    again.keepHouse();
    expect(await beginnings(again)).toEqual([20, 50]);
    expect(notices).toEqual([]);
    now += day;
    again.keepHouse();
    again.keepHouse();
    expect(notices).toEqual([
      expect.stringContaining('t partition 0 keeps records 1 days beyond its retention: a needs'),
    ]);
    await again.protect('a', 't', 0, 1_000);
    again.keepHouse();
    expect(await beginnings(again)).toEqual([30, 50]);
    await again.release('b');
    again.keepHouse();
    expect(await beginnings(again)).toEqual([50, 50]);
  });

  test('of several tasks of a group that need a partition, the one that needs most counts', async () => {
    const now = 10 * day;
    const engine = await bed.open('write', () => now);
    await engine.createTopic(topicSpec('t', { partitions: 1, retentionMs: day }));
    const old = { topic: 't', key: 'a', value: bytes('x'), timestamp: now - 2 * day };
    await engine.writer().append(Array.from({ length: 50 }, () => old));
    await engine.protect('a', 't', 0, 20, 0);
    await engine.protect('a', 't', 0, 10, 1);
    await engine.protect('a.b', 't', 0, 5, 0);
    await engine.protect('a.b', 't', 0, 30, 0);
    engine.keepHouse();
    expect((await engine.offsets('t'))[0]?.beginning).toBe(10);
    await engine.protect('a', 't', 0, 25, 1);
    engine.keepHouse();
    expect((await engine.offsets('t'))[0]?.beginning).toBe(20);
    expect(await engine.protections()).toEqual([
      { group: 'a', topic: 't', partition: 0, offset: 20 },
      { group: 'a.b', topic: 't', partition: 0, offset: 30 },
    ]);
    await engine.release('a');
    engine.keepHouse();
    expect((await engine.offsets('t'))[0]?.beginning).toBe(30);
  });

  test('leaves of a side topic what a take-over reads beside the input that it replays', async () => {
    let now = 10 * day;
    const engine = await bed.open('write', () => now);
    await engine.createTopic(topicSpec(crashNames.input, { partitions: 2, retentionMs: day }));
    await engine.createTopic(topicSpec(crashNames.output, { partitions: 2 }));
    await engine.createTopic(topicSpec(crashNames.snapshots, { partitions: 2, compact: true, retentionMs: undefined }));
    await engine.createTopic(topicSpec('side', { partitions: 1, retentionMs: day }));
    const overrides = { sides: ['side'], sideReachMs: { side: 120_000 } };
    const ledger = new Ledger(crashNames, 2, overrides);
    const factor = (value: string, timestamp: number) => ({ topic: 'side', key: 'f', value: bytes(value), timestamp });
    await engine.writer().append([factor('2', now - 600_000), factor('3', now - 60_000), factor('4', now)]);
    const at = (partition: number) => ({
      topic: 'input',
      key: `k${partition}`,
      value: bytes('1'),
      timestamp: now,
      partition,
    });
    await engine.writer().append([at(0), at(1), at(0), at(1)]);
    const log = logOf(engine, () => {});
    const member = await log.processor(ledger.definition);
    const kept = async () => (await log.keptInput()).filter(({ topic }) => topic === 'side');
    await until('everything is processed', async () =>
      (await log.lag(crashNames.group, 'input')).every(({ committed }) => committed === 2),
    );
    await until('the side topic is kept', async () => (await kept()).length > 0);
    await member.close();
    expect(await kept()).toEqual([{ group: crashNames.group, topic: 'side', partition: 0, offset: 1 }]);
    now += 5 * day;
    engine.keepHouse();
    expect(await offsetsOf(engine, 'side')).toEqual([1, 2]);
    await engine.release(crashNames.group);
    engine.keepHouse();
    expect(await offsetsOf(engine, 'side')).toEqual([]);
  });

  test('goes by the retention that was changed last, without a restart', async () => {
    const now = 10 * day;
    const engine = await bed.open('write', () => now);
    await engine.createTopic(topicSpec('t', { partitions: 1, retentionMs: undefined }));
    const at = (timestamp: number) => ({ topic: 't', key: 'a', value: bytes('x'), timestamp });
    await engine.writer().append([at(now - 3 * day), at(now - 2 * day), at(now)]);
    engine.keepHouse();
    expect(await offsetsOf(engine, 't')).toEqual([0, 1, 2]);
    await engine.changeRetention('t', { retentionMs: 2.5 * day, compactionLagMs: 0 });
    engine.keepHouse();
    expect(await offsetsOf(engine, 't')).toEqual([1, 2]);
  });
});

describe('steps', () => {
  const day = 86_400_000;
  const count = 20_000;

  test('are bounded by work: none touches more than it was allowed, and slow ones become small', async () => {
    let watch = 0;
    // Every step seems to take so long.
    let stepMs = 0.5;
    const stopwatch = (): number => {
      watch += stepMs;
      return watch;
    };
    const engine = await bed.openWith({ now: () => 100 * day, stopwatch });
    await engine.createTopic(topicSpec('expired', { partitions: 1, retentionMs: day }));
    const compacted = { partitions: 1, compact: true, retentionMs: undefined };
    await engine.createTopic(topicSpec('compacted', compacted));
    const write = (topic: string, key: (i: number) => string, value: Uint8Array | null) =>
      engine.writer().append(Array.from({ length: count }, (_, i) => ({ topic, key: key(i), value, timestamp: i })));
    // Many keys twice, then one key very often, then nothing but removals.
    await write('compacted', (i) => `${i % (count / 2)}`, bytes('x'));
    await write('compacted', () => 'one', bytes('x'));
    await write('compacted', (i) => `${i}`, null);
    await write('expired', () => 'a', bytes('x'));
    const fast = engine.keepHouse();
    expect(fast.filter(({ limit, touched }) => touched > limit)).toEqual([]);
    expect(Math.max(...fast.map(({ limit }) => limit))).toBe(4_096);
    expect((await engine.offsets('expired'))[0]).toMatchObject({ beginning: count, end: count });
    stepMs = 50;
    await write('expired', () => 'a', bytes('x'));
    await write('compacted', () => 'one', bytes('x'));
    const slow = engine.keepHouse();
    expect(slow.filter(({ limit, touched }) => touched > limit)).toEqual([]);
    expect(slow.at(-1)?.limit).toBe(64);
    expect((await engine.offsets('expired'))[0]).toMatchObject({ beginning: 2 * count, end: 2 * count });
  });

  test('give freed pages back a few at a time, and keep some for what comes', async () => {
    const engine = await bed.openWith({ now: () => 100 * day });
    await engine.createTopic(topicSpec('t', { partitions: 1, retentionMs: day }));
    const value = new Uint8Array(3_000);
    for (let round = 0; round < 15; round += 1) {
      const records = Array.from({ length: 1_000 }, (_, i) => ({ topic: 't', key: 'a', value, timestamp: i }));
      await engine.writer().append(records);
    }
    const before = engine.filePages;
    const steps = engine.keepHouse().filter(({ kind }) => kind === 'pages');
    expect(steps.length).toBeGreaterThan(1);
    expect(steps.filter(({ limit, touched }) => touched > limit)).toEqual([]);
    expect(engine.filePages).toBeLessThan(before / 2);
    expect(engine.filePages).toBeGreaterThan(4_000);
  });
});
