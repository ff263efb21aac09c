/** Metrics as Prometheus reads them: text exposition format 0.0.4. */
import type { Labels, MetricFamily, MetricsRegistry, Sample } from './metrics.ts';

export const expositionType = 'text/plain; version=0.0.4; charset=utf-8';

export interface MetricsGroup {
  readonly metrics: MetricsRegistry;
  /** Added to every series of it, for example which app it is. */
  readonly labels: Labels;
}

interface Gathered {
  readonly family: MetricFamily;
  readonly lines: string[];
}

/** All series of a name stand together, whichever app they are of. */
export function exposition(groups: readonly MetricsGroup[]): string {
  const gathered = new Map<string, Gathered>();
  for (const { metrics, labels } of groups) {
    for (const family of metrics.read()) {
      const entry = gathered.get(family.name) ?? { family, lines: [] };
      gathered.set(family.name, entry);
      // One name, two kinds: docs/metrics.md could not be generated either. The first one wins.
      if (entry.family.kind !== family.kind) continue;
      for (const sample of family.samples()) entry.lines.push(line(family.name, labels, sample));
    }
  }
  return [...gathered.values()]
    .filter(({ lines }) => lines.length > 0)
    .sort((a, b) => (a.family.name < b.family.name ? -1 : 1))
    .map(({ family: { name, kind, help }, lines }) =>
      [`# HELP ${name} ${escaped(help)}`, `# TYPE ${name} ${kind}`, ...lines, ''].join('\n'),
    )
    .join('');
}

function line(name: string, added: Labels, { suffix, labels, value }: Sample): string {
  const pairs = Object.entries({ ...added, ...labels }).map(
    ([label, text]) => `${label}="${escaped(text).replaceAll('"', '\\"')}"`,
  );
  return `${name}${suffix}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${numberText(value)}`;
}

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

const numberText = (value: number): string =>
  value === Number.POSITIVE_INFINITY ? '+Inf' : value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
