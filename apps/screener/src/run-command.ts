/** Finds the command, runs it, turns an error into one line and an exit code. */
import { reasonOf, ScreenerError } from '@screener/errors';
import { hideCredentials } from '@screener/service';
import { type Command, type CommandIo, helpOf } from './command.ts';
import { commands } from './commands/index.ts';
import { nearestNames } from './nearest-names.ts';
import { onOneLine } from './text-table.ts';
import { version } from './version.ts';

export async function runCommand(args: readonly string[], io: CommandIo): Promise<number> {
  const [first] = args;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    io.stdout.write(overview());
    return first === undefined ? 2 : 0;
  }
  if (first === '--version' || first === '-V') {
    io.stdout.write(`${version}\n`);
    return 0;
  }
  try {
    const command =
      commands.find((candidate) => candidate.name === args.slice(0, 2).join(' ')) ??
      commands.find((candidate) => candidate.name === first);
    if (command === undefined) {
      const family = commands.filter((candidate) => candidate.name.startsWith(`${first} `));
      if (family.length > 0 && (args[1] === '--help' || args[1] === '-h')) {
        io.stdout.write(`Usage: screener ${first} <command> [options]\n\n${listOf(family)}\n`);
        return 0;
      }
      throw unknownCommand(args, family);
    }
    const rest = args.slice(command.name.split(' ').length);
    if (rest.includes('--help') || rest.includes('-h')) {
      io.stdout.write(helpOf(command));
      return 0;
    }
    return await command.run(rest, io);
  } catch (cause) {
    io.stderr.write(`screener: ${onOneLine(hideCredentials(reasonOf(cause)))}\n`);
    if (io.environment.LOG_LEVEL === 'debug' && cause instanceof Error)
      io.stderr.write(`${hideCredentials(stackOf(cause))}\n`);
    return cause instanceof ScreenerError ? cause.exitCode : 1;
  }
}

function unknownCommand([first = '', second]: readonly string[], family: readonly Command[]): ScreenerError {
  const given = family.length > 0 && second !== undefined ? `${first} ${second}` : first;
  const known = family.length > 0 ? family : commands;
  const names = known.map(({ name }) => name);
  const words = nearestNames(first, [...new Set(names.map((name) => name.split(' ')[0] ?? ''))]);
  const near = family.length > 0 ? [] : names.filter((name) => words.includes(name.split(' ')[0] ?? ''));
  return new ScreenerError('COMMAND_UNKNOWN', {
    command: given,
    expected: (near.length > 0 ? near : names).join(', '),
  });
}

const listOf = (listed: readonly Command[]): string => {
  const width = Math.max(...commands.map((command) => command.name.length));
  return listed.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`).join('\n');
};

const overview = (): string =>
  [
    `crypto-screener ${version}: every pair of an exchange, every minute, in exact numbers.`,
    'Usage: screener <command> [options]',
    listOf(commands),
    [
      'screener <command> --help explains one. Settings come from the environment and .env: docs/settings.md.',
      'Exit code: 0 done, 1 it could not be done (or something differs), 2 the call was wrong. LOG_LEVEL=debug shows stacks.',
    ].join('\n'),
    '',
  ].join('\n\n');

const stackOf = (error: Error): string =>
  `${error.stack}${error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : ''}`;
