/** Everything that a run of benchmarks opens outside of itself, and the one place where it is ended and removed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { availableBroker, type StartedBroker, startAvailableBroker } from '../../scripts/kafka/available-broker.ts';
import { CaseUnavailable } from './benchmark.ts';
import { type Side, type SideOptions, SideProcess } from './side.ts';

export interface WorkshopOptions {
  readonly say: (line: string) => void;
  /** Where each side writes what it spent its time on. */
  readonly profiles: string | undefined;
}

export class Workshop {
  readonly #options: WorkshopOptions;
  readonly #sides = new Set<Side>();
  readonly #directories = new Set<string>();
  #broker: Promise<StartedBroker> | undefined;
  #brokerDirectory: string | undefined;
  #closed = false;

  constructor(options: WorkshopOptions) {
    this.#options = options;
  }

  /** The run is over, by its end or by a signal: what fails from now on fails because of that. */
  get closed(): boolean {
    return this.#closed;
  }

  directory(): string {
    const directory = mkdtempSync(join(tmpdir(), 'screener-bench-'));
    this.#directories.add(directory);
    return directory;
  }

  async brokers(): Promise<readonly string[]> {
    this.#broker ??= this.#startBroker();
    return (await this.#broker).brokers.split(',');
  }

  async side(options: SideOptions): Promise<Side> {
    if (this.#closed) throw new Error('the run is over');
    const { profiles } = this.#options;
    const profiling = profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${join(profiles, options.name)}`];
    const side = new SideProcess({ ...options, nodeOptions: [...(options.nodeOptions ?? []), ...profiling] });
    this.#sides.add(side);
    return side;
  }

  /** After a case: its processes and directories, not the broker. */
  async tidy(): Promise<void> {
    await Promise.all([...this.#sides].map((side) => side.close()));
    this.#sides.clear();
    for (const directory of this.#directories) rmSync(directory, { recursive: true, force: true });
    this.#directories.clear();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.tidy();
    const broker = await this.#broker?.catch(() => undefined);
    await broker?.stop();
    if (this.#brokerDirectory !== undefined) rmSync(this.#brokerDirectory, { recursive: true, force: true });
  }

  async #startBroker(): Promise<StartedBroker> {
    const available = await availableBroker(process.env);
    if (available.kind === 'none') throw new CaseUnavailable(available.reason);
    this.#brokerDirectory = mkdtempSync(join(tmpdir(), 'screener-bench-kafka-'));
    return startAvailableBroker(available, { directory: this.#brokerDirectory, notify: this.#options.say });
  }
}
