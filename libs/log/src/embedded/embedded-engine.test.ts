import { describe, expect, test } from 'vitest';
import { Bench, bytes, text, topicSpec, until } from '../contract/bench.ts';
import { crashNames, crashPartitions } from './testing/crash-child.ts';
import { TestBed } from './testing/test-bed.ts';

const bed = new TestBed();

describe('one writer', () => {
  test('a second one is refused and the holder named; kill -9 frees the log', async () => {
    let isOpen = false;
    const child = bed.startChild('hold', (line) => {
      isOpen ||= line === 'open';
    });
    await until('the child to hold the log', () => isOpen);
    await expect(bed.open()).rejects.toMatchObject({
      code: 'LOG_HELD',
      facts: { directory: bed.directory, holder: `process ${child.pid} (crash-child.ts hold)` },
    });
    await bed.kill(child);
    await (await bed.open()).createTopic(topicSpec('after'));
  });

  test('also within one process', async () => {
    const first = await bed.open();
    await expect(bed.open()).rejects.toMatchObject({ code: 'LOG_HELD' });
    await first.close();
    await bed.open();
  });
});

describe('reading beside the writer', () => {
  test('is possible while another process holds the log, and changes nothing', async () => {
    let isOpen = false;
    bed.startChild('hold', (line) => {
      isOpen ||= line === 'open';
    });
    await until('the child to hold the log', () => isOpen);
    const reading = await bed.open('read');
    await expect(reading.createTopic(topicSpec('x'))).rejects.toMatchObject({ code: 'LOG_READ_ONLY' });
    await expect(reading.writer().append([])).rejects.toMatchObject({ code: 'LOG_READ_ONLY' });
  });

  test('sees what was there, within 50 ms what comes, and topics made later', async () => {
    const writing = await bed.open();
    await writing.createTopic(topicSpec('first', { partitions: 1 }));
    const append = (topic: string, value: string): Promise<void> =>
      writing.writer().append([{ topic, key: 'a', value: bytes(value), timestamp: 1 }]);
    await append('first', '0');
    const reading = await bed.open('read');
    const seen: { value: string | null; atMs: number }[] = [];
    const reader = reading.reader({ topic: 'first', from: 'beginning' });
    const following = (async () => {
      for await (const batch of reader) {
        for (const { value } of batch) seen.push({ value: text(value), atMs: performance.now() });
      }
    })();
    await until('the first record', () => seen.length === 1);
    const waits: number[] = [];
    for (let i = 1; i <= 10; i += 1) {
      await append('first', `${i}`);
      const writtenAt = performance.now();
      await until(`record ${i}`, () => seen.length === i + 1);
      waits.push((seen.at(-1)?.atMs ?? Number.POSITIVE_INFINITY) - writtenAt);
    }
    // The median: a busy machine may hold up one of them.
    expect(waits.sort((a, b) => a - b)[5]).toBeLessThan(50);
    await reader.close();
    await following;
    await writing.createTopic(topicSpec('second', { partitions: 1 }));
    await append('second', 'later');
    expect(await reading.offsets('second')).toEqual([{ partition: 0, beginning: 0, end: 1 }]);
    expect((await reading.topics()).map(({ name }) => name)).toEqual(['first', 'second']);
  });

  test('works after the writer was killed in the middle', async () => {
    const first = await bed.open();
    await first.createTopic(topicSpec(crashNames.input, { partitions: crashPartitions }));
    await first.createTopic(topicSpec(crashNames.output, { partitions: crashPartitions }));
    await first.createTopic(topicSpec(crashNames.snapshots, { partitions: crashPartitions, compact: true }));
    await first.close();
    let lines = 0;
    const child = bed.startChild('process', () => {
      lines += 1;
    });
    await until('the child to write', () => lines > 5);
    await bed.kill(child);
    const bench = new Bench(() => bed.open('read'));
    await bench.start();
    expect((await bench.read(crashNames.input)).length).toBeGreaterThan(5 * 24 - 1);
  });

  test('where there is no log says so', async () => {
    await expect(bed.open('read')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });
});

describe('closing', () => {
  test('commits what was asked for, ends readers, and refuses what comes later', async () => {
    const engine = await bed.open();
    await engine.createTopic(topicSpec('t', { partitions: 1 }));
    const reader = engine.reader({ topic: 't', from: 'end' });
    const reading = (async () => {
      for await (const _ of reader);
    })();
    await until('the reader to begin', () => reader.positions().size === 1);
    const append = engine.writer().append([{ topic: 't', key: 'a', value: bytes('x'), timestamp: 1 }]);
    await engine.close();
    await append;
    await reading;
    await expect(engine.writer().append([])).rejects.toMatchObject({ code: 'LOG_CLOSED' });
    expect(await (await bed.open()).offsets('t')).toEqual([{ partition: 0, beginning: 0, end: 1 }]);
  });
});
