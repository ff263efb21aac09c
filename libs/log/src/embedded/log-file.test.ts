import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { bytes, topicSpec } from '../contract/bench.ts';
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
    await expect(reading).rejects.toMatchObject({ code: 'LOG_CORRUPT' });
  });

  test('a newer version', async () => {
    await (await bed.open()).close();
    const database = new DatabaseSync(bed.file);
    database.exec('PRAGMA user_version = 99');
    database.close();
    for (const mode of ['write', 'read'] as const) {
      await expect(bed.open(mode)).rejects.toMatchObject({ code: 'LOG_NEWER', facts: { found: 99, expected: 1 } });
    }
  });
});

describe('a transaction that fails', () => {
  test('leaves nothing behind, not even a gap in the offsets', async () => {
    const engine = await bed.open();
    await engine.createTopic(topicSpec('t', { partitions: 1 }));
    const table = new DatabaseSync(bed.file);
    table.exec(`CREATE TRIGGER broken BEFORE INSERT ON records_1_0 WHEN NEW.key = 'poison'
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
