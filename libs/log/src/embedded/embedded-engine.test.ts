import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Bench, bytes, seededRandom, text, topicSpec, until } from '../contract/bench.ts';
import { Ledger } from '../contract/ledger-task.ts';
import { crashNames, crashPartitions } from './crash-child.ts';
import { type EmbeddedEngine, openEmbeddedLog } from './embedded-engine.ts';

let directory: string;
const engines: EmbeddedEngine[] = [];
const children: ChildProcess[] = [];

const open = async (mode: 'write' | 'read' = 'write', now?: () => number): Promise<EmbeddedEngine> => {
  const engine = await openEmbeddedLog({ directory, mode, ...(now && { now }) });
  engines.push(engine);
  return engine;
};

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'screener-log-'));
});

afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(directory, { recursive: true, force: true });
});

/** Starts the child and hands each line of its output to `line`. */
function startChild(job: 'hold' | 'process', line: (text: string) => void): ChildProcess {
  const script = fileURLToPath(new URL('./crash-child.ts', import.meta.url));
  const child = spawn(process.execPath, [script, job, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  createInterface({ input: child.stdout }).on('line', line);
  return child;
}

describe('one writer', () => {
  test('a second one is refused and the holder named; kill -9 frees the log', async () => {
    let isOpen = false;
    const child = startChild('hold', (line) => {
      isOpen ||= line === 'open';
    });
    await until('the child to hold the log', () => isOpen);
    await expect(open()).rejects.toMatchObject({
      code: 'LOG_HELD',
      facts: { directory, holder: `process ${child.pid} (crash-child.ts hold)` },
    });
    child.kill('SIGKILL');
    await once(child, 'exit');
    await (await open()).createTopic(topicSpec('after'));
  });

  test('also within one process', async () => {
    const first = await open();
    await expect(open()).rejects.toMatchObject({ code: 'LOG_HELD' });
    await first.close();
    await open();
  });

  test('kill -9 at any moment: every output exactly once', { timeout: 60_000 }, async () => {
    const bench = new Bench(() => open());
    await bench.start();
    for (const topic of [crashNames.input, crashNames.output]) {
      await bench.engine.createTopic(topicSpec(topic, { partitions: crashPartitions }));
    }
    const compacted = { partitions: crashPartitions, compact: true, retentionMs: undefined };
    await bench.engine.createTopic(topicSpec(crashNames.snapshots, compacted));
    await bench.stop();
    const random = seededRandom(5);
    for (let life = 0; life < 4; life += 1) {
      let lines = 0;
      const child = startChild('process', () => {
        lines += 1;
      });
      const enough = 5 + Math.floor(random() * 40);
      await until(`life ${life} to get going`, () => lines >= enough);
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await bench.start();
    const ledger = new Ledger(crashNames, crashPartitions);
    const member = await bench.log.processor(ledger.definition);
    await until('the rest to be processed', () => ledger.caughtUp(bench));
    await member.close();
    const { outputs, states } = await ledger.undisturbed(bench);
    expect(await ledger.outputs(bench)).toEqual(outputs);
    expect(ledger.states()).toEqual(states);
    expect(outputs.flat().length).toBeGreaterThan(4 * 5 * 24);
    await bench.stop();
  });
});

describe('reading beside the writer', () => {
  test('is possible while another process holds the log, and changes nothing', async () => {
    let isOpen = false;
    startChild('hold', (line) => {
      isOpen ||= line === 'open';
    });
    await until('the child to hold the log', () => isOpen);
    const reading = await open('read');
    await expect(reading.createTopic(topicSpec('x'))).rejects.toMatchObject({ code: 'LOG_READ_ONLY' });
    await expect(reading.writer().append([])).rejects.toMatchObject({ code: 'LOG_READ_ONLY' });
  });

  test('sees what was there, within 50 ms what comes, and topics made later', async () => {
    const writing = await open();
    await writing.createTopic(topicSpec('first', { partitions: 1 }));
    const append = (topic: string, value: string): Promise<void> =>
      writing.writer().append([{ topic, key: 'a', value: bytes(value), timestamp: 1 }]);
    await append('first', '0');
    const reading = await open('read');
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
    const first = await open();
    await first.createTopic(topicSpec(crashNames.input, { partitions: crashPartitions }));
    await first.createTopic(topicSpec(crashNames.output, { partitions: crashPartitions }));
    await first.createTopic(topicSpec(crashNames.snapshots, { partitions: crashPartitions, compact: true }));
    await first.close();
    let lines = 0;
    const child = startChild('process', () => {
      lines += 1;
    });
    await until('the child to write', () => lines > 5);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const bench = new Bench(() => open('read'));
    await bench.start();
    expect((await bench.read(crashNames.input)).length).toBeGreaterThan(5 * 24 - 1);
  });

  test('where there is no log says so', async () => {
    await expect(open('read')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });
});

describe('files that cannot be used', () => {
  const file = (): string => join(directory, 'log.sqlite');

  test.each([
    [
      'garbage',
      (): void => writeFileSync(file(), 'this is not a database, and long enough to be looked at '.repeat(20)),
    ],
    ['another database', (): void => new DatabaseSync(file()).exec('PRAGMA user_version = 1; CREATE TABLE t (a)')],
  ])('%s', async (_, spoil) => {
    spoil();
    await expect(open()).rejects.toMatchObject({ code: 'LOG_CORRUPT', facts: { file: file() } });
    // The lock was given back.
    rmSync(file());
    await open();
  });

  test('a page overwritten in the middle is found where it is read', async () => {
    const engine = await open();
    await engine.createTopic(topicSpec('t', { partitions: 1 }));
    const records = Array.from({ length: 5_000 }, (_, i) => ({
      topic: 't',
      key: 'a',
      value: new Uint8Array(200),
      timestamp: i,
    }));
    await engine.writer().append(records);
    await engine.close();
    const content = readFileSync(file());
    content.fill(
      0xff,
      Math.floor(content.length / 2 / 4_096) * 4_096,
      Math.floor(content.length / 2 / 4_096) * 4_096 + 8_192,
    );
    writeFileSync(file(), content);
    const reading = (async () => {
      for await (const _ of (await open()).reader({ topic: 't', from: 'beginning', until: 'end' }));
    })();
    await expect(reading).rejects.toMatchObject({ code: 'LOG_CORRUPT' });
  });

  test('a newer version', async () => {
    await (await open()).close();
    const database = new DatabaseSync(file());
    database.exec('PRAGMA user_version = 99');
    database.close();
    for (const mode of ['write', 'read'] as const) {
      await expect(open(mode)).rejects.toMatchObject({ code: 'LOG_NEWER', facts: { found: 99, expected: 1 } });
    }
  });
});

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
    const engine = await open('write', () => now);
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
    const again = await open('write', () => now);
    expect(await again.offsets('t')).toEqual([{ partition: 0, beginning: 5_010, end: 5_010 }]);
    await again.writer().append([{ topic: 't', key: 'a', value: bytes('x'), timestamp: now }]);
    expect(await offsetsOf(again, 't')).toEqual([5_010]);
  });

  test('keeps the newest of each key on a compacted topic, and everything inside the lag', async () => {
    const now = 100 * day;
    const engine = await open('write', () => now);
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

describe('closing', () => {
  test('commits what was asked for, ends readers, and refuses what comes later', async () => {
    const engine = await open();
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
    expect(await (await open()).offsets('t')).toEqual([{ partition: 0, beginning: 0, end: 1 }]);
  });
});
