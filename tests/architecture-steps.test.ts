/** Numbered steps: the same numbers, the same count, in the code and in docs/architecture.md. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const inCode = (text: string): number[] => [...text.matchAll(/\/\/ (\d+)\. /g)].map(([, number]) => Number(number));

function inPage(page: string, name: string): number[] {
  const [, list = ''] = page.split(`<!-- ${name} steps -->\n`);
  return [...(list.split('\n\n')[0] ?? '').matchAll(/^(\d+)\. /gm)].map(([, number]) => Number(number));
}

test.each([
  ['commit', 'libs/log/src/processor/transaction-steps.ts'],
  ['take-over', 'libs/log/src/processor/take-over.ts'],
  ['source', 'libs/log/src/processor/source.ts'],
  ['consumer', 'libs/log/src/processor/consumer.ts'],
])('the %s steps', (name, file) => {
  const steps = inCode(read(file)).sort((a, b) => a - b);
  expect(steps.length).toBeGreaterThan(1);
  expect(inPage(read('docs/architecture.md'), name)).toEqual(steps);
});

test('a step more or less would be seen', () => {
  expect(inCode('// 1. Fence\n// 3. Load')).toEqual([1, 3]);
  expect(inPage('<!-- x steps -->\n1. **A.** a\n   b\n2. **B.**\n\n3. not this', 'x')).toEqual([1, 2]);
});
