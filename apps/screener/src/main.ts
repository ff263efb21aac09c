/** The entry of the command line. */
import { runAsProgram } from './program.ts';
import { runCommand } from './run-command.ts';

await runAsProgram((io) => runCommand(process.argv.slice(2), io));
