/** `npm run check`: types, lint and the rules of the house, in seconds; for while one works. */
import { join } from 'node:path';
import { createChildren } from './testing/children.ts';
import { checkRepository } from './testing/static-checks.ts';

const root = join(import.meta.dirname, '..');
const children = createChildren();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void children.stop());

const { failed } = await checkRepository(root, children);
const house = await children.run(
  process.execPath,
  [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project=unit', 'tests/'],
  { cwd: root, quiet: false, limitMs: 120_000 },
);
process.exitCode = failed === 0 && house.code === 0 ? 0 : 1;
