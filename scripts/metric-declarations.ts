/** Which metrics there are: found where the code declares them, so that docs/metrics.md cannot say anything else. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface MetricDeclaration {
  readonly name: string;
  readonly kind: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** The file that declares it. */
  readonly path: string;
}

const text = String.raw`'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"`;
const list = String.raw`\[[^\]]*\]`;
/** Biome's formatting makes these calls look alike, so no parser is needed. */
const declaration = new RegExp(
  String.raw`\.(counter|gauge|histogram)\(\s*(${text}),\s*(${text}),?\s*(?:(${list}|\w+),?\s*)?(?:(${list}),?\s*)?\)`,
  'g',
);
const anyCall = /\.(counter|gauge|histogram)\(/g;

export function metricsIn(path: string, source: string): readonly MetricDeclaration[] {
  const found = [...source.matchAll(declaration)].map(
    ([, kind = '', name = '', help = '', third = '', fourth = '']): MetricDeclaration => ({
      kind,
      name: unquoted(name),
      help: unquoted(help),
      labels: textsOf(kind === 'histogram' ? fourth : third),
      path,
    }),
  );
  const calls = [...source.matchAll(anyCall)].length;
  if (calls === found.length) return found;
  throw new Error(
    `${path} declares a metric whose name, help or labels are not written out: docs/metrics.md needs them`,
  );
}

/** Of every app and library; a name that is declared in two places has to mean the same in both. */
export function declaredMetrics(root: string): readonly MetricDeclaration[] {
  const paths = globSync('{libs,apps}/*/src/**/*.ts', { cwd: root }).filter(
    (path) => !path.endsWith('.test.ts') && !path.includes('/testing/'),
  );
  const byName = new Map<string, MetricDeclaration>();
  for (const path of paths.sort()) {
    for (const metric of metricsIn(path, readFileSync(join(root, path), 'utf8'))) {
      const known = byName.get(metric.name) ?? metric;
      if (meaning(known) !== meaning(metric))
        throw new Error(`${metric.name} is declared differently in ${known.path} and in ${path}`);
      byName.set(metric.name, known);
    }
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

const meaning = ({ kind, help, labels }: MetricDeclaration): string => JSON.stringify([kind, help, labels]);
const unquoted = (literal: string): string => literal.slice(1, -1).replace(/\\(.)/g, '$1');
const textsOf = (source: string): readonly string[] =>
  [...source.matchAll(new RegExp(text, 'g'))].map(([literal]) => unquoted(literal));
