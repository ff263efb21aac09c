/** The metrics of one app, in memory. */
import type { Counter, Gauge, Histogram, MetricFamily, MetricKind, MetricsRegistry, Sample } from './metrics.ts';
import { SeriesTable } from './series-table.ts';

interface Declaration {
  readonly name: string;
  readonly kind: MetricKind;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly buckets: readonly number[];
}

interface Registered {
  readonly declaration: Declaration;
  readonly metric: Counter & Gauge & Histogram;
  readonly family: MetricFamily;
}

type Metric = Partial<Counter & Gauge & Histogram>;

/** Why a value is missing. */
type LeftOut = 'series' | 'value' | 'reader';

export function createMetrics(): MetricsRegistry {
  const registered = new Map<string, Registered>();
  const readers = new Set<() => void>();

  const declare = (declaration: Declaration): Counter & Gauge & Histogram => {
    const known = registered.get(declaration.name);
    if (known !== undefined) {
      if (JSON.stringify(known.declaration) === JSON.stringify(declaration)) return known.metric;
      throw new TypeError(`the metric ${declaration.name} is declared twice, and differently`);
    }
    checkDeclaration(declaration);
    const made = make(declaration, (reason) => leftOut.inc(1, { reason }));
    registered.set(declaration.name, made);
    return made.metric;
  };
  const registry: MetricsRegistry = {
    counter: (name, help, labelNames = []) => declare({ name, kind: 'counter', help, labelNames, buckets: [] }),
    gauge: (name, help, labelNames = []) => declare({ name, kind: 'gauge', help, labelNames, buckets: [] }),
    histogram: (name, help, buckets, labelNames = []) =>
      declare({ name, kind: 'histogram', help, labelNames, buckets }),
    beforeRead(fill) {
      readers.add(fill);
      return () => void readers.delete(fill);
    },
    read() {
      for (const fill of readers) {
        try {
          fill();
        } catch {
          // A scrape answers with what there is; that something is missing is a number too.
          leftOut.inc(1, { reason: 'reader' });
        }
      }
      return [...registered.values()].map(({ family }) => family);
    },
  };
  const leftOut = registry.counter(
    'screener_metrics_left_out_total',
    'Values that are in no metric: too many series of one metric, no number, or a reader that failed',
    ['reason'],
  );
  return registry;
}

const metricName = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;
const reservedSuffix = /_(bucket|sum|count)$/;

/** What Prometheus would refuse or misread is refused where it is written. */
function checkDeclaration({ name, kind, help, labelNames, buckets }: Declaration): void {
  const wrong = (reason: string): never => {
    throw new TypeError(`the metric ${name}: ${reason}`);
  };
  if (!metricName.test(name)) wrong('expected a name of small letters, digits and single underscores');
  if (reservedSuffix.test(name)) wrong('_bucket, _sum and _count belong to histograms');
  if ((kind === 'counter') !== name.endsWith('_total')) wrong('counters end in _total, nothing else does');
  if (help.trim() === '') wrong('expected a help text');
  for (const label of labelNames) {
    if (!metricName.test(label) || label === 'le') wrong(`'${label}' is no name of a label`);
  }
  if (new Set(labelNames).size < labelNames.length) wrong('a label is there twice');
  if (kind !== 'histogram') return;
  const rising = buckets.every((bound, index) => Number.isFinite(bound) && bound > (buckets[index - 1] ?? -Infinity));
  if (buckets.length === 0 || !rising) wrong('expected rising bounds of buckets');
}

function make(declaration: Declaration, left: (reason: LeftOut) => void): Registered {
  const { name, kind, help } = declaration;
  const { metric, samples } = kinds[kind](declaration, left);
  const none = (): void => undefined;
  return {
    declaration,
    metric: { inc: none, set: none, observe: none, clear: none, ...metric },
    family: { name, kind, help, samples },
  };
}

interface Made {
  readonly metric: Metric;
  readonly samples: () => readonly Sample[];
}

type Make = (declaration: Declaration, left: (reason: LeftOut) => void) => Made;

interface Single {
  value: number;
}

const tableOf = <State>(
  { labelNames }: Declaration,
  left: (reason: LeftOut) => void,
  fresh: () => State,
  collectsOthers = true,
): SeriesTable<State> => new SeriesTable({ labelNames, fresh, collectsOthers, left: () => left('series') });

const singles = (table: SeriesTable<Single>): readonly Sample[] =>
  [...table.all()].map(({ labels, state }) => ({ suffix: '', labels, value: state.value }));

const zero = (): Single => ({ value: 0 });

const kinds: Readonly<Record<MetricKind, Make>> = {
  counter(declaration, left) {
    const table = tableOf(declaration, left, zero);
    // Without labels there is one series, and 0 is a fact from the beginning.
    if (declaration.labelNames.length === 0) table.at(undefined);
    return {
      metric: {
        inc(value = 1, labels) {
          if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) return left('value');
          const series = table.at(labels);
          if (series !== undefined) series.value += value;
        },
      },
      samples: () => singles(table),
    };
  },
  gauge(declaration, left) {
    const table = tableOf(declaration, left, zero, false);
    return {
      metric: {
        set(value, labels) {
          const series = table.at(labels);
          if (series !== undefined) series.value = value;
        },
        clear: (labels) => table.clear(labels),
      },
      samples: () => singles(table),
    };
  },
  histogram(declaration, left) {
    const { buckets } = declaration;
    const table = tableOf(declaration, left, () => ({ counts: buckets.map(() => 0), sum: 0, count: 0 }));
    return {
      metric: {
        observe(value, labels) {
          if (!Number.isFinite(value)) return left('value');
          const series = table.at(labels);
          if (series === undefined) return;
          series.sum += value;
          series.count++;
          const bucket = buckets.findIndex((bound) => value <= bound);
          if (bucket !== -1) series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
        },
      },
      samples: () => [...table.all()].flatMap(({ labels, state }) => bucketSamples(buckets, labels, state)),
    };
  },
};

function bucketSamples(
  buckets: readonly number[],
  labels: Sample['labels'],
  { counts, sum, count }: { readonly counts: readonly number[]; readonly sum: number; readonly count: number },
): readonly Sample[] {
  let below = 0;
  const bounded = buckets.map((bound, index): Sample => {
    below += counts[index] ?? 0;
    return { suffix: '_bucket', labels: { ...labels, le: String(bound) }, value: below };
  });
  return [
    ...bounded,
    { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: count },
    { suffix: '_sum', labels, value: sum },
    { suffix: '_count', labels, value: count },
  ];
}
