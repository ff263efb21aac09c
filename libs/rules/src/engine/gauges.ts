/** What necessary terms measure: of the input at hand each value is read once, and of those before it is known how often a limit was passed. */
import type { EvaluationInput } from '../evaluation-input.ts';
import { type Measure, measured, type NecessaryTerm, passes } from '../necessary-terms.ts';

/** Values seen of each, by which the rarest term of a condition is guessed. */
const SEEN_MAX = 64;

interface Gauge extends Measure {
  readonly above: boolean;
  /** Absent ones are NaN: nothing passes. */
  readonly seen: number[];
}

export class Gauges {
  #input: EvaluationInput | undefined;
  readonly #known: readonly Gauge[];
  readonly #placeByKey: ReadonlyMap<string, number>;
  readonly #values: Float64Array;
  readonly #isRead: Uint8Array;
  #looks = 0;

  /** `before`: what it has seen stays known. */
  constructor(terms: Iterable<NecessaryTerm>, before?: Gauges) {
    const places = new Map<string, number>();
    const known: Gauge[] = [];
    for (const term of terms) {
      const key = keyOf(term);
      if (places.has(key)) continue;
      const { slot, over, above } = term;
      places.set(key, known.push({ slot, over, above, seen: before === undefined ? [] : before.#seen(key) }) - 1);
    }
    this.#known = known;
    this.#placeByKey = places;
    this.#values = new Float64Array(known.length);
    this.#isRead = new Uint8Array(known.length);
  }

  placeOf(term: NecessaryTerm): number {
    const place = this.#placeByKey.get(keyOf(term));
    if (place === undefined) throw new RangeError(`no gauge of ${keyOf(term)}`);
    return place;
  }

  begin(input: EvaluationInput): void {
    this.#input = input;
    this.#isRead.fill(0);
  }

  /** NaN: absent. */
  value(place: number): number {
    if (this.#isRead[place] === 1) return this.#values[place] as number;
    const gauge = this.#known[place] as Gauge;
    const value = (this.#input && measured(this.#input, gauge, gauge.above)) ?? Number.NaN;
    this.#isRead[place] = 1;
    this.#values[place] = value;
    return value;
  }

  isAbove(place: number): boolean {
    return (this.#known[place] as Gauge).above;
  }

  passes(place: number, limit: number): boolean {
    return passes(this.value(place), this.isAbove(place), limit);
  }

  /** Keeps the values of the input at hand. */
  look(): void {
    const at = this.#looks++ % SEEN_MAX;
    for (const [place, { seen }] of this.#known.entries()) seen[Math.min(at, seen.length)] = this.value(place);
  }

  /** How often the term was passed, 0 to 1. */
  shareThatPasses(term: NecessaryTerm): number {
    const { seen, above } = this.#known[this.placeOf(term)] as Gauge;
    if (seen.length === 0) return 0.5;
    return seen.filter((value) => passes(value, above, term.limit)).length / seen.length;
  }

  #seen(key: string): number[] {
    return this.#known[this.#placeByKey.get(key) ?? -1]?.seen ?? [];
  }
}

const keyOf = ({ slot, over, above }: NecessaryTerm): string => `${slot}/${over ?? ''}${above ? '>' : '<'}`;
