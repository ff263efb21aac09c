/** Types and lint: each counts as one test. */
import { join } from 'node:path';
import type { Children } from './children.ts';
import { add, type Counts, none } from './counts.ts';

const limitMs = 5 * 60_000;

export async function checkRepository(root: string, children: Children): Promise<Counts> {
  const bin = join(root, 'node_modules/.bin');
  const windows = process.platform === 'win32' ? '.cmd' : '';
  let counts = none;
  for (const [file, args] of [
    ['tsc', ['-p', '.']],
    ['biome', ['check', '--max-diagnostics=50', '--error-on-warnings']],
  ] as const) {
    const { code, output } = await children.run(join(bin, file + windows), args, { cwd: root, quiet: true, limitMs });
    if (code !== 0) process.stdout.write(`\n${file} ${args.join(' ')}\n${output}\n`);
    counts = add(counts, code === 0 ? { ...none, passed: 1 } : { ...none, failed: 1 });
  }
  return counts;
}
