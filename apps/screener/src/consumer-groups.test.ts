/** The table of groups beside the sources of the apps that join them. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { consumerGroups } from './consumer-groups.ts';
import { productRoot } from './version.ts';

it('names every group of the apps with what it reads', () => {
  const sources = globSync('apps/*/src/**/*.ts', { cwd: productRoot }).filter((path) => !path.includes('.test.'));
  const found = sources.flatMap((path) => {
    const text = readFileSync(join(productRoot, path), 'utf8');
    const pattern = /\bgroup: ('[\w.]+'|[A-Z_]+),\s+(?:input|topic): '([\w.]+)'/g;
    if (path.startsWith('apps/screener/')) return [];
    return [...text.matchAll(pattern)].map(([, name = '', topic]) => {
      const [, group] = name.startsWith("'")
        ? ['', name.slice(1, -1)]
        : (new RegExp(`const ${name} = '([\\w.]+)'`).exec(text) ?? []);
      return { group, topic };
    });
  });
  const sorted = (groups: readonly { group?: string | undefined }[]) =>
    [...groups].sort((a, b) => ((a.group ?? '') < (b.group ?? '') ? -1 : 1));
  expect(sorted(found)).toEqual(sorted(consumerGroups));
});
