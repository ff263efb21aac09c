import { statSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { bytes, seededRandom, text, topicSpec, until } from '../../contract/bench.ts';
import type { Engine } from '../../engine.ts';
import { openLog } from '../../open-log.ts';
import { TestBed } from '../testing/test-bed.ts';
import { openBeside } from './beside-engine.ts';
import { encodeFrame, frameBytesMax, protocolVersion } from './frames.ts';
import { socketPathOf } from './socket-path.ts';

const bed = new TestBed();
const opened: Engine[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const engine of opened.splice(0)) await engine.close();
});

async function beside(): Promise<Engine> {
  const engine = await openBeside({ directory: bed.directory });
  opened.push(engine);
  return engine;
}

const record = (topic: string, value: string) => ({ topic, key: 'a', value: bytes(value), timestamp: 1 });

async function valuesOf(engine: Engine, topic: string): Promise<(string | null)[]> {
  const values: (string | null)[] = [];
  for await (const batch of engine.reader({ topic, from: 'beginning', until: 'end' })) {
    values.push(...batch.map(({ value }) => text(value)));
  }
  return values;
}

describe('beside a process that writes', () => {
  test('appends and topics go through it, in order, and its readers see them at once', async () => {
    const running = await bed.open();
    await running.createTopic(topicSpec('t', { partitions: 1 }));
    const other = await beside();
    expect(other.cluster).toBe(running.cluster);
    const seen: (string | null)[] = [];
    const reader = running.reader({ topic: 't', from: 'end' });
    const following = (async () => {
      for await (const batch of reader) seen.push(...batch.map(({ value }) => text(value)));
    })();
    await until('the reader to begin', () => reader.positions().size === 1);
    await Promise.all(Array.from({ length: 50 }, (_, i) => other.writer().append([record('t', `${i}`)])));
    await until('all of them', () => seen.length === 50);
    expect(seen).toEqual(Array.from({ length: 50 }, (_, i) => `${i}`));
    expect(await valuesOf(other, 't')).toEqual(seen);
    await reader.close();
    await following;
    await other.createTopic(topicSpec('made', { partitions: 2, retentionMs: 5, compactionLagMs: 7 }));
    expect((await running.topics()).find(({ name }) => name === 'made')).toMatchObject({
      partitions: 2,
      retentionMs: 5,
    });
    const headers = { trace: 'x' };
    await other.writer().append([
      { topic: 'made', key: null, value: null, timestamp: -3, partition: 1, headers },
      { topic: 'made', key: 'ä\0', value: new Uint8Array([0, 255]), timestamp: 9, partition: 1 },
    ]);
    const found = [];
    for await (const batch of running.reader({ topic: 'made', from: 'beginning', until: 'end' })) found.push(...batch);
    expect(found).toEqual([
      { topic: 'made', key: null, value: null, timestamp: -3, partition: 1, offset: 0, headers },
      { topic: 'made', key: 'ä\0', value: new Uint8Array([0, 255]), timestamp: 9, partition: 1, offset: 1 },
    ]);
  });

  test('retention changes through it, and what is kept for a group is let go unless the group runs there', async () => {
    const running = await bed.open();
    await running.createTopic(topicSpec('t', { partitions: 2, retentionMs: 1_000 }));
    const other = await beside();
    expect((await other.topics())[0]).toMatchObject({ retentionMs: 1_000, compactionLagMs: 0 });
    await other.changeRetention('t', { retentionMs: undefined, compactionLagMs: 5 });
    for (const engine of [running, other]) {
      expect((await engine.topics())[0]).toMatchObject({ retentionMs: undefined, compactionLagMs: 5 });
    }
    for (const partition of [0, 1]) await running.protect('g', 't', partition, 10 + partition);
    await running.protect('h', 't', 0, 3);
    const member = await running.join('g', 't', { assigned: () => {}, revoked: async () => {}, failed: () => {} });
    const kept = { group: 'h', topic: 't', partition: 0, offset: 3 };
    const ofG = [0, 1].map((partition) => ({ group: 'g', topic: 't', partition, offset: 10 + partition }));
    await expect(other.release?.('g')).rejects.toMatchObject({ code: 'GROUP_RUNNING', facts: { group: 'g' } });
    expect(await other.protections?.()).toEqual([...ofG, kept]);
    await member.leave();
    await other.release?.('g');
    expect(await other.protections?.()).toEqual([kept]);
  });

  test('errors keep their codes, and what only the writer may do is refused', async () => {
    const running = await bed.open();
    await running.createTopic(topicSpec('t', { partitions: 1 }));
    const other = await beside();
    const refusal = { code: 'TOPIC_MISSING', facts: { topic: 'none' } };
    await expect(other.writer().append([record('none', 'x')])).rejects.toMatchObject(refusal);
    await other.writer().append([record('t', 'still there')]);
    await expect(other.transactor('g', 't', 0)).rejects.toMatchObject({ code: 'LOG_READ_ONLY' });
    const huge = { ...record('t', ''), value: new Uint8Array(frameBytesMax) };
    await expect(other.writer().append([huge])).rejects.toMatchObject({ code: 'APPEND_REFUSED' });
    await other.writer().append([record('t', 'and still')]);
    expect(await valuesOf(running, 't')).toEqual(['still there', 'and still']);
  });

  test('large appends come through whole', async () => {
    const running = await bed.open();
    await running.createTopic(topicSpec('t', { partitions: 1 }));
    const random = seededRandom(1);
    const records = Array.from({ length: 12_000 }, (_, i) => record('t', `${i} ${'x'.repeat(random() * 2_000)}`));
    await (await beside()).writer().append(records);
    expect(await valuesOf(running, 't')).toEqual(records.map(({ value }) => text(value)));
  });

  test('live topics are read from its memory, and a reader that is closed ends', async () => {
    const running = await bed.open();
    await running.createTopic(topicSpec('live', { partitions: 1, live: true }));
    const other = await beside();
    await other.writer().append([record('live', '0')]);
    expect(await other.offsets('live')).toEqual([{ partition: 0, beginning: 0, end: 1 }]);
    expect(await valuesOf(other, 'live')).toEqual(['0']);
    const seen: (string | null)[] = [];
    const reader = other.reader({ topic: 'live', from: 'beginning' });
    const following = (async () => {
      for await (const batch of reader) seen.push(...batch.map(({ value }) => text(value)));
    })();
    for (let i = 1; i <= 5; i += 1) {
      await running.writer().append([record('live', `${i}`)]);
      await until(`live record ${i}`, () => seen.at(-1) === `${i}`);
    }
    expect(reader.positions()).toEqual(new Map([[0, 6]]));
    await reader.close();
    await following;
    // Another one ends with the process.
    const orphan = other.reader({ topic: 'live', from: 'end' })[Symbol.asyncIterator]();
    const pending = orphan.next();
    const refused = expect(pending).rejects.toMatchObject({ code: 'LOG_PEER_LOST' });
    await until('it to be connected', async () => (await other.offsets('live')).length === 1);
    await running.close();
    await refused;
  });

  test('killed in the middle: the caller hears of it, and can write itself from then on', async () => {
    let isOpen = false;
    const child = bed.startChild('hold', (line) => {
      isOpen ||= line === 'open';
    });
    await until('the child to hold the log', () => isOpen);
    const other = await beside();
    await other.createTopic(topicSpec('t', { partitions: 1 }));
    let acknowledged = 0;
    const writing = (async () => {
      for (;;) {
        await other.writer().append([record('t', `${acknowledged}`)]);
        acknowledged += 1;
      }
    })();
    const lost = expect(writing).rejects.toMatchObject({ code: 'LOG_PEER_LOST' });
    await until('some to be written', () => acknowledged > 20);
    await bed.kill(child);
    await lost;
    await other.writer().append([record('t', 'by myself')]);
    const values = await valuesOf(other, 't');
    expect(values.slice(0, acknowledged)).toEqual(Array.from({ length: acknowledged }, (_, i) => `${i}`));
    // The one that was under way may be there or not.
    expect(values.length - acknowledged).toBeLessThanOrEqual(2);
    expect(values.at(-1)).toBe('by myself');
    await expect(bed.open()).rejects.toMatchObject({ code: 'LOG_HELD' });
  });
});

