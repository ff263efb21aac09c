import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Checkpointer } from './checkpointer.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'checkpointer-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const deadlineMs = 5_000;
const megabyte = 1_000_000;

test('what was committed comes into the file without a commit that waits for it', async () => {
  const file = join(directory, 'log.sqlite');
  const database = new DatabaseSync(file);
  // Never by itself.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (value BLOB)');
  const insert = database.prepare('INSERT INTO t VALUES (?)');
  const checkpointer = new Checkpointer(file);

  insert.run(new Uint8Array(megabyte / 2));
  checkpointer.committed(1, megabyte / 2);
  expect(statSync(file).size).toBeLessThan(megabyte / 4);

  insert.run(new Uint8Array(megabyte));
  checkpointer.committed(1, megabyte);
  const deadline = performance.now() + deadlineMs;
  while (statSync(file).size < megabyte * 1.5) {
    if (performance.now() > deadline) throw new Error(`still ${statSync(file).size} bytes`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }

  await checkpointer.close();
  database.close();
  expect(statSync(`${file}-wal`, { throwIfNoEntry: false })).toBeUndefined();
});

test('one that had nothing to do is closed at once', async () => {
  const checkpointer = new Checkpointer(join(directory, 'none.sqlite'));
  checkpointer.committed(10, 100);
  await checkpointer.close();
  expect(statSync(join(directory, 'none.sqlite'), { throwIfNoEntry: false })).toBeUndefined();
});
