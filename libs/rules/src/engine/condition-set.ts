/**
 * Conditions of rules that come and go. Ten thousand people edit all the time, and to sort everything anew takes longer
 * than a minute's close may: what is new is kept apart, in a small index of its own, until it is worth the sorting.
 */
import type { EvaluationInput } from '../evaluation-input.ts';
import { ConditionIndex } from './condition-index.ts';
import type { ReadyRule } from './rule-book.ts';
import type { SharedCondition } from './shared-condition.ts';

/** New conditions that are kept apart at most. */
const RECENT_MAX = 256;
/** Of so many conditions one may be without a rule. */
const IDLE_PART = 4;

export class ConditionSet {
  /** Rules with the same condition share one, whatever their texts, universes and owners. */
  readonly #byKey = new Map<string, SharedCondition>();
  readonly #settled = new ConditionIndex();
  readonly #recent = new ConditionIndex();
  #new: SharedCondition[] = [];
  /** Conditions that no rule has any more: they stay, for edits go back and forth. */
  #idle = 0;
  #isSettled = true;

  /** Conditions that a rule has. */
  get size(): number {
    return this.#byKey.size - this.#idle;
  }

  add(rule: ReadyRule): void {
    const { conditionKey, evaluate, thresholds, alternatives } = rule.compiled;
    const known = this.#byKey.get(conditionKey);
    if (known !== undefined) {
      if (known.rules.length === 0) this.#idle -= 1;
      known.rules.push(rule);
      return;
    }
    const added = { evaluate, thresholds, alternatives, rules: [rule], result: undefined, stamp: 0, taken: 0 };
    this.#byKey.set(conditionKey, added);
    this.#new.push(added);
    this.#isSettled = false;
  }

  remove(rule: ReadyRule): void {
    const known = this.#byKey.get(rule.compiled.conditionKey);
    const place = known?.rules.indexOf(rule) ?? -1;
    if (known === undefined || place < 0) return;
    known.rules.splice(place, 1);
    if (known.rules.length > 0) return;
    this.#idle += 1;
    this.#isSettled = false;
  }

  /** After all that came and went at once. */
  settle(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    const isFull = this.#new.length > RECENT_MAX || this.#idle > RECENT_MAX + this.#byKey.size / IDLE_PART;
    if (isFull) {
      for (const [key, { rules }] of this.#byKey) if (rules.length === 0) this.#byKey.delete(key);
      this.#settled.replace([...this.#byKey.values()]);
      this.#new = [];
      this.#idle = 0;
    }
    this.#recent.replace(this.#new);
  }

  /** Calls for every condition that may hold, once; `stamp`: another one for each call. */
  candidates(input: EvaluationInput, stamp: number, take: (condition: SharedCondition) => void): void {
    this.#settled.candidates(input, stamp, take);
    if (this.#recent.size > 0) this.#recent.candidates(input, stamp, take);
  }
}
