/** The files of the repository that people wrote, as text. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

export interface SourceFile {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

const notOurs = /(^|\/)(node_modules|dist(\.\d+)?(\.old)?|\.screener|\.git|generated|coverage)(\/|$)/;

export function sourceFiles(pattern: string): readonly SourceFile[] {
  return globSync(pattern, { cwd: root, exclude: (path) => notOurs.test(path) })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !notOurs.test(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** Tests, and what only tests import: contract suites, doubles, fixtures. */
export const isTest = (path: string): boolean => /\.test\.tsx?$|\/(contract|testing|fixtures)\//.test(path);
