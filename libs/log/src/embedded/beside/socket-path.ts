/** Where the process that writes a log listens for others of the same machine and the same user. */
import { createHash } from 'node:crypto';
import { lstatSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Unix sockets have room for 104 bytes of path on macOS, 108 on Linux, the final zero included. */
const pathBytesMax = 103;

export function socketPathOf(directory: string): string {
  // However the directory is written, all processes must come to the same name.
  const real = realpathSync(directory);
  const name = `screener-${createHash('sha256').update(real).digest('hex').slice(0, 24)}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  const beside = join(real, 'log.sock');
  return Buffer.byteLength(beside) <= pathBytesMax ? beside : join(tmpdir(), `${name}.sock`);
}

/** The directory for temporary files belongs to everybody: what somebody else put there is not spoken to. */
export function isOurSocket(path: string): boolean {
  if (process.platform === 'win32') return true;
  try {
    const found = lstatSync(path);
    return found.isSocket() && found.uid === process.getuid?.();
  } catch {
    return false;
  }
}
