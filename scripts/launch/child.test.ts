/** The launcher's promises about signals and exit codes, on real processes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;
let launchers: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'child-'));
});
afterEach(() => {
  for (const launcher of launchers) launcher.kill('SIGKILL');
  launchers = [];
  rmSync(folder, { recursive: true });
});

/** Starts a launcher that runs `program`, and collects the lines of both. */
function launch(program: string) {
  const child = join(folder, 'program.mjs');
  const launcher = join(folder, 'launcher.mjs');
  writeFileSync(child, program);
  writeFileSync(
    launcher,
    `import { runChild } from ${JSON.stringify(new URL('child.mjs', import.meta.url).href)};
     process.exitCode = await runChild(process.execPath, [${JSON.stringify(child)}, 'a b', '--c'], process.cwd());`,
  );
  // A group of its own, like a job in a terminal.
  const running = spawn(process.execPath, [launcher], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  launchers.push(running);
  const lines = createInterface(running.stdout)[Symbol.asyncIterator]();
  const next = async (): Promise<string | undefined> => (await lines.next()).value;
  const exited = once(running, 'exit').then(([code]) => code as number);
  return { running, next, exited };
}

const counting = `
  let count = 0;
  const alive = setInterval(() => {}, 1000);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {
    console.log(signal + ' ' + ++count);
    setTimeout(() => { console.log('end'); clearInterval(alive); process.exitCode = 5; }, 100);
  });
  console.log('up ' + process.pid);`;

test('passes on arguments and exit code', async () => {
  const { next, exited } = launch('console.log(process.argv.slice(2).join("|")); process.exitCode = 7;');
  expect(await next()).toBe('a b|--c');
  expect(await exited).toBe(7);
});

test('a signal to the whole group, as Ctrl-C in a terminal, reaches the program once', async () => {
  const { running, next, exited } = launch(counting);
  expect(await next()).toMatch(/^up/);
  process.kill(-(running.pid ?? Number.NaN), 'SIGINT');
  expect([await next(), await next()]).toEqual(['SIGINT 1', 'end']);
  expect(await exited).toBe(5);
});

test('a signal to the launcher alone reaches the program too', async () => {
  const { running, next, exited } = launch(counting);
  expect(await next()).toMatch(/^up/);
  running.kill('SIGTERM');
  expect(await next()).toBe('SIGTERM 1');
  expect(await exited).toBe(5);
});

test('a launcher that is killed leaves no orphan: the program is asked to stop', async () => {
  const { running, next } = launch(counting);
  expect(await next()).toMatch(/^up/);
  running.kill('SIGKILL');
  expect([await next(), await next()]).toEqual(['SIGTERM 1', 'end']);
  expect(await next()).toBeUndefined();
});

test('a program that closes the channel to the launcher is not stopped for it', async () => {
  const { next, exited } = launch(`
    process.on('SIGTERM', () => console.log('stopped'));
    process.disconnect();
    setTimeout(() => { console.log('done'); process.exitCode = 3; }, 300);`);
  expect(await next()).toBe('done');
  expect(await exited).toBe(3);
});

test('a program that dies of a signal is told by the exit code that shells use', async () => {
  const { exited } = launch("process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000);");
  expect(await exited).toBe(128 + 9);
});
