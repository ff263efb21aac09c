/**
 * Finds the conditions that may hold without evaluating the others. docs/decisions/rules-by-threshold.md says how.
 * What it says never depends on what it has seen; only how fast it says it.
 */
import type { Threshold } from '../condition-thresholds.ts';
import type { EvaluationInput } from '../evaluation-input.ts';
import { firstFrom } from './first-from.ts';
import type { ReadyRule } from './rule-book.ts';

/** A condition, and all rules that have it. */
export interface SharedCondition {
  readonly evaluate: (input: EvaluationInput) => boolean | undefined;
  readonly thresholds: readonly Threshold[];
  readonly alternatives: readonly (readonly Threshold[])[];
  readonly rules: ReadyRule[];
  /** Of the evaluation `stamp`. */
  result: boolean | undefined;
  stamp: number;
  /** Input at which it was last a candidate: one that stands in several buckets is one only once. */
  taken: number;
}

/** Conditions that need one number to be above something (or below), the easiest first. */
interface Bucket {
  readonly slot: number;
  readonly above: boolean;
  readonly limits: Float64Array;
  readonly conditions: readonly SharedCondition[];
}

/**
 * Conditions that need one number at or above a limit and another at or below the same limit: `previous.price < 100 &&
 * price >= 100`. Only limits between the two can hold.
 */
interface Crossing {
  readonly from: number;
  readonly to: number;
  /** Ascending. */
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
  #crossings: readonly Crossing[] = [];
  /** Without a threshold: always evaluated. */
  #always: readonly SharedCondition[] = [];
  #slots: readonly number[] = [];
  readonly #seen = new Map<number, number[]>();
  #inputs = 0;
  #learnAt = LEARN_FIRST;

  replace(conditions: readonly SharedCondition[]): void {
    this.#conditions = conditions;
    this.#slots = [...new Set(conditions.flatMap(({ alternatives }) => alternatives.flat().map(({ slot }) => slot)))];
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
        const condition = conditions[at] as SharedCondition;
        if (condition.taken === this.#inputs) continue;
        condition.taken = this.#inputs;
        take(condition);
      }
    }
    for (const { from, to, limits, conditions } of this.#crossings) {
      const [low, high] = [input.number(from), input.number(to)];
      if (low === undefined || high === undefined || !(low <= high)) continue;
      for (let at = firstFrom(limits, low); at < limits.length && (limits[at] as number) <= high; at++) {
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
    const bySlot = new Map<string, { slot: number; above: boolean; entries: Entry[] }>();
    const byPair = new Map<string, { from: number; to: number; entries: Entry[] }>();
    for (const condition of this.#conditions) {
      const crossed = crossingOf(condition.thresholds);
      if (crossed !== undefined) {
        const { from, to, limit } = crossed;
        const key = `${from} ${to}`;
        const pair = byPair.get(key) ?? { from, to, entries: [] };
        pair.entries.push([limit, condition]);
        byPair.set(key, pair);
        continue;
      }
      const rarest = condition.alternatives.map((row) => this.#rarest(row));
      if (rarest.length === 0 || rarest.includes(undefined)) {
        always.push(condition);
        continue;
      }
      for (const threshold of rarest) {
        if (threshold === undefined) continue;
        const { slot, value } = threshold;
        const above = isAbove(threshold);
        const key = `${slot}${above}`;
        const bucket = bySlot.get(key) ?? { slot, above, entries: [] };
        bucket.entries.push([value, condition]);
        bySlot.set(key, bucket);
      }
    }
    this.#always = always;
    this.#crossings = [...byPair.values()].map(({ from, to, entries }) => ({ from, to, ...inOrder(entries, true) }));
    this.#buckets = [...bySlot.values()].map(({ slot, above, entries }) => {
      return { slot, above, ...inOrder(entries, above) };
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

type Entry = readonly [limit: number, condition: SharedCondition];

function inOrder(entries: readonly Entry[], ascending: boolean): Pick<Bucket, 'limits' | 'conditions'> {
  const sorted = [...entries].sort(([one], [other]) => (ascending ? one - other : other - one));
  return {
    limits: Float64Array.from(sorted, ([limit]) => limit),
    conditions: sorted.map(([, condition]) => condition),
  };
}

function crossingOf(thresholds: readonly Threshold[]): { from: number; to: number; limit: number } | undefined {
  for (const above of thresholds) {
    if (!isAbove(above) || Number.isNaN(above.value)) continue;
    const below = thresholds.find((other) => !isAbove(other) && other.value === above.value);
    if (below !== undefined) return { from: below.slot, to: above.slot, limit: above.value };
  }
  return undefined;
}
