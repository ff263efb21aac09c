/** The entry of the command line: environment, signals, streams, exit code. */
import { existsSync } from 'node:fs';
import { runCommand } from './run-command.ts';

if (existsSync('.env')) process.loadEnvFile('.env');
const abort = new AbortController();
let asked = 0;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // The first one asks; the second one, from somebody who no longer wants to wait, ends it: the log makes that safe.
    if (++asked > 1) process.exit(130);
    abort.abort();
  });
}
// A reader that has seen enough (`screener replay … | head`) is no error.
process.stdout.on('error', (cause: NodeJS.ErrnoException) => process.exit(cause.code === 'EPIPE' ? 0 : 1));
process.exitCode = await runCommand(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  signal: abort.signal,
});
