import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withLock } from './lock.mjs';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
  file = join(folder, 'deep/install.lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

const nobody = () => expect.unreachable('nobody else should have the lock');

test('the work runs alone and the lock goes with it, also when the work fails', async () => {
  await expect(withLock(file, nobody, async () => existsSync(file))).resolves.toBe(true);
  expect(existsSync(file)).toBe(false);
  await expect(withLock(file, nobody, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(existsSync(file)).toBe(false);
});

test('processes that start at once take turns', async () => {
  const shared = join(folder, 'shared.txt');
  writeFileSync(shared, '');
  // Each process writes when it enters and when it leaves; interleaved lines would show two of them inside.
  const program = `
    import { appendFileSync } from 'node:fs';
    import { withLock } from ${JSON.stringify(new URL('lock.mjs', import.meta.url).href)};
    await withLock(${JSON.stringify(file)}, () => {}, async () => {
      appendFileSync(${JSON.stringify(shared)}, 'in ' + process.pid + '\\n');
      await new Promise((resolve) => setTimeout(resolve, 20));
      appendFileSync(${JSON.stringify(shared)}, 'out ' + process.pid + '\\n');
    });`;
  const codes = await Promise.all(
    [1, 2, 3, 4].map(
      () =>
        new Promise((resolve) => {
          spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit' }).once('exit', resolve);
        }),
    ),
  );
  expect(codes).toEqual([0, 0, 0, 0]);
  const lines = readFileSync(shared, 'utf8').trim().split('\n');
  expect(lines).toHaveLength(8);
  for (let index = 0; index < lines.length; index += 2) {
    expect(lines[index + 1]).toBe(lines[index]?.replace('in', 'out'));
  }
});

test('a dead holder is succeeded at once', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  await withLock(file, nobody, async () => {});
  writeFileSync(file, `${hostname()}:${pid} `);
  await expect(withLock(file, nobody, async () => 'done')).resolves.toBe('done');
});

test('a lock that a living process holds is waited for, until nobody has touched it for long', async () => {
  await withLock(file, nobody, async () => {});
  // This process lives; so does whatever runs on another machine, as far as anybody here can tell.
  writeFileSync(file, `${hostname()}:${process.ppid} another-host:1 `);
  const told: string[] = [];
  const longAgo = new Date(Date.now() - 3_600_000);
  const done = withLock(
    file,
    (holder) => {
      told.push(holder);
      utimesSync(file, longAgo, longAgo);
    },
    async () => 'done',
  );
  await expect(done).resolves.toBe('done');
  expect(told).toEqual([`${hostname()}:${process.ppid} another-host:1 `]);
});

test('a process named by the holder keeps the lock when the holder dies', async () => {
  await withLock(file, nobody, async (alsoHeldBy) => {
    alsoHeldBy(12_345);
    expect(readFileSync(file, 'utf8')).toBe(`${hostname()}:${process.pid} ${hostname()}:12345 `);
  });
});
