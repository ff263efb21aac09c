import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/testing/longest-first.ts';

/** Tests that need a broker, a database or a browser; each file of them says so in its name. */
const realParts = ['**/*.{kafka,pg,e2e}.test.ts'];
const folders = '{libs,apps,scripts,tests,bench,chaos}';
const never = ['**/node_modules/**', '**/dist/**', '**/.screener/**'];
/** Set by scripts/test.ts where no broker can be had; it says so and counts these files as skipped. */
const withoutKafka = process.env.SCREENER_TEST_WITHOUT_KAFKA === '1' ? ['**/*.kafka.test.ts'] : [];

export default defineConfig({
  test: {
    // Tests start real servers and write real files; a process of its own per file keeps them apart.
    pool: 'forks',
    // On two cores: most of them wait for brokers, clocks and each other more than they compute.
    maxWorkers: 3,
    restoreMocks: true,
    setupFiles: [join(import.meta.dirname, 'scripts/testing/patience.ts')],
    expect: { poll: { timeout: 15_000 } },
    sequence: { sequencer: LongestFirst },
    // Vitest and Node choose different builds of graphql; a library that checks classes must get the one that we get.
    server: { deps: { inline: ['graphql-ws'] } },
    teardownTimeout: 20_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [`${folders}/**/*.test.{ts,tsx}`],
          exclude: [...never, ...realParts],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'real',
          include: realParts.map((pattern) => `${folders}/${pattern}`),
          exclude: [...never, ...withoutKafka],
          testTimeout: 60_000,
          hookTimeout: 90_000,
        },
      },
    ],
  },
});
