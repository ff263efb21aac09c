/** The series of one metric: one state per combination of label values, and a bound on how many. */
import type { Labels } from './metrics.ts';

/** A label whose values nobody bounds (an address, a text) must not fill the memory, nor that of whoever scrapes. */
export const seriesPerMetricMax = 1_000;

/** Label values of the one series that takes what would be one series too many. */
export const otherSeries = 'other';

export interface SeriesTableOptions<State> {
  readonly labelNames: readonly string[];
  readonly fresh: () => State;
  /** True: what is too much is added up under `other`. False: it is left out, where a sum would mean nothing. */
  readonly collectsOthers: boolean;
  readonly left: () => void;
}

interface Series<State> {
  readonly labels: Labels;
  readonly state: State;
}

/** No label value of ours has it. */
const separator = '\u0000';

export class SeriesTable<State> {
  readonly #options: SeriesTableOptions<State>;
  readonly #series = new Map<string, Series<State>>();

  constructor(options: SeriesTableOptions<State>) {
    this.#options = options;
  }

  /** undefined: there is no room for it. */
  at(labels: Labels | undefined): State | undefined {
    const { labelNames } = this.#options;
    const [only] = labelNames;
    const key =
      only === undefined
        ? ''
        : labelNames.length === 1
          ? (labels?.[only] ?? '')
          : labelNames.map((name) => labels?.[name] ?? '').join(separator);
    return this.#series.get(key)?.state ?? this.#add(key, (name) => labels?.[name] ?? '');
  }

  all(): Iterable<Series<State>> {
    return this.#series.values();
  }

  clear(labels: Partial<Labels> = {}): void {
    const wanted = Object.entries(labels);
    for (const [key, series] of this.#series) {
      if (wanted.every(([name, value]) => series.labels[name] === value)) this.#series.delete(key);
    }
  }

  #add(key: string, labelOf: (name: string) => string): State | undefined {
    const { labelNames, fresh, collectsOthers, left } = this.#options;
    if (this.#series.size < seriesPerMetricMax) return this.#insert(key, labelOf, fresh());
    left();
    if (!collectsOthers) return undefined;
    const others = labelNames.map(() => otherSeries).join(separator);
    return this.#series.get(others)?.state ?? this.#insert(others, () => otherSeries, fresh());
  }

  #insert(key: string, labelOf: (name: string) => string, state: State): State {
    const labels = Object.fromEntries(this.#options.labelNames.map((name) => [name, labelOf(name)]));
    this.#series.set(key, { labels, state });
    return state;
  }
}
