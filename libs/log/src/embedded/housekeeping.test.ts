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
});
