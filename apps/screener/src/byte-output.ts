/** Where a command writes what it makes: standard output or a file, in big pieces, no faster than it is taken. */
import { createWriteStream, openSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { reasonOf, ScreenerError } from '@screener/errors';
import type { CommandIo } from './command.ts';

/** So much may wait for a disk before the producer does. */
const WAITING_BYTES_MAX = 4 * 1_024 * 1_024;

export interface ByteOutput {
  /** Nobody takes anything any more: the reader of the pipe has seen enough. */
  readonly gone: boolean;
  readonly bytes: number;
  write(chunk: string | Uint8Array): Promise<void>;
  /** Resolves when everything is written. */
  end(): Promise<void>;
}

/** `file`: made anew; gzipped where its name ends with .gz. Without it: standard output. */
export function openByteOutput(io: CommandIo, file: string | undefined): ByteOutput {
  if (file === undefined) return new StreamOutput([io.stdout], undefined);
  let descriptor: number;
  try {
    descriptor = openSync(file, 'w');
  } catch (cause) {
    throw new ScreenerError('FILE_UNWRITABLE', { file, reason: reasonOf(cause) }, { cause });
  }
  const written = createWriteStream(file, { fd: descriptor, highWaterMark: WAITING_BYTES_MAX });
  if (!file.endsWith('.gz')) return new StreamOutput([written], file);
  const gzip = createGzip({ level: 4 });
  gzip.pipe(written);
  return new StreamOutput([gzip, written], file);
}

class StreamOutput implements ByteOutput {
  bytes = 0;
  readonly #first: Writable;
  readonly #streams: readonly Writable[];
  readonly #file: string | undefined;
  #failure: unknown;

  /** What is written goes into the first stream; those after it are fed by it. */
  constructor(streams: readonly [Writable, ...Writable[]], file: string | undefined) {
    this.#streams = streams;
    [this.#first] = streams;
    this.#file = file;
    if (file === undefined) return;
    for (const stream of streams) {
      stream.on('error', (cause) => {
        this.#failure ??= cause;
        this.#first.destroy();
      });
    }
  }

  get gone(): boolean {
    return this.#first.destroyed;
  }

  async write(chunk: string | Uint8Array): Promise<void> {
    this.#check();
    if (chunk.length === 0 || this.gone) return;
    this.bytes += typeof chunk === 'string' ? Buffer.byteLength(chunk) : chunk.length;
    if (!this.#first.write(chunk)) await drained(this.#first);
    this.#check();
  }

  async end(): Promise<void> {
    if (this.#file === undefined) return;
    this.#check();
    const all = this.#streams.map((stream) => finished(stream, { readable: false }));
    this.#first.end();
    await Promise.all(all).catch((cause: unknown) => {
      this.#failure ??= cause;
    });
    this.#check();
  }

  #check(): void {
    if (this.#failure === undefined || this.#file === undefined) return;
    const facts = { file: this.#file, reason: reasonOf(this.#failure) };
    throw new ScreenerError('FILE_UNWRITABLE', facts, { cause: this.#failure });
  }
}

/** A reader that has gone away closes the pipe and never drains it. */
function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      stream.off('drain', go).off('close', go).off('error', go);
      resolve();
    };
    stream.on('drain', go).on('close', go).on('error', go);
  });
}
