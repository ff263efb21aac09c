import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { reasonOf, ScreenerError } from '@screener/errors';

/** Makes a data directory and those above it, and sees that it can be written. */
export function makeDirectory(directory: string): void {
  try {
    make(resolve(directory));
    accessSync(directory, constants.W_OK);
  } catch (cause) {
    throw new ScreenerError('DIRECTORY_UNWRITABLE', { directory, reason: reasonOf(cause) }, { cause });
  }
}

/** Not mkdir's own `recursive`: where a file system refuses by ENOENT, as /proc does, Node 24 tries for ever. */
function make(directory: string): void {
  if (existsSync(directory)) return;
  make(dirname(directory));
  try {
    mkdirSync(directory);
  } catch (cause) {
    // Two starts at once: the other one was faster.
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
  }
}
