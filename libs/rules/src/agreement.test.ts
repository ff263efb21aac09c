/** Three evaluators that share only the parser say the same: ours, the library's, and a naive one. */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { compileCondition } from './compile-condition.ts';
import { presetRules } from './presets.ts';
import { type ConditionWorld, inputOfWorld, randomWorld } from './testing/condition-world.ts';
import { LibraryEvaluation, libraryResult } from './testing/library-evaluation.ts';
import { naiveResult } from './testing/naive-interpreter.ts';
import { RandomConditions, randomNames } from './testing/random-condition.ts';
import { SeededRandom } from './testing/seeded-random.ts';

const library = new LibraryEvaluation();

const CONDITIONS = 6_000;
const WORLDS = 8;

describe('random conditions on random numbers, absent ones, NaN, infinities and -0 among them', () => {
  it(`have one result: ${CONDITIONS} conditions, ${WORLDS} inputs each`, { timeout: 60_000 }, () => {
    const random = new SeededRandom(7);
    const conditions = new RandomConditions(random);
    const worlds = Array.from({ length: 60 }, () => randomWorld(random, randomNames));
    const prepared = worlds.map((world) => ({ world, context: library.context(world), input: inputOfWorld(world) }));
    const seen = { true: 0, false: 0, undefined: 0 };
    for (let round = 0; round < CONDITIONS; round++) {
      const text = conditions.condition(2 + random.below(3));
      const compiled = compileCondition(text);
      const parsed = library.condition(text);
      for (let turn = 0; turn < WORLDS; turn++) {
        const { world, context, input } = random.pick(prepared);
        const found = compiled.evaluate(input);
        const expected = libraryResult(parsed, context);
        const naive = naiveResult(text, world);
        seen[`${found}`]++;
        if (found !== expected || found !== naive) {
          expect.fail(`${text} with ${JSON.stringify(world)}: ${found}, library ${expected}, naive ${naive}`);
        }
      }
    }
    expect(Math.min(seen.true, seen.false, seen.undefined)).toBeGreaterThan(CONDITIONS);
  });
});

describe('deep arithmetic', () => {
  const deep: readonly [string, string][] = [
    ['divisions', `price${' / 24'.repeat(120)} > 1`],
    ['sums', `price${' + price'.repeat(120)} > 1`],
    ['negations', `${'-'.repeat(120)}price > 1`],
    ['functions', `${'abs('.repeat(40)}price${')'.repeat(40)} > 1`],
    ['choices', `${'(price > 1 ? '.repeat(20)}price${' : price)'.repeat(20)} > 1`],
  ];

  // Evaluating a part once more where it is absent or NaN would take longer than anybody waits, from some forty levels on.
  it.each(deep)('of %s takes each part once, absent and NaN too', (_, text) => {
    const { evaluate, explain } = compileCondition(text);
    for (const value of [undefined, Number.NaN, 2]) {
      const world: ConditionWorld = { numbers: value === undefined ? {} : { price: value }, texts: {}, candles: [] };
      const input = inputOfWorld(world);
      expect(evaluate(input)).toBe(naiveResult(text, world));
      expect(explain(input).at(-1)?.held).toBe(evaluate(input));
    }
  });
});

describe('the presets', () => {
  const shared = new URL('../../../../shared/data/predecessor-rules.jsonl.gz', import.meta.url);
  const hasShared = existsSync(shared);
  if (!hasShared) console.warn('SKIPPED: vectors of the reference screener, no ../shared/data beside the repository');

  const worldsOf = (text: string): ConditionWorld[] =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => {
        const { m } = JSON.parse(line) as { m: Record<string, number | string | null> };
        const numbers = Object.fromEntries(Object.entries(m).map(([name, value]) => [name, Number(value)]));
        return { numbers, texts: {}, candles: [] };
      });

  const agree = (worlds: readonly ConditionWorld[]): void => {
    const random = new SeededRandom(23);
    let fired = 0;
    for (const { rule, condition, parameters } of presetRules) {
      const { names, evaluate } = compileCondition(condition, parameters);
      const parsed = library.condition(condition, parameters);
      // The vectors know nothing of candles, nor of what they have no column for.
      const others = Array.from({ length: 200 }, () => randomWorld(random, names));
      for (const world of [...worlds, ...others]) {
        const found = evaluate(inputOfWorld(world));
        if (found === true) fired++;
        const expected = libraryResult(parsed, library.context(world));
        if (found !== expected) expect.fail(`${rule} with ${JSON.stringify(world)}: ${found}, library ${expected}`);
      }
    }
    expect(fired).toBeGreaterThan(10);
  };

  it('agree with the library on every committed vector', { timeout: 60_000 }, () => {
    agree(worldsOf(readFileSync(new URL('../fixtures/vectors.jsonl', import.meta.url), 'utf8')));
  });

  it.runIf(hasShared)('agree with the library on every vector of the reference screener', { timeout: 60_000 }, () => {
    agree(worldsOf(gunzipSync(readFileSync(shared)).toString()));
  });
});
