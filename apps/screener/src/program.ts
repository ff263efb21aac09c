/** What makes a run of ours a good program: `.env`, signals, streams, exit code. */
import { existsSync } from 'node:fs';
import type { CommandIo } from './command.ts';

const INTERRUPTED = 130;

export async function runAsProgram(run: (io: CommandIo) => Promise<number>): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const abort = new AbortController();
  let asked = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // The first one asks; the second one, from somebody who no longer wants to wait, ends it: the log makes that safe.
      if (++asked > 1) process.exit(INTERRUPTED);
      abort.abort();
    });
  }
  // A reader that has seen enough (`screener replay … | head`) is no error.
  process.stdout.on('error', (cause: NodeJS.ErrnoException) => process.exit(cause.code === 'EPIPE' ? 0 : 1));
  const { stdout, stderr, env: environment } = process;
  process.exitCode = await run({ stdout, stderr, environment, signal: abort.signal });
}
