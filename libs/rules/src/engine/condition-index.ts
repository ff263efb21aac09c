/**
 * Finds the conditions that may hold without evaluating the others. docs/decisions/rules-by-threshold.md says how.
 * What it says never depends on what it has seen; only how fast it says it.
 */
import type { Threshold } from '../condition-thresholds.ts';
import type { EvaluationInput } from '../evaluation-input.ts';
import type { NecessaryTerm } from '../necessary-terms.ts';
import { type BucketEntry, ConditionBucket } from './condition-bucket.ts';
import { firstFrom } from './first-from.ts';
import { Gauges } from './gauges.ts';
import type { SharedCondition } from './shared-condition.ts';

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

/** So many inputs are looked at before the guess is made anew, all over the time until then. */
const LOOKS = 128;
/** The guess is made anew after so many inputs, and then after ever more. */
const LEARN_FIRST = 256;
const LEARN_FACTOR = 16;
const LEARN_MAX = 1_048_576;

export class ConditionIndex {
  #conditions: readonly SharedCondition[] = [];
  #buckets: readonly ConditionBucket[] = [];
  #crossings: readonly Crossing[] = [];
  /** Nothing is known of what they need: always evaluated. */
  #always: readonly SharedCondition[] = [];
  #gauges = new Gauges([]);
  #inputs = 0;
  #learnAt = LEARN_FIRST;
  #lookEvery = 1;

  replace(conditions: readonly SharedCondition[]): void {
    const terms = conditions.flatMap(({ alternatives }) => alternatives.flat());
    this.#conditions = conditions;
    this.#gauges = new Gauges(terms, this.#gauges);
    this.#build();
  }

  get size(): number {
    return this.#conditions.length;
  }

  /** Calls for every condition whose necessary terms are passed, once; `stamp`: another one for each call. */
  candidates(input: EvaluationInput, stamp: number, take: (condition: SharedCondition) => void): void {
    this.#inputs += 1;
    this.#gauges.begin(input);
    this.#learn();
    for (const condition of this.#always) take(condition);
    for (const bucket of this.#buckets) bucket.candidates(this.#gauges, stamp, take);
    for (const { from, to, limits, conditions } of this.#crossings) {
      const [low, high] = [input.number(from), input.number(to)];
      if (low === undefined || high === undefined || !(low <= high)) continue;
      for (let at = firstFrom(limits, low); at < limits.length && (limits[at] as number) <= high; at++) {
        take(conditions[at] as SharedCondition);
      }
    }
  }

  #learn(): void {
    if (this.#learnAt > LEARN_MAX) return;
    if (this.#inputs % this.#lookEvery === 0) this.#gauges.look();
    if (this.#inputs < this.#learnAt) return;
    this.#learnAt *= LEARN_FACTOR;
    // Odd, so that no instrument is looked at again and again.
    this.#lookEvery = Math.ceil(this.#learnAt / LOOKS) | 1;
    this.#build();
  }

  #build(): void {
    const always: SharedCondition[] = [];
    const byMeasure = new Map<number, { first: NecessaryTerm; entries: BucketEntry[] }>();
    const byPair = new Map<string, { from: number; to: number; entries: Limited[] }>();
    for (const condition of this.#conditions) {
      const crossed = crossingOf(condition.thresholds);
      if (crossed !== undefined) {
        const { from, to, limit } = crossed;
        const key = `${from} ${to}`;
        const pair = byPair.get(key) ?? { from, to, entries: [] };
        pair.entries.push({ limit, condition });
        byPair.set(key, pair);
        continue;
      }
      if (condition.alternatives.length === 0) always.push(condition);
      for (const row of condition.alternatives) {
        const [first, ...others] = this.#rarestFirst(row);
        if (first === undefined) continue;
        const place = this.#gauges.placeOf(first);
        const bucket = byMeasure.get(place) ?? { first, entries: [] };
        bucket.entries.push({ limit: first.limit, condition, others });
        byMeasure.set(place, bucket);
      }
    }
    this.#always = always;
    this.#crossings = [...byPair.values()].map(({ from, to, entries }) => {
      const sorted = [...entries].sort((one, other) => one.limit - other.limit);
      const limits = Float64Array.from(sorted, ({ limit }) => limit);
      return { from, to, limits, conditions: sorted.map(({ condition }) => condition) };
    });
    this.#buckets = [...byMeasure.values()].map(
      ({ first, entries }) => new ConditionBucket(first, entries, this.#gauges),
    );
  }

  #rarestFirst(row: readonly NecessaryTerm[]): readonly NecessaryTerm[] {
    if (row.length < 2) return row;
    const shares = new Map(row.map((term) => [term, this.#gauges.shareThatPasses(term)]));
    return [...row].sort((one, other) => (shares.get(one) ?? 0) - (shares.get(other) ?? 0));
  }
}

interface Limited {
  readonly limit: number;
  readonly condition: SharedCondition;
}

function crossingOf(thresholds: readonly Threshold[]): { from: number; to: number; limit: number } | undefined {
  for (const above of thresholds) {
    if (!isAbove(above) || Number.isNaN(above.value)) continue;
    const below = thresholds.find((other) => !isAbove(other) && other.value === above.value);
    if (below !== undefined) return { from: below.slot, to: above.slot, limit: above.value };
  }
  return undefined;
}

const isAbove = ({ operator }: Threshold): boolean => operator.startsWith('>');
