/** Reads text exposition format 0.0.4 as strictly as it is written down, so that tests see what a scraper would refuse. */
export interface ParsedFamily {
  readonly type: string;
  readonly help: string;
  readonly samples: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
  }[];
}

const helpLine = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) ((?:[^\\\n]|\\[\\n])*)$/;
const typeLine = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped)$/;
const sampleLine = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? ([+-]?Inf|NaN|[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)$/;
const label = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/;

export function parseExposition(text: string): ReadonlyMap<string, ParsedFamily> {
  const families = new Map<string, ParsedFamily>();
  const seen = new Set<string>();
  let open: { name: string; family: ParsedFamily } | undefined;
  let help: { name: string; text: string } | undefined;
  if (text === '') return families;
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  for (const line of text.slice(0, -1).split('\n')) {
    const [, helpName, helpText = ''] = helpLine.exec(line) ?? [];
    if (helpName !== undefined) {
      help = { name: helpName, text: unescaped(helpText) };
      continue;
    }
    const [, typeName, type = ''] = typeLine.exec(line) ?? [];
    if (typeName !== undefined) {
      if (families.has(typeName)) throw new Error(`${typeName} stands in two places`);
      if (help?.name !== typeName) throw new Error(`${typeName} has no help before its type`);
      open = { name: typeName, family: { type, help: help.text, samples: [] } };
      families.set(typeName, open.family);
      continue;
    }
    const [, name, labelText = '', value = ''] = sampleLine.exec(line) ?? [];
    if (name === undefined) throw new Error(`no line of the format: ${line}`);
    if (open === undefined || !belongs(name, open)) throw new Error(`${name} stands outside its family`);
    const labels = parseLabels(labelText);
    const series = `${name}${JSON.stringify(Object.entries(labels).sort())}`;
    if (seen.has(series)) throw new Error(`twice: ${line}`);
    seen.add(series);
    open.family.samples.push({ name, labels, value: numberOf(value) });
  }
  for (const [name, { type, samples }] of families) {
    if (samples.length === 0) throw new Error(`${name} has no samples`);
    if (type === 'histogram') checkHistogram(name, samples);
  }
  return families;
}

const belongs = (name: string, { name: family, family: { type } }: { name: string; family: ParsedFamily }): boolean =>
  type === 'histogram' ? [`${family}_bucket`, `${family}_sum`, `${family}_count`].includes(name) : name === family;

function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (let rest = text; rest !== ''; ) {
    const [whole, name, value = ''] = label.exec(rest) ?? [];
    if (whole === undefined || name === undefined) throw new Error(`no label: ${rest}`);
    if (name in labels) throw new Error(`the label ${name} is there twice`);
    labels[name] = unescaped(value);
    rest = rest.slice(whole.length);
  }
  return labels;
}

/** Buckets rise, the last is +Inf, and it equals the count. */
function checkHistogram(name: string, samples: ParsedFamily['samples']): void {
  const series = Map.groupBy(samples, ({ labels: { le: _, ...labels } }) =>
    JSON.stringify(Object.entries(labels).sort()),
  );
  for (const [labels, ofSeries] of series) {
    const buckets = ofSeries.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels: { le = '' } }) => numberOf(le));
    const rising = (values: readonly number[]): boolean =>
      values.every((value, index) => index === 0 || value >= (values[index - 1] ?? 0));
    const count = ofSeries.find((sample) => sample.name === `${name}_count`)?.value;
    const ends = bounds.at(-1) === Number.POSITIVE_INFINITY && buckets.at(-1)?.value === count;
    if (!rising(bounds) || !rising(buckets.map(({ value }) => value)) || !ends)
      throw new Error(`${name}${labels} is no histogram`);
  }
}

const numberOf = (text: string): number => Number(text.replace(/Inf$/, 'Infinity'));
const unescaped = (text: string): string => text.replace(/\\(.)/g, (_, mark: string) => (mark === 'n' ? '\n' : mark));
