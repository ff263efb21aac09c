import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Flaw, flaws } from './flaws.ts';
import { reproduction, simulate } from './simulation.ts';
import { faultKinds } from './world.ts';

const seeds = 1_000;
/** Ten seconds on a core of its own. */
const timeout = 240_000;

test(`${seeds} seeds: whatever happens, the result is that of a quiet run`, { timeout }, async () => {
  const faults = new Map(faultKinds.map((kind) => [kind, 0]));
  const violations: string[] = [];
  let outputs = 0;
  for (let seed = 1; seed <= seeds; seed += 1) {
    const result = await simulate({ seed });
    for (const [kind, count] of result.faults) faults.set(kind, (faults.get(kind) ?? 0) + count);
    outputs += result.outputs;
    if (result.violations.length > 0) violations.push(`${result.violations[0]}; again with: ${reproduction({ seed })}`);
  }
  expect(violations).toEqual([]);
  expect([...faults].filter(([, count]) => count === 0)).toEqual([]);
  expect(outputs).toBeGreaterThan(50 * seeds);
});

test.each([[3], [77], [1_234]])('seed %i tells the same story every time', async (seed) => {
  const story = async (): Promise<string[]> => {
    const lines: string[] = [];
    await simulate({ seed, trace: (line) => lines.push(line) });
    return lines;
  };
  const first = await story();
  expect(first.length).toBeGreaterThan(100);
  expect(await story()).toEqual(first);
});

test.each(flaws.map((flaw) => [flaw]))('an engine with this flaw is found out: %s', { timeout }, async (flaw: Flaw) => {
  let found: readonly string[] = [];
  for (let seed = 1; seed <= seeds && found.length === 0; seed += 1) {
    found = (await simulate({ seed, flaw })).violations;
  }
  expect(found).not.toEqual([]);
});

test('nothing in the processor takes its time or its chance from elsewhere', () => {
  const folder = join(import.meta.dirname, '../processor');
  const sources = readdirSync(folder).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  expect(sources).toContain('member.ts');
  const elsewhere =
    /\b(set(Timeout|Interval|Immediate)|performance\.now|Date\.now|new Date\(\)|Math\.random|randomUUID|AbortSignal\.timeout)/;
  expect(sources.filter((file) => elsewhere.test(readFileSync(join(folder, file), 'utf8')))).toEqual([]);
});
