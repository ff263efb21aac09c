/**
 * Copies what was committed from the write-ahead log into the file, in a thread with a connection of its own: otherwise
 * every so many commits one would have to do it, and its writer would wait. Where this falls behind, SQLite's own
 * checkpoint (see log-file.ts) still bounds the write-ahead log, and finds little left to copy.
 */
import { Worker } from 'node:worker_threads';

/**
 * Copied together (4 MB): a page that many commits changed is written once. After a copy the write-ahead log begins anew
 * in the room that it has; were it larger, more commits would have to make it longer, which takes a fsync half as long again.
 */
const pagesPerCopy = 1_000;
export class Checkpointer {
  readonly #file: string;
  /** Started with the first copy: most logs of tests and commands never need one. */
  #worker: Worker | undefined;
  #ended: Promise<unknown> | undefined;
  #copying = false;
  #pages = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** Roughly so many pages were committed. */
  committed(pages: number): void {
    this.#pages += pages;
    this.#copy();
  }

  #copy(): void {
    if (this.#copying || this.#pages < pagesPerCopy) return;
    this.#copying = true;
    this.#pages = 0;
    this.#worker ??= this.#start();
    this.#worker.postMessage('copy');
  }

  #start(): Worker {
    const worker = new Worker(new URL('./checkpoint-worker.ts', import.meta.url), { workerData: this.#file });
    worker.unref();
    worker.on('message', () => {
      this.#copying = false;
      this.#copy();
    });
    // It stays `copying` then: SQLite's own checkpoint goes on alone.
    worker.on('error', () => {});
    this.#ended = new Promise((resolve) => worker.once('exit', resolve));
    return worker;
  }

  /** Before the engine closes its own connection, which then is the last and tidies up. */
  async close(): Promise<void> {
    // From here on it keeps the process: whoever waits for the end must not be left with an empty event loop.
    this.#worker?.ref();
    this.#worker?.postMessage('end');
    await this.#ended;
  }
}
