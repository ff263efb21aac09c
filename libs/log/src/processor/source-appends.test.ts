import { expect, test } from 'vitest';
import type { Transactor } from '../engine.ts';
import type { NewRecord } from '../port.ts';
import { SourceAppends } from './source-appends.ts';

const record = (value: string, bytes = 1): NewRecord => ({
  topic: 't',
  key: value,
  value: new Uint8Array(bytes),
  timestamp: 1,
});

/** Commits when the test says so. */
function setUp(committed?: number) {
  const commits: { keys: (string | null)[]; nextOffset: number; resolve(): void; reject(cause: unknown): void }[] = [];
  const transactor: Transactor = {
    committed,
    commit: (outputs, nextOffset) =>
      new Promise((resolve, reject) => {
        commits.push({ keys: outputs.map(({ key }) => key), nextOffset, resolve, reject });
      }),
    close: async () => {},
  };
  let progressed = 0;
  const place = { group: 'g', partition: 3 };
  const appends = new SourceAppends(place, transactor, () => {
    progressed += 1;
  });
  return { appends, commits, progressed: () => progressed };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('one transaction is under way; what comes meanwhile goes together in the next one, the offset stays', async () => {
  const { appends, commits, progressed } = setUp(17);
  const together = [appends.append([record('a'), record('b')]), appends.append([record('c')])];
  await turn();
  const later = [appends.append([record('d')]), appends.append([record('e')])];
  await turn();
  expect(commits.map(({ keys }) => keys)).toEqual([['a', 'b', 'c']]);
  commits[0]?.resolve();
  await Promise.all(together);
  await turn();
  expect(commits.map(({ keys, nextOffset }) => [...keys, nextOffset])).toEqual([
    ['a', 'b', 'c', 17],
    ['d', 'e', 17],
  ]);
  commits[1]?.resolve();
  await Promise.all(later);
  expect(progressed()).toBe(2);
});

test('a transaction has a limit of records and of bytes, and a single append is never cut', async () => {
  const { appends, commits } = setUp();
  const many = (count: number): NewRecord[] => Array.from({ length: count }, (_, i) => record(`${i}`));
  const done = [
    appends.append(many(4_000)),
    appends.append(many(2_000)),
    appends.append(many(7_000)),
    appends.append([record('big', 8_000_000)]),
    appends.append([record('big', 8_000_000)]),
  ];
  for (let next = 0; next < 5; next += 1) {
    await turn();
    commits[next]?.resolve();
  }
  await Promise.all(done);
  expect(commits.map(({ keys }) => keys.length)).toEqual([4_000, 2_000, 7_000, 1, 1]);
  expect(commits[0]?.nextOffset).toBe(0);
});

test('after a failure everything that waits and everything that comes is rejected with its cause', async () => {
  const { appends, commits } = setUp();
  const cause = new Error('fenced');
  const first = appends.append([record('a')]);
  await turn();
  const waiting = appends.append([record('b')]);
  commits[0]?.reject(cause);
  for (const append of [first, waiting, appends.append([record('c')]), appends.failed]) {
    await expect(append).rejects.toBe(cause);
  }
  await appends.close();
  expect(commits).toHaveLength(1);
});

test.each([
  ['records', 60_000, 1],
  ['bytes', 9, 8_000_000],
])('too many %s that wait end it: nothing is written after a hole', async (_, count, bytes) => {
  const { appends, commits } = setUp();
  const first = appends.append([record('under way')]);
  await turn();
  const one = record('waiting', bytes);
  const batch = (): NewRecord[] => Array.from({ length: count }, () => one);
  const waiting = appends.append(batch());
  const overrun = { code: 'APPEND_OVERRUN', retryable: true };
  await expect(appends.append(batch())).rejects.toMatchObject(overrun);
  await expect(waiting).rejects.toMatchObject(overrun);
  await expect(appends.append([record('small')])).rejects.toMatchObject(overrun);
  // What is under way still has its own end.
  commits[0]?.resolve();
  await first;
  await appends.close();
  expect(commits).toHaveLength(1);
});

test('closing waits for what was appended', async () => {
  const { appends, commits } = setUp();
  const first = appends.append([record('a')]);
  await turn();
  const second = appends.append([record('b')]);
  let closed = false;
  const closing = appends.close().then(() => {
    closed = true;
  });
  commits[0]?.resolve();
  await first;
  await turn();
  expect(closed).toBe(false);
  commits[1]?.resolve();
  await Promise.all([second, closing]);
  await expect(appends.append([record('late')])).rejects.toMatchObject({ code: 'LOG_CLOSED' });
});
