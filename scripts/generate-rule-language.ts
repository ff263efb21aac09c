/** docs/rule-language.md: the reference of the language, from the tables that the language itself is made of. */
import { type FlatMetric, flatMetricTable } from '@screener/market';
import { type LanguageRow, languageLimits, languageSections } from '@screener/rules';
import { code, source, table } from './markdown.ts';

const introduction = [
  'A rule has a condition: an expression of [CEL](https://cel.dev), the Common Expression Language, over the numbers of an instrument. Alert rules, screens and backtests share it. What rules add to it (universe, trigger, cooldown, message) stands in [rules.md](rules.md).',
  '**Numbers** are doubles, all of them. That is the one difference to other CELs, which keep whole numbers apart: here `6 * volume_1h` means `6.0 * volume_1h`. Only the n of `candles.last(n)` and the place in `[i]` have to be whole.',
  "**Absent.** A number that is not known is absent, never 0: a window that is not full, an indicator that is not warm, a minute before that is missing. What is computed from it is absent too, with CEL's exceptions: `absent || true` is true, `absent && false` is false, and so in `exists` and `all`, where one element decides. A condition whose result is absent does not hold.",
  '**Not numbers.** A division by 0 gives an infinity, 0 / 0 gives NaN, and no comparison with NaN holds but `!=`.',
  "**Mistakes** are answered with the place, what was expected and the nearest known name: `character 5: unknown name 'chnage_1h'; expected change_1h`.",
];

export function generateRuleLanguage(metrics: readonly FlatMetric[] = flatMetricTable): string {
  return [
    source('libs/rules/src and libs/market/src/flat-metrics.ts'),
    '# The language of rules',
    ...introduction,
    ...languageSections.flatMap(({ title, about, rows }) => [`## ${title}`, about, tableOf(rows)]),
    '## Metrics',
    `${metrics.length} numbers of this minute. With \`previous.\` before the name: of the minute before. **Live**: it moves with the candle in progress, so that a rule of mode \`live\` sees it move; the others are as of the last closed minute. With the setting \`CUSTOM_WINDOWS\` there are the same numbers of other windows, such as \`change_45m\`.`,
    table(['name', 'what', 'unit', 'live'], metricRows(metrics)),
    '## Limits',
    table(
      ['at most', 'of'],
      languageLimits.map(({ written, about }) => [written, about]),
    ),
    '',
  ].join('\n\n');
}

function tableOf(rows: readonly LanguageRow[]): string {
  const examples = rows.some(({ example }) => example !== undefined);
  return table(
    examples ? ['written', 'what', 'example'] : ['written', 'what'],
    rows.map(({ written, about, example = '' }) =>
      examples ? [code(written), about, code(example)] : [code(written), about],
    ),
  );
}

/** Metrics that differ only by their window or bar share a row. */
function metricRows(metrics: readonly FlatMetric[]): readonly (readonly string[])[] {
  const groups = new Map<string, FlatMetric[]>();
  for (const metric of metrics) {
    const group = metric.interval === undefined ? metric.name : metric.name.replace(`_${metric.interval}`, '_');
    groups.set(group, [...(groups.get(group) ?? []), metric]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const about = first.interval === undefined || group.length === 1 ? first.about : withoutInterval(first);
    const live = first.source === 'price' || first.source === 'window' ? 'yes' : '';
    return [[group.map(({ name }) => code(name)).join(' '), about, first.unit, live]];
  });
}

const withoutInterval = ({ about, interval = '' }: FlatMetric): string => about.replaceAll(interval, '…');
