/** One round of fuzzing: a text, made of nothing but a seed and the number of the round, and what the language says to it. */
import { CONDITION_COST_MAX, compileCondition } from '../compile-condition.ts';
import { ConditionMistake } from '../condition-mistake.ts';
import { CONDITION_LENGTH_MAX } from '../parse-condition.ts';
import { presetRules } from '../presets.ts';
import { inputOfWorld, randomWorld } from './condition-world.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { mutateGrammar } from './mutate-grammar.ts';
import { mutateText, randomText } from './mutate-text.ts';
import { RandomConditions, randomNames } from './random-condition.ts';
import { SeededRandom } from './seeded-random.ts';

const presetConditions = presetRules.map(({ condition }) => condition);
const parameters = Object.assign({}, ...presetRules.map((rule) => rule.parameters)) as Record<string, number>;
const mutations = [mutateText, mutateGrammar, mutateGrammar, mutateBytes];
const worlds = new SeededRandom(1);
const inputs = Array.from({ length: 20 }, () => inputOfWorld(randomWorld(worlds, randomNames)));

export function fuzzText(seed: number, round: number): string {
  const random = new SeededRandom(Math.imul(seed, 0x85ebca6b) ^ Math.imul(round + 1, 0xc2b2ae35));
  const generated = new RandomConditions(random);
  const condition = (): string =>
    random.chance(0.5) ? random.pick(presetConditions) : generated.condition(random.below(4));
  if (random.chance(0.1)) return randomText(random);
  let text = condition();
  do text = random.pick(mutations)(text, condition(), random);
  while (random.chance(0.2));
  return text;
}

/** Throws where the language does anything but accept, or refuse with a reason and a place. */
export function fuzzRound(seed: number, round: number): 'accepted' | 'refused' {
  const text = fuzzText(seed, round);
  try {
    const { cost, conditionKey, evaluate, explain } = compileCondition(text, parameters);
    if (!(cost >= 1 && cost <= CONDITION_COST_MAX) || conditionKey === '') throw new Error(`it costs ${cost}`);
    const input = inputs[round % inputs.length];
    if (input === undefined) throw new RangeError('no input');
    const result = evaluate(input);
    if (![true, false, undefined].includes(result)) throw new Error(`it evaluates to ${String(result)}`);
    if (round % 10 === 0) explain(input);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof ConditionMistake)) throw error;
    const last = Math.min(text.length, CONDITION_LENGTH_MAX) + 1;
    if (/[\r\n]/.test(error.message)) throw new Error('it is refused in more than one line', { cause: error });
    if (!(error.position >= 1 && error.position <= last)) throw new Error(`it is refused at ${error.position}`);
    return 'refused';
  }
}
