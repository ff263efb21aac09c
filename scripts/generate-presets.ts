/** docs/presets.md: every rule that is shipped, from the data that it is seeded from. */
import { type Preset, presets } from '@screener/rules';
import { code, source, table } from './markdown.ts';

export function generatePresets(rules: readonly Preset[] = presets): string {
  return [
    source('libs/rules/src/presets'),
    '# Presets',
    'The rules that we ship. They are written into the topic `rules` once; from then on they can be edited, switched off and restored like any other rule. Every number of a condition is a parameter. What a rule consists of, and the numbers that every alert says: [rules.md](rules.md). The language of the conditions: [rule-language.md](rule-language.md). How texts of the roadmap were read: [the decision](decisions/rule-texts-of-the-roadmap.md).',
    table(
      ['preset', 'title', 'what', 'timeframe', 'cooldown'],
      rules.map(({ rule, title, text, timeframe, cooldownMs }) => [
        `[${rule}](#${rule})`,
        title,
        text,
        timeframe,
        `${cooldownMs / 60_000} min`,
      ]),
    ),
    ...rules.flatMap(sectionOf),
    '',
  ].join('\n\n');
}

function sectionOf({ rule, text, condition, parameters, ranges = [] }: Preset): readonly string[] {
  return [
    `## ${rule}`,
    text,
    `\`\`\`text\n${condition.replaceAll(/ && (?=[^)]*(?:\(|$))/g, '\n&& ')}\n\`\`\``,
    table(
      ['parameter', 'what', 'default', 'from', 'to', 'unit'],
      ranges.map((range) => [
        code(range.name),
        range.text,
        String(parameters[range.name]),
        String(range.min),
        String(range.max),
        range.unit,
      ]),
    ),
  ];
}
