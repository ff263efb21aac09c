/** The collector processes of a day: started, watched, killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { CollectorReport, CollectorSettings, FromCollector } from './collector-messages.ts';
import type { Stretch } from './day-clock.ts';

/** Signs of life come more often. Wall clock. */
const signEveryMsMax = 35;
/** Nobody pauses for so long: it hangs. Wall clock. */
const hangsMs = 60_000;

export class CollectorProcess {
  readonly #child: ChildProcess;
  readonly #ended: (how: string) => void;
  #heardAt = Date.now();
  #expected = false;
  #report: CollectorReport | undefined;

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
    return this.#report !== undefined;
  }

  /** It does not keep time waiting. */
  get keepsUp(): boolean {
    return Date.now() - this.#heardAt <= signEveryMsMax;
  }

  get hangs(): boolean {
    return Date.now() - this.#heardAt > hangsMs;
  }

  /** From 0 to 1. */
  get load(): number {
    return this.#report?.load ?? 1;
  }

  get numbers(): Readonly<Record<string, number>> {
    return this.#report?.numbers ?? {};
  }

  get text(): string {
    return this.#report?.text ?? 'starting';
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

  #hear({ report = this.#report }: FromCollector): void {
    this.#heardAt = Date.now();
    this.#report = report;
  }
}
