/** Price levels by their price: a step of the price asks only those that it went over. */

import { crossingOf, type PriceStep } from '../price-level.ts';
import type { PriceLevel } from '../rule.ts';
import { firstFrom } from './first-from.ts';
import type { ReadyRule } from './rule-book.ts';

type LevelRule = ReadyRule & { readonly level: PriceLevel };

export class PriceLevelIndex {
  #levels = new Float64Array();
  #rules: readonly LevelRule[] = [];

  replace(rules: readonly ReadyRule[]): void {
    const sorted = rules
      .filter((rule): rule is LevelRule => rule.level !== undefined)
      .sort((one, other) => one.level.level - other.level.level);
    this.#rules = sorted;
    this.#levels = Float64Array.from(sorted, ({ level }) => level.level);
  }

  get size(): number {
    return this.#rules.length;
  }

  crossed(step: PriceStep, take: (rule: ReadyRule) => void): void {
    for (let at = firstFrom(this.#levels, step.low); at < this.#rules.length; at++) {
      const rule = this.#rules[at] as LevelRule;
      if (rule.level.level > step.high) return;
      if (crossingOf(rule.level, step) !== undefined) take(rule);
    }
  }
}
