import { expect, test } from 'vitest';
import { type Flaw, sourceFlaws } from './flaws.ts';
import { reproduction } from './simulation.ts';
import { simulateSources } from './source-simulation.ts';
import { type FaultKind, faultKinds } from './world.ts';

const seeds = 300;
const timeout = 240_000;

/** What there is only with an input and with snapshots. */
const ofProcessors: readonly FaultKind[] = [
  'snapshots compacted',
  'input expired',
  'records that cannot be processed',
  'killed before an upkeep',
  'killed in an upkeep',
  'upkeeps of unknown outcome',
];

test(`${seeds} seeds of sources: nothing is lost, doubled, by half or out of order`, { timeout }, async () => {
  const faults = new Map(faultKinds.filter((kind) => !ofProcessors.includes(kind)).map((kind) => [kind, 0]));
  const violations: string[] = [];
  let outputs = 0;
  for (let seed = 1; seed <= seeds; seed += 1) {
    const result = await simulateSources({ seed });
    for (const [kind, count] of result.faults) faults.set(kind, (faults.get(kind) ?? 0) + count);
    outputs += result.outputs;
    const [violation] = result.violations;
    if (violation !== undefined) violations.push(`${violation}; again with: ${reproduction({ seed }, 'sources')}`);
  }
  expect(violations).toEqual([]);
  expect([...faults].filter(([, count]) => count === 0)).toEqual([]);
  expect(outputs).toBeGreaterThan(50 * seeds);
});

test('a seed tells the same story every time', async () => {
  const story = async (): Promise<string[]> => {
    const lines: string[] = [];
    await simulateSources({ seed: 7, trace: (line) => lines.push(line) });
    return lines;
  };
  const first = await story();
  expect(first.length).toBeGreaterThan(100);
  expect(await story()).toEqual(first);
});

test.each(sourceFlaws.map((flaw) => [flaw]))(
  'an engine with this flaw is found out by its sources: %s',
  { timeout },
  async (flaw: Flaw) => {
    let found: readonly string[] = [];
    for (let seed = 1; seed <= seeds && found.length === 0; seed += 1) {
      found = (await simulateSources({ seed, flaw })).violations;
    }
    expect(found).not.toEqual([]);
  },
);
