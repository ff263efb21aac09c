/**
 * Runs the broker as its child and ends it when whoever started the guard is gone, killed with -9 included: the guard's
 * standard input is a pipe from there, and a pipe closes with its writer.
 * Arguments: the log file, then the command line of the broker. The first line on standard output is the broker's pid.
 */
import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';

const STOP_TIMEOUT_MS = 10_000;

const [logFile, command, ...given] = process.argv.slice(2);
if (logFile === undefined || command === undefined)
  throw new Error('usage: broker-guard.ts LOG-FILE COMMAND ARGUMENT…');
const log = openSync(logFile, 'a');
const broker = spawn(command, given, { stdio: ['ignore', log, log] });
broker.on('spawn', () => process.stdout.write(`${broker.pid}\n`));
broker.on('error', (cause) => {
  process.stderr.write(`${cause.message}\n`);
  process.exit(1);
});
broker.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 0 : 1)));
process.stdin.on('end', () => {
  broker.kill('SIGTERM');
  setTimeout(() => broker.kill('SIGKILL'), STOP_TIMEOUT_MS).unref();
});
process.stdin.resume();
// Ctrl-C reaches the whole process group; the order of leaving is the business of whoever started us.
process.on('SIGINT', () => {});
process.stdout.on('error', () => {});
