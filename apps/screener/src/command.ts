/** What a command of the command line is, and how its options are read and explained from one table. */
import type { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { reasonOf, ScreenerError } from '@screener/errors';
import type { Environment } from '@screener/service';

export interface CommandIo {
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly environment: Environment;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  /** Builds the page where its sources are newer, in a clone. */
  readonly buildPage?: (notify: (text: string) => void) => Promise<unknown>;
  /** Brings up a Kafka broker for the time of the run, where a development script offers one. */
  readonly startBroker?: (directory: string, notify: (text: string) => void) => Promise<LocalBroker>;
}

export interface LocalBroker {
  readonly brokers: string;
  stop(): Promise<void>;
}

export interface Command {
  /** One or two words, for example 'topics' or 'rules evaluate'. */
  readonly name: string;
  readonly summary: string;
  /** What follows the name, in order: '<topic>' must be given, '[topic]' may be. */
  readonly positionals?: readonly string[];
  readonly options: OptionTable;
  /** Further lines of the help, such as examples. */
  readonly more?: string;
  /** Returns the exit code. Throws a ScreenerError for what people should read. */
  run(args: readonly string[], io: CommandIo): Promise<number>;
}

export interface OptionSpec {
  readonly kind: 'flag' | 'text' | 'whole';
  readonly about: string;
  /** How the value is called in the help. */
  readonly value?: string;
  readonly example?: string;
  readonly least?: number;
  readonly most?: number;
  readonly many?: true;
  readonly short?: string;
}

export type OptionTable = Readonly<Record<string, OptionSpec>>;

type ValueOf<S extends OptionSpec> = S extends { kind: 'flag' }
  ? boolean
  : S extends { kind: 'whole' }
    ? number | undefined
    : S extends { many: true }
      ? readonly string[]
      : string | undefined;

export interface ParsedArguments<T extends OptionTable> {
  readonly options: { readonly [K in keyof T]: ValueOf<T[K]> };
  readonly positionals: readonly string[];
}

export function parseArguments<T extends OptionTable>(
  command: { readonly name: string; readonly options: T },
  args: readonly string[],
  positionals: readonly string[] = [],
): ParsedArguments<T> {
  const label = `screener ${command.name}`;
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: Object.fromEntries(
        Object.entries(command.options).map(([name, spec]) => [
          name,
          {
            type: spec.kind === 'flag' ? ('boolean' as const) : ('string' as const),
            multiple: spec.many === true,
            ...(spec.short && { short: spec.short }),
          },
        ]),
      ),
    });
  } catch (cause) {
    const option = /'(-[^' ]*)/.exec(reasonOf(cause))?.[1] ?? args.join(' ');
    const known = command.options[option.replace(/^-+/, '')];
    if (known) {
      const example = known.example?.startsWith('--')
        ? known.example
        : [option, known.example].filter(Boolean).join(' ');
      // What looks like an option is taken for one.
      const joined = args.find((text) => text.startsWith(`${option}=`))?.slice(option.length + 1);
      const next = known.kind === 'flag' ? undefined : args[args.indexOf(option) + 1];
      const found = joined ?? next ?? '';
      const facts = { option, found, expected: expectedOf(known), example };
      throw new ScreenerError('OPTION_INVALID', facts, { cause });
    }
    throw unknownOption(label, option, command.options, cause);
  }
  if (parsed.positionals.length > positionals.length) {
    const argument = parsed.positionals[positionals.length] ?? '';
    const expected = positionals.length === 0 ? 'options only' : `only ${positionals.join(' ')} and options`;
    throw new ScreenerError('ARGUMENT_UNKNOWN', { command: label, argument, expected });
  }
  const missing = positionals[parsed.positionals.length];
  if (missing?.startsWith('<')) throw new ScreenerError('ARGUMENT_MISSING', { command: label, argument: missing });
  const options: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(command.options)) {
    const given = parsed.values[name];
    options[name] =
      spec.kind === 'whole'
        ? wholeOf(name, spec, given)
        : (given ?? (spec.kind === 'flag' ? false : spec.many ? [] : undefined));
  }
  return { options: options as ParsedArguments<T>['options'], positionals: parsed.positionals };
}

function expectedOf({ kind, value, least = 0, most }: OptionSpec): string {
  if (kind === 'flag') return 'no value';
  if (kind === 'text') return value ?? 'a value';
  return most === undefined ? `a whole number from ${least}` : `a whole number from ${least} to ${most}`;
}

function unknownOption(label: string, option: string, table: OptionTable, cause?: unknown): ScreenerError {
  const expected =
    Object.keys(table)
      .map((name) => `--${name}`)
      .join(', ') || 'no options';
  return new ScreenerError('OPTION_UNKNOWN', { command: label, option, expected }, { cause });
}

function wholeOf(name: string, spec: OptionSpec, given: unknown): number | undefined {
  if (given === undefined) return undefined;
  const { least = 0, most = Number.MAX_SAFE_INTEGER } = spec;
  const value = /^-?\d+$/.test(String(given)) ? Number(given) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new ScreenerError('OPTION_INVALID', {
    option: `--${name}`,
    found: String(given),
    expected: expectedOf(spec),
    example: `--${name} ${spec.example ?? least}`,
  });
}

const HELP_WIDTH = 100;
const ABOUT_COLUMN = 24;

export function helpOf(command: Command): string {
  const rows = Object.entries(command.options).flatMap(([name, spec]) => {
    const short = spec.short ? `-${spec.short}, ` : '';
    const left = `  ${short}--${name}${spec.kind === 'flag' ? '' : ` ${spec.value ?? 'VALUE'}`}`;
    const [first = '', ...further] = wrapped(spec.about, HELP_WIDTH - ABOUT_COLUMN);
    const indent = ' '.repeat(ABOUT_COLUMN);
    const head = left.length < ABOUT_COLUMN - 1 ? [left.padEnd(ABOUT_COLUMN) + first] : [left, indent + first];
    return [...head, ...further.map((line) => indent + line)];
  });
  return [
    `${command.summary}\n`,
    `Usage: ${usageOf(command)}\n`,
    ...(rows.length > 0 ? ['Options:', ...rows, ''] : []),
    ...(command.more ? [`${command.more}\n`] : []),
  ].join('\n');
}

export const usageOf = ({ name, positionals = [], options }: Command): string =>
  ['screener', name, ...positionals, ...(Object.keys(options).length > 0 ? ['[options]'] : [])].join(' ');

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Writes a line and waits while the reader of the pipe is slower. */
export async function writeLine(stream: Writable, line: string): Promise<void> {
  if (!stream.write(`${line}\n`)) await new Promise<void>((resolve) => stream.once('drain', resolve));
}
