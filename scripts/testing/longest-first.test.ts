import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { longTests } from './long-tests.ts';
import { longestFirst } from './longest-first.ts';

test('every file of the table exists', () => {
  const root = join(import.meta.dirname, '../..');
  expect(Object.keys(longTests).filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test('long files begin first, the others stay in their order', () => {
  const [longest = '', next = ''] = Object.entries(longTests)
    .toSorted(([, one], [, other]) => other - one)
    .map(([path]) => path);
  const files = ['libs/b.test.ts', next, 'libs/a.test.ts', longest.replaceAll('/', '\\')];
  expect(longestFirst(files, (path) => path)).toEqual([files[3], next, 'libs/b.test.ts', 'libs/a.test.ts']);
});
