/** The command line of `npm run bench`. */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface BenchOptions {
  readonly name: string;
  /** Names or beginnings of names; none: all cases. */
  readonly cases: readonly string[];
  readonly rounds: number;
  readonly quick: boolean;
  readonly profiles: string | undefined;
}

/** Said in one line, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const roundsMin = 3;
const roundsMax = 100;
const roundsDefault = 5;

/** Folders with a `cases.ts`. */
export function benchmarkNames(directory: string): readonly string[] {
  return readdirSync(directory)
    .filter((name) => existsSync(join(directory, name, 'cases.ts')))
    .sort();
}

export function readOptions(given: readonly string[], names: readonly string[]): BenchOptions {
  const { values, positionals } = parse(given);
  const [name, ...more] = positionals;
  const expected = `expected one of ${names.join(', ')}`;
  if (name === undefined) throw new UsageError(`no benchmark named: ${expected}; for example npm run bench -- log`);
  if (!names.includes(name)) throw new UsageError(`unknown benchmark '${name}': ${expected}`);
  if (more.length > 0) throw new UsageError(`'${more[0]}' is too much: one benchmark at a time, cases with --case`);
  const quick = values.quick === true;
  const rounds = Number(values.rounds ?? (quick ? roundsMin : roundsDefault));
  if (!Number.isInteger(rounds) || rounds < roundsMin || rounds > roundsMax) {
    throw new UsageError(`--rounds is '${values.rounds}': expected a whole number from ${roundsMin} to ${roundsMax}`);
  }
  const profiles = values.profile === undefined ? undefined : resolve(values.profile);
  return { name, cases: values.case ?? [], rounds, quick, profiles };
}

function parse(given: readonly string[]) {
  try {
    return parseArgs({
      args: [...given],
      allowPositionals: true,
      options: {
        case: { type: 'string', multiple: true },
        rounds: { type: 'string' },
        quick: { type: 'boolean' },
        profile: { type: 'string' },
      },
    });
  } catch (cause) {
    const reason = (cause as Error).message.split('. ')[0] ?? '';
    throw new UsageError(`${reason}; options are --case NAME, --rounds N, --quick, --profile DIRECTORY`, { cause });
  }
}

export function chooseCases<C extends { readonly name: string }>(
  all: readonly C[],
  wanted: readonly string[],
): readonly C[] {
  if (wanted.length === 0) return all;
  const matches = ({ name }: C, text: string): boolean => name === text || name.startsWith(`${text}/`);
  const unknown = wanted.find((text) => !all.some((each) => matches(each, text)));
  if (unknown !== undefined) {
    throw new UsageError(`unknown case '${unknown}': expected one of ${all.map(({ name }) => name).join(', ')}`);
  }
  return all.filter((each) => wanted.some((text) => matches(each, text)));
}
