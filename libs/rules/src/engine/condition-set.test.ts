import { expect, it } from 'vitest';
import { inputOfLookup } from '../evaluation-input.ts';
import { ruleOf } from '../testing/rule-of.ts';
import { SeededRandom } from '../testing/seeded-random.ts';
import { ConditionSet } from './condition-set.ts';
import { type ReadyRule, RuleBook } from './rule-book.ts';

const random = new SeededRandom(5);

function ready(id: number): ReadyRule {
  const term = (): string =>
    `${random.pick(['change_5m', 'change_1h'])} ${random.pick(['>', '<'])} ${(random.next() * 2 - 1).toFixed(1)}`;
  const condition = random.pick([term(), `${term()} && ${term()}`, `${term()} || ${term()}`, `!(${term()})`]);
  const book = new RuleBook();
  book.save(ruleOf({ rule: `r${id}`, condition }));
  return book.active(`r${id}`) as ReadyRule;
}

it('has the rules that came and did not go, however many edits there were', { timeout: 60_000 }, () => {
  const set = new ConditionSet();
  const present: ReadyRule[] = [];
  let [told, stamp] = [0, 0];
  for (let round = 0; round < 600; round++) {
    const coming = random.below(round < 300 ? 8 : 2);
    for (let count = 0; count < coming; count++) {
      const rule = ready(round * 10 + count);
      present.push(rule);
      set.add(rule);
    }
    const going = random.below(round < 300 ? 4 : 8);
    for (let count = 0; count < going && present.length > 0; count++) {
      const [rule] = present.splice(random.below(present.length), 1);
      if (rule !== undefined) set.remove(rule);
    }
    set.settle();
    const numbers: Record<string, number> = { change_5m: random.next() * 2 - 1, change_1h: random.next() * 2 - 1 };
    const input = inputOfLookup((name) => numbers[name]);
    const found: string[] = [];
    stamp += 1;
    set.candidates(input, stamp, ({ evaluate, rules }) => {
      if (evaluate(input) === true) found.push(...rules.map(({ definition }) => definition.rule));
    });
    const holding = present.filter(({ compiled }) => compiled.evaluate(input) === true);
    expect(found.sort()).toEqual(holding.map(({ definition }) => definition.rule).sort());
    expect(set.size).toBe(new Set(present.map(({ compiled }) => compiled.conditionKey)).size);
    told += found.length;
  }
  expect(told).toBeGreaterThan(10_000);
});
