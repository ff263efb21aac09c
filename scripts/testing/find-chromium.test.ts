import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findChromium } from './find-chromium.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chromium-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('finds an executable of a known name on the PATH', () => {
  const file = join(folder, 'chromium');
  writeFileSync(file, '');
  chmodSync(file, 0o644);
  expect(findChromium({ PATH: folder })).not.toBe(file);
  chmodSync(file, 0o755);
  expect(findChromium({ PATH: `/nowhere:${folder}` })).toBe(file);
});

test('a given path that is no program is not replaced by another browser', () => {
  expect(findChromium({ CHROMIUM_PATH: join(folder, 'absent'), PATH: process.env.PATH })).toBeUndefined();
});
