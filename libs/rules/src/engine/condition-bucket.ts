/**
 * Conditions that need one measure to be above something (or below), the easiest first. Beside each stand its other
 * necessary terms, in lists of numbers: what does not pass them is known without touching a condition, of which there
 * are more than a processor keeps at hand.
 */
import { type NecessaryTerm, passes } from '../necessary-terms.ts';
import type { Gauges } from './gauges.ts';
import type { SharedCondition } from './shared-condition.ts';

export interface BucketEntry {
  readonly condition: SharedCondition;
  readonly limit: number;
  /** The other terms of its row, the rarest first. */
  readonly others: readonly NecessaryTerm[];
}

export class ConditionBucket {
  readonly #gauge: number;
  readonly #above: boolean;
  readonly #limits: Float64Array;
  readonly #conditions: readonly SharedCondition[];
  /** Where the other terms of a condition begin; they end where those of the next one begin. */
  readonly #begins: Int32Array;
  readonly #otherGauges: Int32Array;
  readonly #otherLimits: Float64Array;

  constructor(first: NecessaryTerm, entries: readonly BucketEntry[], gauges: Gauges) {
    const { above } = first;
    const sorted = [...entries].sort((one, other) => (above ? one.limit - other.limit : other.limit - one.limit));
    const others = sorted.flatMap((entry) => entry.others);
    let begins = 0;
    this.#gauge = gauges.placeOf(first);
    this.#above = above;
    this.#limits = Float64Array.from(sorted, ({ limit }) => limit);
    this.#conditions = sorted.map(({ condition }) => condition);
    this.#begins = Int32Array.from([0, ...sorted.map((entry) => (begins += entry.others.length))]);
    this.#otherGauges = Int32Array.from(others, (term) => gauges.placeOf(term));
    this.#otherLimits = Float64Array.from(others, ({ limit }) => limit);
  }

  /** Calls for the conditions that may hold, each at most once per `stamp` whatever other buckets it stands in. */
  candidates(gauges: Gauges, stamp: number, take: (condition: SharedCondition) => void): void {
    const value = gauges.value(this.#gauge);
    const [above, limits] = [this.#above, this.#limits];
    for (let at = 0; at < limits.length; at++) {
      // NaN ends it at once: an absent number passes nothing.
      if (!passes(value, above, limits[at] as number)) return;
      if (!this.#othersPass(gauges, at)) continue;
      const condition = this.#conditions[at] as SharedCondition;
      if (condition.taken === stamp) continue;
      condition.taken = stamp;
      take(condition);
    }
  }

  #othersPass(gauges: Gauges, at: number): boolean {
    const end = this.#begins[at + 1] as number;
    for (let other = this.#begins[at] as number; other < end; other++) {
      if (!gauges.passes(this.#otherGauges[other] as number, this.#otherLimits[other] as number)) return false;
    }
    return true;
  }
}
