/** Price levels by their price: a step of the price asks only those that it went over. */

import { crossingOf, type PriceStep } from '../price-level.ts';
import type { PriceLevel } from '../rule.ts';
import { firstFrom } from './first-from.ts';
import type { ReadyRule } from './rule-book.ts';

type LevelRule = ReadyRule & { readonly level: PriceLevel };

const isOfLevel = (rule: ReadyRule): rule is LevelRule => rule.level !== undefined;

export class PriceLevelIndex {
  readonly #rules = new Set<LevelRule>();
  /** By their levels; undefined: to be sorted anew. */
  #sorted: { readonly levels: Float64Array; readonly rules: readonly LevelRule[] } | undefined;

  add(rule: ReadyRule): void {
    if (isOfLevel(rule)) this.#rules.add(rule);
    this.#sorted = undefined;
  }

  remove(rule: ReadyRule): void {
    if (isOfLevel(rule)) this.#rules.delete(rule);
    this.#sorted = undefined;
  }

  get size(): number {
    return this.#rules.size;
  }

  crossed(step: PriceStep, take: (rule: ReadyRule) => void): void {
    this.#sorted ??= inOrder(this.#rules);
    const { levels, rules } = this.#sorted;
    for (let at = firstFrom(levels, step.low); at < rules.length; at++) {
      const rule = rules[at] as LevelRule;
      if (rule.level.level > step.high) return;
      if (crossingOf(rule.level, step) !== undefined) take(rule);
    }
  }
}

function inOrder(all: Iterable<LevelRule>): { levels: Float64Array; rules: readonly LevelRule[] } {
  const rules = [...all].sort((one, other) => one.level.level - other.level.level);
  return { levels: Float64Array.from(rules, ({ level }) => level.level), rules };
}
