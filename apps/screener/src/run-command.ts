/** Finds the command, runs it, turns an error into one line and an exit code. */
import { reasonOf, ScreenerError } from '@screener/errors';
import { hideCredentials } from '@screener/service';
import { type CommandIo, helpOf } from './command.ts';
import { commands } from './commands/index.ts';
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
      throw new ScreenerError('COMMAND_UNKNOWN', {
        command: first,
        expected: commands.map((known) => known.name).join(', '),
      });
    }
    const rest = args.slice(command.name.split(' ').length);
    if (rest.includes('--help') || rest.includes('-h')) {
      io.stdout.write(helpOf(command));
      return 0;
    }
    return await command.run(rest, io);
  } catch (cause) {
    io.stderr.write(`screener: ${hideCredentials(reasonOf(cause))}\n`);
    if (io.environment.LOG_LEVEL === 'debug' && cause instanceof Error)
      io.stderr.write(`${hideCredentials(stackOf(cause))}\n`);
    return cause instanceof ScreenerError ? cause.exitCode : 1;
  }
}

function overview(): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  const rows = commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`);
  return `crypto-screener ${version}: every pair of an exchange, every minute, in exact numbers.\n\nUsage: screener <command> [options]\n\n${rows.join('\n')}\n\nscreener <command> --help explains one. Settings come from the environment: docs/settings.md.\n`;
}

const stackOf = (error: Error): string =>
  `${error.stack}${error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : ''}`;
