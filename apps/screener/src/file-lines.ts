/** Lines of a file of any size, plain or gzipped, with what people need to know when it cannot be read. */
import { createReadStream, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { reasonOf, ScreenerError } from '@screener/errors';
import type { CommandIo } from './command.ts';
import { ProgressBar } from './progress-bar.ts';

/** A line longer than this is no line of any file that we read: it would only fill the memory. */
const LINE_LENGTH_MAX = 1_000_000;

/** Lines without their ends, in batches as they are read. `expected`: what the file should be, for the error. */
export async function* readFileLines(file: string, expected: string, io: CommandIo): AsyncGenerator<readonly string[]> {
  const fail = (cause: unknown): ScreenerError =>
    new ScreenerError('FILE_UNREADABLE', { file, reason: reasonOf(cause), expected }, { cause });
  let size: number;
  try {
    const stat = statSync(file);
    if (stat.isDirectory()) throw new Error('it is a directory');
    size = stat.size;
  } catch (cause) {
    throw fail(cause);
  }
  const raw = createReadStream(file, { highWaterMark: 256 * 1_024, signal: io.signal });
  const progress = new ProgressBar(io, file, size);
  raw.on('data', (chunk) => progress.advance(chunk.length));
  let text: Readable = raw;
  if (file.endsWith('.gz')) {
    const gunzip = createGunzip({ chunkSize: 256 * 1_024 });
    raw.on('error', (cause) => gunzip.destroy(cause));
    text = raw.pipe(gunzip);
  }
  text.setEncoding('utf8');
  let rest = '';
  let count = 0;
  try {
    for await (const chunk of text as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      count += lines.length;
      if (rest.length > LINE_LENGTH_MAX) throw tooLong(file, count + 1, expected);
      if (lines.length > 0) yield lines.map(withoutReturn);
    }
    if (rest !== '') yield [withoutReturn(rest)];
  } catch (cause) {
    if (io.signal.aborted) return;
    throw cause instanceof ScreenerError ? cause : fail(cause);
  } finally {
    progress.end();
    text.destroy();
    raw.destroy();
  }
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);

const tooLong = (file: string, line: number, expected: string): ScreenerError =>
  new ScreenerError('FILE_LINE_INVALID', {
    file,
    line,
    reason: `the line is longer than ${LINE_LENGTH_MAX} characters`,
    expected,
  });

/** Writes a batch of lines and waits while the reader of the pipe is slower. */
export async function writeLines(io: CommandIo, lines: readonly string[]): Promise<void> {
  if (lines.length === 0 || io.stdout.destroyed) return;
  if (io.stdout.write(`${lines.join('\n')}\n`)) return;
  await new Promise<void>((resolve) => {
    // A reader that has gone away closes the pipe and never drains it.
    const go = (): void => {
      io.stdout.off('drain', go).off('close', go).off('error', go);
      resolve();
    };
    io.stdout.on('drain', go).on('close', go).on('error', go);
  });
}
