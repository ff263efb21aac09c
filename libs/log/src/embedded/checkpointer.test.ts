import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Checkpointer } from './checkpointer.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'checkpointer-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const deadlineMs = 15_000;
const megabyte = 1_000_000;
const pageBytes = 4_096;

test('what was committed comes into the file without a commit that waits for it', async () => {
  const file = join(directory, 'log.sqlite');
  const database = new DatabaseSync(file);
  // Never by itself.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (value BLOB)');
  const insert = database.prepare('INSERT INTO t VALUES (?)');
  const checkpointer = new Checkpointer(file);

  insert.run(new Uint8Array(megabyte / 2));
  checkpointer.committed(megabyte / 2 / pageBytes);
  expect(statSync(file).size).toBeLessThan(megabyte / 4);

  insert.run(new Uint8Array(4 * megabyte));
  checkpointer.committed((4 * megabyte) / pageBytes);
  const deadline = performance.now() + deadlineMs;
  while (statSync(file).size < megabyte * 4.5) {
    if (performance.now() > deadline) throw new Error(`still ${statSync(file).size} bytes`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }

  await checkpointer.close();
  database.close();
  expect(statSync(`${file}-wal`, { throwIfNoEntry: false })).toBeUndefined();
});

test('many small commits make the write-ahead log no longer than it has to be', { timeout: 20_000 }, async () => {
  const file = join(directory, 'log.sqlite');
  const database = new DatabaseSync(file, { timeout: deadlineMs });
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 0');
  database.exec('CREATE TABLE t (value BLOB)');
  const insert = database.prepare('INSERT INTO t VALUES (?)');
  const checkpointer = new Checkpointer(file);
  const commit = (): number => {
    insert.run(new Uint8Array(10));
    checkpointer.committed(1);
    return statSync(`${file}-wal`).size;
  };
  // Once everything is copied, the next commit begins anew where the first one stood. One that came while it was being
  // copied is left for the next time.
  const deadline = performance.now() + deadlineMs;
  for (let before = 0, after = 1; after > before; ) {
    if (performance.now() > deadline) throw new Error(`still longer with each commit: ${after} bytes`);
    for (let commits = 0; commits < 1_100; commits += 1) before = commit();
    await new Promise((resolve) => setTimeout(resolve, 100));
    after = commit();
  }
  await checkpointer.close();
  database.close();
});

test('one that had nothing to do is closed at once', async () => {
  const checkpointer = new Checkpointer(join(directory, 'none.sqlite'));
  checkpointer.committed(10);
  await checkpointer.close();
  expect(statSync(join(directory, 'none.sqlite'), { throwIfNoEntry: false })).toBeUndefined();
});

test('a process that has nothing left but to close its log ends as it should', { timeout: 20_000 }, async () => {
  const program = `
    import { openEmbeddedLog } from ${JSON.stringify(new URL('./embedded-engine.ts', import.meta.url).href)};
    const engine = await openEmbeddedLog({ directory: ${JSON.stringify(directory)}, mode: 'write' });
    await engine.createTopic({ name: 't', about: '', key: '', events: [], writers: [], partitions: 1, retentionMs: 1e12, compact: false, compactionLagMs: 0, live: false });
    const writer = engine.writer();
    const record = { topic: 't', key: 'k', value: Buffer.alloc(1_000), timestamp: 0 };
    for (let round = 0; round < 60; round++) await writer.append(Array.from({ length: 100 }, () => record));
    await engine.close();
    console.log('closed');`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
  expect(stdout).toBe('closed\n');
});
