/** One supervisor per database: whoever finds the file and its process alive must not touch the server. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ScreenerError } from '@screener/errors';
import { identify, isSame, type ProcessIdentity } from './server-process.ts';

/** Returns how to let go. */
export async function holdAsSupervisor(home: string): Promise<() => Promise<void>> {
  const file = join(home, 'supervisor.json');
  const self = await identify(process.pid);
  const line = `${JSON.stringify(self)}\n`;
  // The second round is for the file of a supervisor that died.
  for (const isLastRound of [false, true]) {
    try {
      await writeFile(file, line, { flag: 'wx', mode: 0o600 });
      return () => rm(file, { force: true });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') {
        const reason = (cause as Error).message;
        throw new ScreenerError('DATABASE_START_FAILED', { directory: home, reason, file }, { cause });
      }
    }
    const holder = await readHolder(file);
    if (isLastRound || (holder && (await isSame(holder)))) {
      throw new ScreenerError('DATABASE_HELD', { directory: home, holder: holder?.pid ?? '?' });
    }
    await rm(file, { force: true });
  }
  throw new Error('unreachable: both rounds return or throw');
}

async function readHolder(file: string): Promise<ProcessIdentity | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  try {
    const found = JSON.parse(text) as Partial<ProcessIdentity> | null;
    if (typeof found?.pid === 'number' && typeof found.startedAt === 'string') {
      return { pid: found.pid, startedAt: found.startedAt };
    }
  } catch {
    // Cut off by a crash while it was written: nobody holds it.
  }
  return undefined;
}
