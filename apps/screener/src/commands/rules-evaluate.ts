import { reasonOf, ScreenerError } from '@screener/errors';
import { type CompiledRule, compileRule, inputOfLookup, presetRules } from '@screener/rules';
import { type Command, type CommandIo, parseArguments } from '../command.ts';
import { readFileLines, writeLines } from '../file-lines.ts';

const options = {
  metrics: {
    kind: 'text',
    value: 'FILE.jsonl[.gz]',
    about: 'one JSON object per line: flat metric names, or an object with them under m',
    example: '--metrics metrics.jsonl',
  },
  rule: {
    kind: 'text',
    value: 'ID...',
    about: 'only these rules; default: all presets',
    example: '--rule big_bull_60m',
    many: true,
  },
} as const;

const lineExpected = 'a JSON object with flat metric names, or one under m';

export const rulesEvaluateCommand: Command = {
  name: 'rules evaluate',
  summary: 'evaluate the rules on a file of metrics: the ids that hold, one JSON object per line',
  options,
  more: [
    'A number may be a JSON number, null (0), "NaN", "Infinity" or "-Infinity"; a key that is missing is absent, and a',
    'condition whose result is absent does not hold. Cooldowns do not count here.',
    '',
    'Example:\n  screener rules evaluate --metrics metrics.jsonl.gz --rule big_bull_60m',
  ].join('\n'),
  async run(args, io) {
    // `--rule a b` means the same as `--rule a --rule b`.
    const names = args.includes('--rule') ? presetRules.map(() => '[rule]') : [];
    const { options: given, positionals } = parseArguments({ name: this.name, options }, args, names);
    if (!given.metrics) {
      const { value: expected, example } = options.metrics;
      throw new ScreenerError('OPTION_INVALID', { option: '--metrics', found: '', expected, example });
    }
    const rules = chooseRules([...given.rule, ...positionals]);
    await printRules(given.metrics, rules, io);
    return 0;
  },
};

function chooseRules(ids: readonly string[]): CompiledRule[] {
  const wanted = new Set(ids.flatMap((id) => id.split(',')).map((id) => id.trim()));
  const known = presetRules.map((rule) => rule.rule);
  for (const id of wanted) {
    if (known.includes(id)) continue;
    const expected = `one of ${known.join(', ')}`;
    throw new ScreenerError('OPTION_INVALID', { option: '--rule', found: id, expected, example: options.rule.example });
  }
  return presetRules
    .filter((rule) => wanted.size === 0 || wanted.has(rule.rule))
    .map((rule) => compileRule(rule))
    .sort((a, b) => (a.rule.rule < b.rule.rule ? -1 : 1));
}

async function printRules(file: string, rules: readonly CompiledRule[], io: CommandIo): Promise<void> {
  let line = 0;
  for await (const batch of readFileLines(file, `lines, each ${lineExpected}`, io)) {
    const output: string[] = [];
    try {
      for (const text of batch) {
        line++;
        if (text.trim() === '') continue;
        output.push(JSON.stringify({ line, rules: rulesThatHold(text, rules) }));
      }
    } catch (cause) {
      if (!(cause instanceof LineMistake)) throw cause;
      await writeLines(io, output);
      const { reason, expected } = cause;
      throw new ScreenerError('FILE_LINE_INVALID', { file, line, reason, expected }, { cause });
    }
    await writeLines(io, output);
    if (io.stdout.destroyed) return;
  }
}

/** A line that holds no metrics. */
class LineMistake extends Error {
  override readonly name = 'LineMistake';
  readonly reason: string;
  readonly expected: string;
  constructor(reason: string, expected: string, errorOptions?: ErrorOptions) {
    super(`${reason}; expected ${expected}`, errorOptions);
    this.reason = reason;
    this.expected = expected;
  }
}

function rulesThatHold(text: string, rules: readonly CompiledRule[]): string[] {
  const metrics = metricsOf(text);
  const lookup = (name: string): number | undefined =>
    Object.hasOwn(metrics, name) ? numberOf(name, metrics[name]) : undefined;
  const input = inputOfLookup(lookup);
  const holding: string[] = [];
  for (const { rule, evaluate } of rules) if (evaluate(input) === true) holding.push(rule.rule);
  return holding;
}

function metricsOf(text: string): Readonly<Record<string, unknown>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new LineMistake(reasonOf(cause), lineExpected, { cause });
  }
  if (!isObject(parsed)) throw new LineMistake('it is not an object', lineExpected);
  if (!Object.hasOwn(parsed, 'm')) return parsed;
  if (!isObject(parsed.m)) throw new LineMistake('m is not an object', lineExpected);
  return parsed.m;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const spelled: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

function numberOf(name: string, value: unknown): number {
  if (typeof value === 'number') return value;
  if (value === null) return 0;
  const number = typeof value === 'string' && Object.hasOwn(spelled, value) ? spelled[value] : undefined;
  if (number !== undefined) return number;
  throw new LineMistake(`${name} is ${JSON.stringify(value)}`, 'a number, null, "NaN", "Infinity" or "-Infinity"');
}
