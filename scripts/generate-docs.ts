/** The pages of docs/ that are tables of the code: commands, errors, metrics, rule language, settings, topics. `npm run generate` writes them, a test compares. */
import { join } from 'node:path';
import { type ErrorRow, errorTable } from '@screener/errors';
import { readTopology, type TopicSpec } from '@screener/log';
import { settingsTable } from '@screener/service';
import { type Command, usageOf } from '../apps/screener/src/command.ts';
import { commands } from '../apps/screener/src/commands/index.ts';
import { generatePresets } from './generate-presets.ts';
import { generateRuleLanguage } from './generate-rule-language.ts';
import { code, source, table } from './markdown.ts';
import { declaredMetrics, type MetricDeclaration } from './metric-declarations.ts';

export interface GeneratedDocument {
  readonly path: string;
  readonly generate: () => string;
}

const root = join(import.meta.dirname, '..');

export function generateErrors(rows: Readonly<Record<string, ErrorRow>> = errorTable): string {
  return [
    source('libs/errors/src/error-table.ts'),
    '# Errors',
    'Every error that the product shows on purpose. A person reads the message; a program tells errors apart by the code. In a message `{name}` stands for what was found. **Retryable**: the same call may succeed later without anybody changing anything. **Exit code** of the command line: 2 the call was wrong, 1 it could not be done. A stack is shown with `LOG_LEVEL=debug` only.',
    table(
      ['code', 'message', 'retryable', 'exit code'],
      Object.entries(rows).map(([name, { message, retryable, exitCode }]) => [
        code(name),
        message,
        retryable ? 'yes' : 'no',
        String(exitCode),
      ]),
    ),
    '',
  ].join('\n\n');
}

interface SettingRow {
  readonly schema: { safeParse(value: unknown): { readonly success: boolean; readonly data?: unknown } };
  readonly about: string;
  readonly expected: string;
  readonly example: string;
  readonly aliases?: readonly string[];
}

export function generateSettings(rows: Readonly<Record<string, SettingRow>> = settingsTable): string {
  return [
    source('libs/service/src/settings.ts'),
    '# Settings',
    'Settings are environment variables; an `.env` file in the working directory is read too. A wrong one stops the start with one line that names it, what was expected and an example. Secrets never appear in logs.',
    table(
      ['name', 'what', 'expected', 'default', 'example', 'also accepted as'],
      Object.entries(rows).map(([name, { schema, about, expected, example, aliases }]) => {
        const unset = schema.safeParse(undefined);
        return [
          code(name),
          about,
          expected,
          unset.success ? code(String(unset.data ?? '')) : 'must be set',
          code(example),
          (aliases ?? []).map(code).join(', '),
        ];
      }),
    ),
    '',
  ].join('\n\n');
}

export function generateTopics(
  topics: readonly TopicSpec[] = readTopology(join(root, 'topology/topics.yaml')),
): string {
  return [
    source('topology/topics.yaml'),
    '# Topics',
    'What the log holds. `screener topics describe` shows the topics of a running log, `screener topics diff` what differs from this list, `screener topics apply` creates what is missing. Topics with the same key have the same number of partitions and the same partitioner, so that partitions of the same number belong together.',
    table(
      ['topic', 'what', 'key', 'partitions', 'kept', 'events', 'written by'],
      topics.map((topic) => [
        code(topic.name),
        topic.about,
        topic.key,
        String(topic.partitions),
        keptOf(topic),
        topic.events.map((event) => `[${event}](../schemas/${event}.avsc)`).join(', '),
        topic.writers.join(', '),
      ]),
    ),
    '',
  ].join('\n\n');
}

export function generateCommands(listed: readonly Command[] = commands): string {
  return [
    source('apps/screener/src/commands'),
    '# Commands',
    '`npx screener COMMAND`. Every command explains itself with `--help` and refuses what it does not know with one line. Exit code 0: done. 1: it could not be done, or something differs. 2: the call was wrong. Commands read and write beside a running `screener start`. Settings come from the environment and an `.env` file: [settings.md](settings.md).',
    table(
      ['command', 'what it does'],
      listed.map(({ name, summary }) => [`[${name}](#screener-${name.replaceAll(' ', '-')})`, summary]),
    ),
    ...listed.flatMap(commandSection),
    '',
  ].join('\n\n');
}

function commandSection(command: Command): readonly string[] {
  const rows = Object.entries(command.options).map(([name, { kind, value, short, about }]) => [
    code(`${short ? `-${short}, ` : ''}--${name}${kind === 'flag' ? '' : ` ${value ?? 'VALUE'}`}`),
    about,
  ]);
  return [
    `## screener ${command.name}`,
    `${command.summary.charAt(0).toUpperCase()}${command.summary.slice(1)}.`,
    `\`\`\`text\n${usageOf(command)}\n\`\`\``,
    ...(rows.length > 0 ? [table(['option', 'what'], rows)] : []),
    ...(command.more ? [`\`\`\`text\n${command.more}\n\`\`\``] : []),
  ];
}

const unitsMs = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

function duration(milliseconds: number): string {
  const [unit, unitMs] = unitsMs.find(([, length]) => milliseconds % length === 0) ?? ['ms', 1];
  return `${milliseconds / unitMs} ${unit}`;
}

function keptOf({ compact, compactionLagMs, live, retentionMs }: TopicSpec): string {
  const parts = [
    compact ? `newest of each key${compactionLagMs > 0 ? `, all of the last ${duration(compactionLagMs)}` : ''}` : '',
    retentionMs === undefined ? '' : duration(retentionMs),
    live ? 'in memory when embedded' : '',
  ].filter((part) => part !== '');
  return parts.join(', ') || 'for ever';
}

export function generateMetrics(metrics: readonly MetricDeclaration[] = declaredMetrics(root)): string {
  return [
    source('the calls that declare them'),
    '# Metrics',
    'What `/metrics` of a process says, in the text format of Prometheus. Series of an app have the label `app`, those of the process (`process_…`, `nodejs_…`) have none. A histogram has `_bucket`, `_sum` and `_count`. Which of them to look at when: [operations.md](operations.md).',
    table(
      ['metric', 'kind', 'labels', 'what', 'of'],
      metrics.map(({ name, kind, labels, help, path }) => [
        code(name),
        kind,
        labels.map(code).join(', '),
        help,
        /^apps\/(\w+)/.exec(path)?.[1] ?? 'every process',
      ]),
    ),
    '',
  ].join('\n\n');
}

export const generatedDocuments: readonly GeneratedDocument[] = [
  { path: 'docs/commands.md', generate: generateCommands },
  { path: 'docs/errors.md', generate: generateErrors },
  { path: 'docs/metrics.md', generate: generateMetrics },
  { path: 'docs/presets.md', generate: generatePresets },
  { path: 'docs/rule-language.md', generate: generateRuleLanguage },
  { path: 'docs/settings.md', generate: generateSettings },
  { path: 'docs/topics.md', generate: generateTopics },
];
