import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { seededRandom } from '../contract/bench.ts';
import type { LogRecord, NewRecord } from '../port.ts';
import { BlockRows, blockMarks } from './block-rows.ts';
import { BlockTable } from './block-table.ts';
import { BlockEncoder } from './record-block.ts';

const topicId = 1;
/** Nearly everything goes to the first, next to nothing to the last: its blocks stand far apart. */
const shares = [0.9, 0.0985, 0.0015];
const commits = 4_000;

let database = new DatabaseSync(':memory:');
beforeEach(() => {
  database = new DatabaseSync(':memory:');
  database.exec(`CREATE TABLE topics (id INTEGER PRIMARY KEY, next_block INTEGER NOT NULL DEFAULT 1);
    INSERT INTO topics VALUES (${topicId}, 1); ${blockMarks}`);
  BlockRows.create(database, topicId);
});
afterEach(() => database.close());

/** As whoever opens the file finds it. */
function open(writes: boolean) {
  const rows = new BlockRows(database, topicId, writes);
  const encoder = new BlockEncoder();
  const tables = shares.map(
    (_, partition) => new BlockTable(rows, { file: 'f', topicId, topic: 't', partition }, encoder),
  );
  return { rows, tables };
}

/** Whole numbers below one that is given, the same in every run. */
function numbersFrom(seed: number): (below: number) => number {
  const random = seededRandom(seed);
  return (below) => Math.floor(random() * below);
}

/** What was written, and what a table has to answer therefore. */
class Expected {
  readonly records: LogRecord[] = [];

  get high(): number {
    return this.records.reduce((high, { timestamp }) => Math.max(high, timestamp), Number.MIN_SAFE_INTEGER);
  }

  read(from: number, before: number, max: number): LogRecord[] {
    return this.records.slice(from, before).slice(0, max);
  }

  offsetAt(timeMs: number, from: number): number | undefined {
    return this.records.find(({ timestamp, offset }) => offset >= from && timestamp >= timeMs)?.offset;
  }
}

function fill(number: (below: number) => number): readonly Expected[] {
  const expected = shares.map(() => new Expected());
  const { tables } = open(true);
  for (let commit = 0; commit < commits; commit += 1) {
    const dice = number(10_000) / 10_000;
    const partition = dice < (shares[0] ?? 0) ? 0 : dice < 1 - (shares[2] ?? 0) ? 1 : 2;
    const into = expected[partition]?.records ?? [];
    const base = into.length;
    const records = Array.from({ length: 1 + number(3) }, (_, index): NewRecord => {
      const key = number(5) === 0 ? null : `key ä${number(9)}`;
      const value = number(9) === 0 ? null : new Uint8Array(number(2_000)).fill(commit);
      const record = { topic: 't', key, value, timestamp: commit * 10 + number(200) };
      into.push({ ...record, partition, offset: base + index });
      return number(4) === 0 ? { ...record, headers: { n: `${commit}` } } : record;
    });
    for (const [index, { headers }] of records.entries()) {
      const written = into[base + index];
      if (headers !== undefined && written !== undefined) into[base + index] = { ...written, headers };
    }
    const before = into.slice(0, base).reduce((high, { timestamp }) => Math.max(high, timestamp), -1);
    database.exec('BEGIN');
    tables[partition]?.append(base, records, before);
    if (commit % 40 === 7) {
      // Fails, and is tried again.
      database.exec('ROLLBACK; BEGIN');
      tables[partition]?.rolledBack();
      tables[partition]?.append(base, records, before);
    }
    database.exec('COMMIT');
  }
  return expected;
}

