import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { faultKinds } from './fault-kinds.ts';

it('is what the README tells of', () => {
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  const table = readme.slice(readme.indexOf('| kind |'));
  const rows = table.split('\n').filter((line) => line.startsWith('| `'));
  const told = rows.flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, kind]) => kind));
  expect(told.sort()).toEqual([...faultKinds].sort());
});
