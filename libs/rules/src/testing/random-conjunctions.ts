/** Conditions from a seed, as conjunctions more often than not, and what to evaluate them on. */
import { type CompiledCondition, compileCondition } from '../compile-condition.ts';
import type { EvaluationInput } from '../evaluation-input.ts';
import { inputOfWorld, randomWorld } from './condition-world.ts';
import { RandomConditions, randomNames } from './random-condition.ts';
import type { SeededRandom } from './seeded-random.ts';

interface RandomConjunction extends CompiledCondition {
  readonly text: string;
  readonly inputs: readonly EvaluationInput[];
}

export function* randomConjunctions(random: SeededRandom, count: number): Generator<RandomConjunction> {
  const conditions = new RandomConditions(random);
  const inputs = Array.from({ length: 40 }, () => inputOfWorld(randomWorld(random, randomNames)));
  for (let round = 0; round < count; round++) {
    const text = Array.from({ length: 1 + random.below(3) }, () => conditions.condition(random.below(2))).join(' && ');
    yield { ...compileCondition(text), text, inputs };
  }
}