test.each([1, 2, 3])('answers as what was written says, from anywhere, whoever opened it (seed %i)', (seed) => {
  const number = numbersFrom(seed);
  const expected = fill(number);
  expect(expected.map(({ records }) => records.length > 0)).toEqual([true, true, true]);
  for (const writes of [true, false]) {
    const { tables } = open(writes);
    for (const [partition, table] of tables.entries()) {
      const model = expected[partition] ?? new Expected();
      const end = model.records.length;
      expect([table.end(), table.high()]).toEqual([end, model.high]);
      for (let round = 0; round < 40; round += 1) {
        const from = number(end);
        const before = from + number(end - from + 1);
        const max = 1 + number(round % 2 === 0 ? 10 : 500);
        expect(table.read(from, before, max)).toEqual(model.read(from, before, max));
        const timeMs = number(commits * 11);
        expect(table.offsetAt(timeMs)).toBe(model.offsetAt(timeMs, 0));
      }
      const followed: LogRecord[] = [];
      while (followed.length < end) followed.push(...table.read(followed.length, end, 100));
      expect(followed).toEqual(model.records);
    }
  }
  const { marks, blocks } = database
    .prepare('SELECT (SELECT count(*) FROM block_marks) AS marks, (SELECT count(*) FROM blocks_1) AS blocks')
    .get() as { marks: number; blocks: number };
  expect(marks).toBeGreaterThan(2 * shares.length);
  expect(marks).toBeLessThan(blocks / 50);
});

test('what is removed from the front is gone, and what is left is found as before', () => {
  const number = numbersFrom(4);
  const expected = fill(number);
  const { rows, tables } = open(true);
  const begins = shares.map(() => 0);
  for (let round = 1; round <= 5; round += 1) {
    for (const [partition, table] of tables.entries()) {
      const end = expected[partition]?.records.length ?? 0;
      const begin = round === 5 ? end : Math.floor((end * round) / 5);
      begins[partition] = begin;
      const id = table.firstNeeded(begin);
      expect(id === undefined).toBe(begin === end);
      table.removeBefore(begin);
    }
    const needed = tables.map((table, partition) => table.firstNeeded(begins[partition] ?? 0) ?? Infinity);
    const first = Math.min(Number.MAX_SAFE_INTEGER, ...needed);
    for (let more = true; more; ) {
      const removable = rows.removable(first, 64);
      if (removable === undefined) break;
      expect(removable.pages).toBeLessThanOrEqual(64);
      rows.remove(removable);
      more = removable.more;
    }
    expect(database.prepare('SELECT count(*) AS left FROM blocks_1 WHERE id < ?').get(first)).toEqual({ left: 0 });
    for (const [partition, table] of tables.entries()) {
      const id = needed[partition] ?? Infinity;
      if (id !== Infinity) table.neededFrom(id);
      const model = expected[partition] ?? new Expected();
      const [begin, end] = [begins[partition] ?? 0, model.records.length];
      expect(table.read(begin, end, 1_000)).toEqual(model.read(begin, end, 1_000));
      const timeMs = number(commits * 11);
      const wanted = model.offsetAt(timeMs, begin);
      const found = table.offsetAt(timeMs);
      expect(wanted === undefined ? undefined : Math.max(found ?? 0, begin)).toBe(wanted);
    }
  }
  expect(database.prepare('SELECT count(*) AS left FROM blocks_1').get()).toEqual({ left: 0 });
  // Ids go on, for others may remember where they were.
  const last = Number(database.prepare('SELECT next_block FROM topics').get()?.next_block);
  expect(last).toBeGreaterThan(commits);
  expect(open(true).rows.nextId(1)).toBe(last);
});

test('bytes that changed are found by their checksum, where the file itself is whole', () => {
  const { tables } = open(true);
  const record: NewRecord = { topic: 't', key: 'a', value: new Uint8Array(100), timestamp: 1 };
  tables[1]?.append(0, [record], 0);
  tables[1]?.append(1, [record], 1);
  database.exec("UPDATE blocks_1 SET records = replace(records, x'00', x'01') WHERE base_offset = 1");
  expect(open(false).tables[1]?.read(0, 1, 10)).toHaveLength(1);
  expect(() => open(false).tables[1]?.read(0, 2, 10)).toThrow(
    expect.objectContaining({
      code: 'LOG_CORRUPT',
      message: expect.stringContaining("offset 1 on are not what was written, found in topic 't' partition 1"),
    }),
  );
});
