/** The harness's side of one worker process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { FromWorker, LivePartitions, StageStates, ToWorker, WorkerSettings } from './messages.ts';

export interface WorkerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it said before it ended by itself. */
  readonly failure: { readonly explained: boolean; readonly text: string } | undefined;
}

const nothingLive: LivePartitions = {};
/** Hundreds of states are written as snapshots for it. */
const answerTimeoutMs = 30_000;
const noticesKept = 40;

export class WorkerProcess {
  readonly name: string;
  readonly instance: string | undefined;
  readonly pid: number;
  readonly exited: Promise<WorkerExit>;
  /** Frozen by SIGSTOP. */
  paused = false;
  /** Its end was asked for. */
  expected = false;
  live: LivePartitions = nothingLive;
  readonly notices: string[] = [];
  readonly #child: ChildProcess;
  readonly #appends = new Map<number, (outcome: 'acknowledged' | 'unknown') => void>();
  #states: ((states: StageStates) => void) | undefined;
  #nextId = 1;
  #failure: WorkerExit['failure'];
  #gone = false;

  constructor(settings: WorkerSettings, env: Readonly<Record<string, string | undefined>>) {
    this.name = settings.name;
    this.instance = settings.instance;
    this.#child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'worker.ts'), JSON.stringify(settings)],
      { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], serialization: 'advanced', env: { ...process.env, ...env } },
    );
    if (this.#child.pid === undefined) throw new Error(`${settings.name} could not be started`);
    this.pid = this.#child.pid;
    this.#child.stderr?.on('data', (bytes: Buffer) => this.#note(`stderr: ${bytes.toString().trim()}`));
    this.#child.on('message', (message: FromWorker) => this.#hear(message));
    this.#child.on('error', () => {});
    this.exited = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        this.#gone = true;
        this.live = nothingLive;
        for (const settle of this.#appends.values()) settle('unknown');
        resolve({ code, signal, failure: this.#failure });
      });
    });
  }

  get gone(): boolean {
    return this.#gone;
  }

  get liveCount(): number {
    return Object.values(this.live).reduce((sum, partitions) => sum + partitions.length, 0);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  close(): void {
    this.expected = true;
    this.#say({ type: 'close' });
  }

  append(records: Extract<ToWorker, { type: 'append' }>['records']): Promise<'acknowledged' | 'unknown'> {
    if (this.#gone) return Promise.resolve('unknown');
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#appends.set(id, (outcome) => {
        this.#appends.delete(id);
        resolve(outcome);
      });
      this.#say({ type: 'append', id, records });
    });
  }

  /** undefined where it does not answer. */
  states(): Promise<StageStates | undefined> {
    return new Promise((resolve) => {
      const late = setTimeout(resolve, answerTimeoutMs, undefined);
      this.#states = (states) => {
        clearTimeout(late);
        resolve(states);
      };
      this.#say({ type: 'states' });
    });
  }

  #say(message: ToWorker): void {
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #hear(message: FromWorker): void {
    if (message.type === 'live') this.live = message.live;
    else if (message.type === 'states') this.#states?.(message.states);
    else if (message.type === 'appended')
      this.#appends.get(message.id)?.(message.reason === undefined ? 'acknowledged' : 'unknown');
    else if (message.type === 'notice') this.#note(message.text);
    else this.#failure = { explained: message.explained, text: message.text };
  }

  #note(text: string): void {
    this.notices.push(`${new Date().toISOString().slice(11, 23)} ${text}`);
    if (this.notices.length > noticesKept) this.notices.shift();
  }
}
