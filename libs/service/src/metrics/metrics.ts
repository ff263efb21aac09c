/** What an app counts and measures: three kinds of metrics, by name and labels, as Prometheus knows them. */

/** A value for every label name; few different ones: `seriesPerMetricMax` bounds what is kept. */
export type Labels<Name extends string = string> = Readonly<Record<Name, string>>;

/** Only ever grows; its name ends in `_total`. */
export interface Counter<Name extends string = string> {
  inc(value?: number, labels?: Labels<Name>): void;
}

export interface Gauge<Name extends string = string> {
  set(value: number, labels?: Labels<Name>): void;
  /** Forgets the series with these values, or all: what went elsewhere (a partition) must not stand still here. */
  clear(labels?: Partial<Labels<Name>>): void;
}

/** Counts values by how large they are. */
export interface Histogram<Name extends string = string> {
  observe(value: number, labels?: Labels<Name>): void;
}

/**
 * Asking twice for one name gives the same metric, so that an app that was restarted counts on. Names and help are written
 * out where they are asked for: docs/metrics.md is generated from there. Units are seconds and bytes, and stand in the name.
 */
export interface Metrics {
  counter<Name extends string = never>(name: string, help: string, labelNames?: readonly Name[]): Counter<Name>;
  gauge<Name extends string = never>(name: string, help: string, labelNames?: readonly Name[]): Gauge<Name>;
  histogram<Name extends string = never>(
    name: string,
    help: string,
    buckets: readonly number[],
    labelNames?: readonly Name[],
  ): Histogram<Name>;
  /** `fill` is called before each reading, for values that are free to ask for. Returns how to end that. */
  beforeRead(fill: () => void): () => void;
}

/** From a millisecond to ten seconds, in seconds: round trips, appends, transactions. */
export const durationBuckets: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

export type MetricKind = 'counter' | 'gauge' | 'histogram';

/** One line of the exposition: `suffix` is empty, or _bucket, _sum or _count of a histogram. */
export interface Sample {
  readonly suffix: '' | '_bucket' | '_sum' | '_count';
  readonly labels: Labels;
  readonly value: number;
}

export interface MetricFamily {
  readonly name: string;
  readonly kind: MetricKind;
  readonly help: string;
  samples(): readonly Sample[];
}

/** The other side of it: whoever answers a scrape reads it. */
export interface MetricsRegistry extends Metrics {
  read(): readonly MetricFamily[];
}
