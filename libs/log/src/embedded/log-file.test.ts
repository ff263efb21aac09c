import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { bytes, topicSpec, until } from '../contract/bench.ts';
import { openLogFile, schemaVersion, withoutFsync } from './log-file.ts';
import { TestBed } from './testing/test-bed.ts';

const bed = new TestBed();

describe('files that cannot be used', () => {
  test.each([
    [
      'garbage',
      (): void => writeFileSync(bed.file, 'this is not a database, and long enough to be looked at '.repeat(20)),
    ],
    ['another database', (): void => new DatabaseSync(bed.file).exec('PRAGMA user_version = 1; CREATE TABLE t (a)')],
  ])('%s', async (_, spoil) => {
    spoil();
    await expect(bed.open()).rejects.toMatchObject({ code: 'LOG_CORRUPT', facts: { file: bed.file } });
    // The lock was given back.
    rmSync(bed.file);
    await bed.open();
  });

  test('a page overwritten in the middle is found where it is read', async () => {
    const engine = await bed.open();
    await engine.createTopic(topicSpec('t', { partitions: 1 }));
    const records = Array.from({ length: 5_000 }, (_, i) => ({
      topic: 't',
      key: 'a',
      value: new Uint8Array(200),
      timestamp: i,
    }));
    await engine.writer().append(records);
    await engine.close();
    const content = readFileSync(bed.file);
    content.fill(
      0xff,
      Math.floor(content.length / 2 / 4_096) * 4_096,
      Math.floor(content.length / 2 / 4_096) * 4_096 + 8_192,
    );
    writeFileSync(bed.file, content);
    const reading = (async () => {
      for await (const _ of (await bed.open()).reader({ topic: 't', from: 'beginning', until: 'end' }));
    })();
    await expect(reading).rejects.toMatchObject({
      code: 'LOG_CORRUPT',
      facts: { file: bed.file, reason: expect.stringContaining("topic 't' partition 0") },
    });
  });

  test('one of version 1 becomes one of today, and until then cannot be read beside', async () => {
    const first = await bed.open();
    await first.createTopic(topicSpec('t', { partitions: 1 }));
    await first.close();
    const database = new DatabaseSync(bed.file);
    database.exec(`ALTER TABLE partitions DROP COLUMN known_end; DROP TABLE protections;
      ALTER TABLE topics DROP COLUMN layout; ALTER TABLE topics DROP COLUMN next_block;
      DROP TABLE block_marks; DROP TABLE blocks_1;
      CREATE TABLE records_1_0 (record_offset INTEGER PRIMARY KEY, timestamp INTEGER NOT NULL, key TEXT, value BLOB, headers TEXT);
      INSERT INTO records_1_0 VALUES (0, 1, 'a', x'78', NULL);
      PRAGMA user_version = 1`);
    database.close();
    await expect(bed.open('read')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    let clock = 0;
    const now = await bed.open('write', () => clock);
    await now.protect('g', 't', 0, 0);
    await now.writer().append([{ topic: 't', key: 'b', value: bytes('y'), timestamp: 2 }]);
    for (const engine of [now, await bed.open('read')]) {
      expect(await engine.offsets('t')).toEqual([{ partition: 0, beginning: 0, end: 2 }]);
      const values: string[] = [];
      for await (const batch of engine.reader({ topic: 't', from: 'beginning', until: 'end' })) {
        values.push(...batch.map(({ value }) => String.fromCharCode(...(value ?? []))));
      }
      expect(values).toEqual(['x', 'y']);
    }
    await now.changeRetention('t', { retentionMs: 10, compactionLagMs: 0 });
    await now.release('g');
    clock = 12;
    now.keepHouse();
    expect(await now.offsets('t')).toEqual([{ partition: 0, beginning: 1, end: 2 }]);
  });

  test('a newer version', async () => {
    await (await bed.open()).close();
    const database = new DatabaseSync(bed.file);
    database.exec('PRAGMA user_version = 99');
    database.close();
    for (const mode of ['write', 'read'] as const) {
      await expect(bed.open(mode)).rejects.toMatchObject({
        code: 'LOG_NEWER',
        facts: { found: 99, expected: schemaVersion },
      });
    }
  });
});

describe('a disk that is full', () => {
  const record = (i: number) => ({ topic: 't', key: 'a', value: new Uint8Array(4_000), timestamp: i });

  test('makes writers wait, says so once, and loses nothing that was acknowledged', async () => {
    const notices: string[] = [];
    let now = 0;
    const options = { bytesMax: 1_000_000, notify: (notice: string) => notices.push(notice), now: () => now };
    const engine = await bed.openWith(options);
    await engine.createTopic(topicSpec('t', { partitions: 1, retentionMs: 1_000 }));
    let acknowledged = 0;
    let waiting = 0;
    const writing = (async () => {
      for (let i = 0; i < 500; i += 1) {
        waiting = i;
        await engine.writer().append([record(i)]);
        acknowledged = i + 1;
      }
    })();
    await until('the disk to be full', () => notices.length > 0);
    expect(notices).toEqual([expect.stringContaining('cannot write the log file')]);
    expect(acknowledged).toBe(waiting);
    expect(await engine.offsets('t')).toEqual([{ partition: 0, beginning: 0, end: acknowledged }]);
    // Readers are not concerned.
    const read: number[] = [];
    for await (const batch of engine.reader({ topic: 't', from: 'beginning', until: 'end' })) {
      read.push(...batch.map(({ offset }) => offset));
    }
    expect(read).toHaveLength(acknowledged);
    // Somebody makes room, as often as it takes.
    now = 1_000_000;
    await until('everything to be written', () => {
      engine.keepHouse();
      return acknowledged === 500;
    });
    await writing;
    expect(notices.at(-1)).toContain('can be written again');
    expect((await engine.offsets('t'))[0]?.end).toBe(500);
  });

  test('is told to whoever waits when the log is closed, and not for ever to more and more writers', async () => {
    const notices: string[] = [];
    const engine = await bed.openWith({ bytesMax: 200_000, notify: (notice) => notices.push(notice) });
    await engine.createTopic(topicSpec('t', { partitions: 1 }));
    const large = Array.from({ length: 100 }, (_, i) => record(i));
    const writing = engine.writer().append(large);
    await until('the disk to be full', () => notices.length > 0);
    const many = Array.from({ length: 250_000 }, (_, i) => ({ topic: 't', key: 'a', value: null, timestamp: i }));
    await expect(engine.writer().append(many)).rejects.toMatchObject({ code: 'LOG_WRITE_FAILED' });
    const refused = expect(writing).rejects.toMatchObject({ code: 'LOG_WRITE_FAILED' });
    await engine.close();
    await refused;
    expect(await (await bed.open()).offsets('t')).toEqual([{ partition: 0, beginning: 0, end: 0 }]);
  });
});

describe('a transaction that fails', () => {
  test('leaves nothing behind, not even a gap in the offsets', async () => {
    const engine = await bed.open();
    await engine.createTopic(topicSpec('t', { partitions: 1 }));
    const table = new DatabaseSync(bed.file);
    table.exec(`CREATE TRIGGER broken BEFORE INSERT ON blocks_1 WHEN instr(NEW.records, x'706f69736f6e')
      BEGIN SELECT RAISE(ABORT, 'a broken disk'); END`);
    table.close();
    const record = (key: string, timestamp = 1) => ({ topic: 't', key, value: bytes(key), timestamp });
    const writer = engine.writer();
    await expect(writer.append([record('good'), record('poison')])).rejects.toThrow('a broken disk');
    expect(await engine.offsets('t')).toEqual([{ partition: 0, beginning: 0, end: 0 }]);
    // One that is refused before the transaction does not touch those that share it.
    const [refused, kept] = await Promise.allSettled([writer.append([record('a', 1.5)]), writer.append([record('b')])]);
    expect([refused?.status, kept?.status]).toEqual(['rejected', 'fulfilled']);
    expect(await engine.offsets('t')).toEqual([{ partition: 0, beginning: 0, end: 1 }]);
  });
});

describe('fsync', () => {
  const [normal, full] = [1, 2];

  test('is left out of what nobody waits for, and of nothing after it, also where that fails', async () => {
    const log = openLogFile(bed.directory, 'write');
    const synchronous = () => log.database.prepare('PRAGMA synchronous').get()?.synchronous;
    expect(synchronous()).toBe(full);
    expect(withoutFsync(log, synchronous)).toBe(normal);
    expect(synchronous()).toBe(full);
    const failing = (): never => {
      throw new Error('a broken disk');
    };
    expect(() => withoutFsync(log, failing)).toThrow('a broken disk');
    expect(synchronous()).toBe(full);
    log.database.close();
  });
});
