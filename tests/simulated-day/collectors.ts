/** The collector processes of a day: started, watched, killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { CollectorSettings, FromCollector } from './collector-messages.ts';
import type { Stretch } from './day-clock.ts';

/** Without a word for so long, a process is too busy even to say so. Wall clock. */
const silentMsMax = 400;

export class CollectorProcess {
  readonly #child: ChildProcess;
  readonly #ended: (how: string) => void;
  #heardAt = Date.now();
  #load = 1;
  #expected = false;
  numbers: Readonly<Record<string, number>> = {};
  text = '';

  /** `ended`: it ended by itself. */
  constructor(settings: CollectorSettings, ended: (how: string) => void) {
    this.#ended = ended;
    this.#child = spawn(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        join(import.meta.dirname, 'collector-process.ts'),
        JSON.stringify(settings),
      ],
      { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
    );
    this.#child.on('message', (message: FromCollector) => this.#hear(message));
    this.#child.once('exit', (code, signal) => {
      if (!this.#expected) this.#ended(`exit code ${code}, signal ${signal}`);
    });
  }

  /** It has started so far that it can speak. */
  get heard(): boolean {
    return this.text !== '';
  }

  /** From 0 to 1. */
  get load(): number {
    return Date.now() - this.#heardAt > silentMsMax ? 1 : this.#load;
  }

  follow(stretch: Stretch): void {
    if (this.#child.connected) this.#child.send(stretch, () => {});
  }

  /** kill -9; resolves when it is gone. False: it had ended by itself. */
  async kill(): Promise<boolean> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return false;
    this.#expected = true;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
    return this.#child.signalCode === 'SIGKILL';
  }

  #hear({ load, numbers, text }: FromCollector): void {
    this.#heardAt = Date.now();
    this.#load = load;
    this.numbers = numbers;
    this.text = text;
  }
}