test("openLog({ mode: 'beside' }) is that log behind the port", async () => {
  const running = await bed.open();
  const log = await openLog({ directory: bed.directory, mode: 'beside' });
  const topology = [topicSpec('input', { partitions: 1 }), topicSpec('snapshots', { partitions: 1, compact: true })];
  expect((await log.ensureTopics(topology)).map(({ created }) => created)).toEqual([true, true]);
  await log.writer().append([record('input', 'x')]);
  expect(await log.offsets('input')).toEqual(await running.offsets('input'));
  const definition = { group: 'g', input: 'input', snapshots: 'snapshots', snapshotVersion: 1 };
  const processor = log.processor({ ...definition, task: () => ({ apply: () => {} }) });
  await expect(processor).rejects.toMatchObject({ code: 'LOG_READ_ONLY' });
  await log.close();
});

describe('with nobody who writes', () => {
  test('the lock is taken with the first write and given back at the end; others go through this one', async () => {
    const first = await bed.open();
    await first.createTopic(topicSpec('t', { partitions: 1 }));
    await first.close();
    const reading = await beside();
    expect(await valuesOf(reading, 't')).toEqual([]);
    await (await bed.open()).close();
    await reading.writer().append([record('t', '1')]);
    await expect(bed.open()).rejects.toMatchObject({ code: 'LOG_HELD' });
    await (await beside()).writer().append([record('t', '2')]);
    expect(await valuesOf(reading, 't')).toEqual(['1', '2']);
    const owner = await reading.transactor('g', 't', 0);
    await owner.commit([], 1);
    expect(await reading.committed('g', 't')).toEqual(new Map([[0, 1]]));
    await reading.close();
    await bed.open();
  });

  test('a log that does not exist is made', async () => {
    const other = await beside();
    await other.createTopic(topicSpec('t', { partitions: 1 }));
    expect((await other.topics()).map(({ name }) => name)).toEqual(['t']);
  });
});

