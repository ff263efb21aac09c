/** One measured program as a child process that is asked things over its IPC channel. */
import { type ChildProcess, fork } from 'node:child_process';

export interface SideOptions {
  /** The program: it calls `serveSide`. */
  readonly file: URL;
  /** Shown when it fails. */
  readonly name: string;
  readonly nodeOptions?: readonly string[];
}

export interface Side {
  readonly pid: number;
  call<T>(request: string, argument?: unknown): Promise<T>;
  /** Asks it to end; insists when it does not. */
  close(): Promise<void>;
}

export interface SideRequest {
  readonly id: number;
  readonly request: string;
  readonly argument: unknown;
}

export type SideAnswer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: string };

const graceMs = 5_000;

export class SideProcess implements Side {
  readonly pid: number;
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(cause: Error): void }>();
  #requests = 0;
  #ended = false;

  constructor({ file, name, nodeOptions = [] }: SideOptions) {
    this.#name = name;
    // Values keep their types over the channel: byte arrays, maps, big integers.
    this.#child = fork(file, [], {
      serialization: 'advanced',
      execArgv: ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning', ...nodeOptions],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const { pid } = this.#child;
    if (pid === undefined) throw new Error(`${name} did not start`);
    this.pid = pid;
    this.#child.on('message', (answer) => this.#answered(answer as SideAnswer));
    this.#gone = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        this.#ended = true;
        for (const { reject } of this.#waiting.values()) reject(new Error(`${name} ended (${signal ?? code})`));
        this.#waiting.clear();
        resolve();
      });
    });
  }

  call<T>(request: string, argument?: unknown): Promise<T> {
    if (this.#ended) return Promise.reject(new Error(`${this.#name} has ended`));
    this.#requests += 1;
    const id = this.#requests;
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve: (result) => resolve(result as T), reject });
      this.#child.send({ id, request, argument } satisfies SideRequest);
    });
  }

  #answered(answer: SideAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('failure' in answer) waiting?.reject(new Error(`${this.#name}: ${answer.failure}`));
    else waiting?.resolve(answer.result);
  }

  async close(): Promise<void> {
    if (this.#ended) return;
    // Its end of the channel closes, which a side takes as the wish to end.
    if (this.#child.connected) this.#child.disconnect();
    const insist = setTimeout(() => this.#child.kill('SIGKILL'), graceMs);
    await this.#gone;
    clearTimeout(insist);
  }
}
