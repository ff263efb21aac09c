/**
 * Finds the conditions that may hold without evaluating the others. docs/decisions/rules-by-threshold.md says how.
 * What it says never depends on what it has seen; only how fast it says it.
 */
import type { Threshold } from '../condition-thresholds.ts';
import type { EvaluationInput } from '../evaluation-input.ts';
import type { ReadyRule } from './rule-book.ts';

/** A condition, and all rules that have it. */
export interface SharedCondition {
  readonly evaluate: (input: EvaluationInput) => boolean | undefined;
  readonly thresholds: readonly Threshold[];
  readonly rules: ReadyRule[];
  /** Of the evaluation `stamp`. */
  result: boolean | undefined;
  stamp: number;
}

/** Conditions that need one number to be above something (or below), the easiest first. */
interface Bucket {
  readonly slot: number;
  readonly above: boolean;
  readonly limits: Float64Array;
  readonly conditions: readonly SharedCondition[];
}

/** Numbers seen of each slot, by which the rarest threshold of a condition is guessed. */
const SEEN_MAX = 64;
/** Every so manieth input is looked at. */
const LOOK_EVERY = 7;
/** The guess is made anew after so many inputs, and then after ever more. */
const LEARN_FIRST = 256;
const LEARN_FACTOR = 16;
const LEARN_MAX = 1_048_576;

export class ConditionIndex {
  #conditions: readonly SharedCondition[] = [];
  #buckets: readonly Bucket[] = [];
  /** Without a threshold: always evaluated. */
  #always: readonly SharedCondition[] = [];
  #slots: readonly number[] = [];
  readonly #seen = new Map<number, number[]>();
  #inputs = 0;
  #learnAt = LEARN_FIRST;

  replace(conditions: readonly SharedCondition[]): void {
    this.#conditions = conditions;
    this.#slots = [...new Set(conditions.flatMap(({ thresholds }) => thresholds.map(({ slot }) => slot)))];
    this.#build();
  }

  get size(): number {
    return this.#conditions.length;
  }

  /** Calls for every condition whose necessary threshold is passed. */
  candidates(input: EvaluationInput, take: (condition: SharedCondition) => void): void {
    this.#learn(input);
    for (const condition of this.#always) take(condition);
    for (const { slot, above, limits, conditions } of this.#buckets) {
      const value = input.number(slot);
      if (value === undefined) continue;
      for (let at = 0; at < limits.length; at++) {
        const limit = limits[at] as number;
        // Written so that NaN ends it: nothing is above or below it.
        if (!(above ? limit <= value : limit >= value)) break;
        take(conditions[at] as SharedCondition);
      }
    }
  }

  #learn(input: EvaluationInput): void {
    this.#inputs += 1;
    if (this.#inputs % LOOK_EVERY === 0 && this.#inputs < LEARN_MAX) {
      for (const slot of this.#slots) {
        const value = input.number(slot);
        if (value === undefined) continue;
        const seen = this.#seen.get(slot) ?? [];
        if (seen.length < SEEN_MAX) seen.push(value);
        else seen[(this.#inputs / LOOK_EVERY) % SEEN_MAX] = value;
        this.#seen.set(slot, seen);
      }
    }
    if (this.#inputs < this.#learnAt) return;
    this.#learnAt *= LEARN_FACTOR;
    this.#build();
  }

  #build(): void {
    const always: SharedCondition[] = [];
    const bySlot = new Map<string, { slot: number; above: boolean; entries: [number, SharedCondition][] }>();
    for (const condition of this.#conditions) {
      const threshold = this.#rarest(condition.thresholds);
      if (threshold === undefined) {
        always.push(condition);
        continue;
      }
      const { slot, value } = threshold;
      const above = isAbove(threshold);
      const key = `${slot}${above}`;
      const bucket = bySlot.get(key) ?? { slot, above, entries: [] };
      bucket.entries.push([value, condition]);
      bySlot.set(key, bucket);
    }
    this.#always = always;
    this.#buckets = [...bySlot.values()].map(({ slot, above, entries }) => {
      entries.sort(([one], [other]) => (above ? one - other : other - one));
      const limits = Float64Array.from(entries, ([limit]) => limit);
      return { slot, above, limits, conditions: entries.map(([, condition]) => condition) };
    });
  }

  #rarest(thresholds: readonly Threshold[]): Threshold | undefined {
    let rarest: Threshold | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const threshold of thresholds) {
      // Whatever is compared with NaN does not hold; sorting needs numbers that have an order.
      if (Number.isNaN(threshold.value)) continue;
      const share = this.#shareThatPasses(threshold);
      if (share < least) [rarest, least] = [threshold, share];
    }
    return rarest;
  }

  #shareThatPasses(threshold: Threshold): number {
    const seen = this.#seen.get(threshold.slot);
    if (seen === undefined || seen.length === 0) return 0.5;
    const above = isAbove(threshold);
    const passing = seen.filter((value) => (above ? value >= threshold.value : value <= threshold.value));
    return passing.length / seen.length;
  }
}

const isAbove = ({ operator }: Threshold): boolean => operator.startsWith('>');