describe('the socket', () => {
  test('is for this user only, and its path is short enough however long the directory is', async () => {
    await bed.open();
    expect(statSync(socketPathOf(bed.directory)).mode & 0o777).toBe(0o600);
    expect(socketPathOf(bed.directory)).toBe(join(bed.directory, 'log.sock'));
    const deep = bed.subdirectory('deep/'.repeat(30));
    expect(Buffer.byteLength(socketPathOf(deep))).toBeLessThan(104);
    const running = await bed.openWith({ directory: deep });
    await running.createTopic(topicSpec('t', { partitions: 1 }));
    const other = await openBeside({ directory: deep });
    opened.push(other);
    await other.writer().append([record('t', 'x')]);
    expect(await valuesOf(running, 't')).toEqual(['x']);
    await running.close();
    expect(() => statSync(socketPathOf(deep))).toThrow('ENOENT');
  });

  const greeting = encodeFrame({ id: 1, call: 'hello', version: protocolVersion });
  const nonsense: [string, Buffer][] = [
    ['noise', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['an endless frame', Buffer.from([0xff, 0xff, 0xff, 0xff, 0])],
    ['an empty frame', Buffer.from([0, 0, 0, 0])],
    ['a head longer than its frame', Buffer.from([0, 0, 0, 4, 0, 0, 1, 0])],
    ['a head that is no JSON', Buffer.from([0, 0, 0, 5, 0, 0, 0, 1, 0x7b])],
    ['no greeting', encodeFrame({ id: 1, call: 'append', records: [] })],
    [
      'another version',
      Buffer.concat([encodeFrame({ id: 1, call: 'hello', version: 99 }), encodeFrame({ call: 'offsets' })]),
    ],
    ['an unknown call', Buffer.concat([greeting, encodeFrame({ id: 2, call: 'drop' })])],
    ['records that are none', Buffer.concat([greeting, encodeFrame({ id: 2, call: 'append', records: [[1, 2]] })])],
    [
      'a value that is not there',
      Buffer.concat([greeting, encodeFrame({ id: 2, call: 'append', records: [['t', 0, 0, 1, 'a', null, 1_000]] })]),
    ],
    ['a topic that is none', Buffer.concat([greeting, encodeFrame({ id: 2, call: 'create', spec: { name: 'x' } })])],
    [
      'more words of one who reads',
      Buffer.concat([
        greeting,
        encodeFrame({ id: 2, call: 'read', topic: 't', partitions: null, from: 'end', until: null }),
        greeting,
      ]),
    ],
  ];

  test.each(nonsense)('hangs up on %s', async (_, sent) => {
    const running = await bed.open();
    await running.createTopic(topicSpec('t', { partitions: 1 }));
    const socket = createConnection(socketPathOf(bed.directory));
    sockets.push(socket);
    let isClosed = false;
    socket.on('close', () => {
      isClosed = true;
    });
    socket.on('error', () => {});
    socket.resume();
    // The last words one by one, so that they arrive after what is said before them.
    socket.write(sent);
    const again = setInterval(() => socket.write(greeting.subarray(0, 1)), 20);
    await until('it to hang up', () => isClosed).finally(() => clearInterval(again));
    await (await beside()).writer().append([record('t', 'as ever')]);
    expect(await valuesOf(running, 't')).toEqual(['as ever']);
    expect((await running.topics()).map(({ name }) => name)).toEqual(['t']);
  });

  test('many who connect and say nothing keep out nobody for long, and cost nothing', { timeout: 20_000 }, async () => {
    const running = await bed.open();
    await running.createTopic(topicSpec('t', { partitions: 1 }));
    let closed = 0;
    for (let i = 0; i < 100; i += 1) {
      const socket = createConnection(socketPathOf(bed.directory));
      sockets.push(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        closed += 1;
      });
      // Half a frame, and silence.
      socket.write(greeting.subarray(0, 3));
    }
    await until('all of them to be hung up on', () => closed === 100);
    await (await beside()).writer().append([record('t', 'as ever')]);
    expect(await valuesOf(running, 't')).toEqual(['as ever']);
  });

  test('whoever asks and never listens to the answers is not read from any more', async () => {
    const running = await bed.open();
    await running.createTopic(topicSpec('t', { partitions: 1 }));
    const socket = createConnection(socketPathOf(bed.directory));
    sockets.push(socket);
    socket.on('error', () => {});
    socket.pause();
    socket.write(greeting);
    const question = encodeFrame({ id: 2, call: 'offsets', topic: 'no such topic '.repeat(1_000) });
    // Some megabytes fit into the buffers of the system; after that the questions must wait at the sender.
    for (let i = 0; i < 2_000; i += 1) socket.write(question);
    await until('the sender to be held up', () => socket.writableLength > 0 && socket.bytesWritten > 0);
    const before = process.memoryUsage().arrayBuffers;
    await (await beside()).writer().append([record('t', 'as ever')]);
    expect(await valuesOf(running, 't')).toEqual(['as ever']);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
    expect(socket.writableLength).toBeGreaterThan(0);
  });
});
