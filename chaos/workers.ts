/** All worker processes of a run: always as many as wanted, whatever happens to them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { StageStates, WorkerSettings } from './messages.ts';
import { WorkerProcess } from './worker-process.ts';

export interface WorkersOptions {
  /** How many there are when nobody comes or goes. */
  readonly wanted: number;
  /** Settings of the n-th process that is started. */
  readonly settingsOf: (number: number) => WorkerSettings;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** It ended by itself and will be started anew. `explained`: with an error of the table. */
  readonly ended: (worker: WorkerProcess, explained: boolean, text: string) => void;
}

/**
 * A request that nobody answers runs out after 15 s, and a member that is taking over may have to wait for two of them; a broker that
 * is started anew on a busy machine is away for a minute.
 */
const closeTimeoutMs = 120_000;
const restartAfterMs = 300;

export class Workers {
  readonly #options: WorkersOptions;
  readonly #running = new Set<WorkerProcess>();
  readonly #guard: ChildProcess;
  #started = 0;
  #closing = false;

  constructor(options: WorkersOptions) {
    this.#options = options;
    this.#guard = spawn(process.execPath, [join(import.meta.dirname, 'process-guard.ts')], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    this.#guard.stdin?.on('error', () => {});
    this.#guard.unref();
    (this.#guard.stdin as unknown as { unref(): void }).unref();
  }

  get wanted(): number {
    return this.#options.wanted;
  }

  get all(): readonly WorkerProcess[] {
    return [...this.#running];
  }

  /** Running, not frozen, and in possession of partitions. */
  get busy(): readonly WorkerProcess[] {
    return this.all.filter((worker) => !worker.paused && !worker.expected && worker.liveCount > 0);
  }

  /** `instance`: under a name that outlives its process. */
  start(instance?: string): WorkerProcess {
    const settings = this.#options.settingsOf(this.#started++);
    const worker = new WorkerProcess({ ...settings, ...(instance !== undefined && { instance }) }, this.#options.env);
    this.#running.add(worker);
    this.#guard.stdin?.write(`+${worker.pid}\n`);
    void worker.exited.then(({ code, signal, failure }) => {
      this.#running.delete(worker);
      this.#guard.stdin?.write(`-${worker.pid}\n`);
      if (worker.expected || this.#closing) return;
      const text = failure?.text ?? `exit code ${code}, signal ${signal}; ${worker.notices.slice(-3).join(' | ')}`;
      this.#options.ended(worker, failure?.explained ?? false, text);
      setTimeout(() => {
        if (!this.#closing) this.start(worker.instance);
      }, restartAfterMs);
    });
    return worker;
  }

  /** True when SIGKILL is really what ended it. */
  async kill(worker: WorkerProcess): Promise<boolean> {
    worker.expected = true;
    worker.signal('SIGKILL');
    const { signal, failure } = await worker.exited;
    return signal === 'SIGKILL' && failure === undefined;
  }

  /** Politely. 'killed': another fault was faster. 'stuck': it did not leave, or not in good order. */
  async close(worker: WorkerProcess): Promise<'left' | 'killed' | 'stuck'> {
    worker.close();
    let patience: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => (patience = setTimeout(resolve, closeTimeoutMs, 'late')));
    const ended = await Promise.race([worker.exited, late]);
    clearTimeout(patience);
    if (ended !== 'late') return ended.code === 0 ? 'left' : ended.signal === 'SIGKILL' ? 'killed' : 'stuck';
    await this.kill(worker);
    return 'stuck';
  }

  /** State of every live partition with the number of workers that claim it. */
  async states(): Promise<readonly StageStates[]> {
    const answers = await Promise.all(this.all.map((worker) => worker.states()));
    return answers.filter((states) => states !== undefined);
  }

  async closeAll(): Promise<boolean> {
    this.#closing = true;
    const closed = await Promise.all(this.all.map((worker) => this.close(worker)));
    return closed.every((outcome) => outcome === 'left');
  }

  /** At once, for the end of the harness. */
  async endAll(): Promise<void> {
    this.#closing = true;
    await Promise.all(this.all.map((worker) => this.kill(worker)));
    this.#guard.stdin?.end();
  }
}
