/** Which test files a run has, and which of them need what. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface TestFiles {
  readonly unit: readonly string[];
  readonly real: readonly string[];
  /** Only of use with a broker. */
  readonly kafkaOnly: readonly string[];
  readonly wantsKafka: boolean;
  readonly wantsChromium: boolean;
}

/** `filters` as Vitest understands them: a part of the path. */
export function findTests(root: string, filters: readonly string[]): TestFiles {
  const files = globSync('{libs,apps,scripts,tests,bench,chaos}/**/*.test.{ts,tsx}', {
    cwd: root,
    exclude: (path) => /(^|\/)(node_modules|dist|\.screener)$/.test(typeof path === 'string' ? path : ''),
  })
    .filter((file) => !/(^|\/)(node_modules|dist)\//.test(file))
    .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
    .sort();
  const real = files.filter((file) => /\.(kafka|pg|e2e)\.test\.ts$/.test(file));
  const mentions = (word: string) => real.some((file) => readFileSync(join(root, file), 'utf8').includes(word));
  const kafkaOnly = real.filter((file) => file.endsWith('.kafka.test.ts'));
  return {
    unit: files.filter((file) => !real.includes(file)),
    real,
    kafkaOnly,
    wantsKafka: kafkaOnly.length > 0 || mentions('KAFKA_BROKERS'),
    wantsChromium: mentions('CHROMIUM_PATH'),
  };
}
