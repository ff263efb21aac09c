/** Links between pages and into the code lead somewhere; commands that pages name exist. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { declaredMetrics } from '../scripts/metric-declarations.ts';
import { root, sourceFiles } from './house/source-files.ts';

const pages = [...sourceFiles('*.md'), ...sourceFiles('docs/**/*.md')];

function deadLinks(path: string, text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target.split('#')[0] ?? '')
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target))
    .filter((target) => !existsSync(join(root, dirname(path), target)))
    .map((target) => `${path} links to ${target}`);
}

test('links lead somewhere', () => {
  expect(pages.length).toBeGreaterThan(10);
  expect(pages.flatMap(({ path, text }) => deadLinks(path, text))).toEqual([]);
  expect(deadLinks('docs/a.md', '[x](nowhere.md) [y](architecture.md#z) [z](https://example.org)')).toHaveLength(1);
});

test('npm commands that pages name exist', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const named = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/npm run ([\w:-]+)( --workspace)?/g)]
      .filter(([, , workspace]) => workspace === undefined)
      .map(([, name = '']) => ({ path, name })),
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter(({ name }) => scripts[name] === undefined)).toEqual([]);
});

test('metrics that pages name exist', () => {
  const declared = new Set(declaredMetrics(root).map(({ name }) => name));
  const families = new Set([...declared].map((name) => name.split('_')[0]));
  const named = pages
    .filter(({ path }) => path !== 'docs/metrics.md')
    .flatMap(({ text }) => [...text.matchAll(/\b[a-z]+(?:_[a-z0-9]+)+(?=\b)/g)].map(([name]) => name))
    .filter((name) => families.has(name.split('_')[0]) && /_(total|seconds|bytes|records|up|bucket)$/.test(name));
  expect(named).toContain('screener_app_up');
  expect([...new Set(named)].filter((name) => !declared.has(name.replace(/_bucket$/, '')))).toEqual([]);
});
