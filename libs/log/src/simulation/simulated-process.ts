/** One process of a simulation: the real member of a group, on an engine of its own. */
import { ScreenerError } from '@screener/errors';
import { logOf } from '../log-of-engine.ts';
import type { Log, Member } from '../port.ts';
import { SimulatedEngine } from './simulated-engine.ts';
import type { World } from './world.ts';

/** How long a supervisor waits before it starts again what did not start. */
const startAgainMs = 1_000;

export interface ProcessOptions {
  readonly begin: (log: Log, engine: SimulatedEngine) => Promise<Member>;
  /** The member could not go on, and waiting would not have helped. */
  readonly failed: (cause: unknown) => void;
}

export class SimulatedProcess {
  readonly name: string;
  readonly engine: SimulatedEngine;
  readonly #world: World;
  readonly #options: ProcessOptions;
  #member: Member | undefined;
  #state: 'starting' | 'running' | 'closing' | 'over' = 'starting';

  constructor(world: World, name: string, options: ProcessOptions) {
    this.name = name;
    this.#world = world;
    this.#options = options;
    this.engine = new SimulatedEngine(world, name);
    void this.#start();
  }

  get partitions(): readonly number[] {
    return this.#member?.partitions() ?? [];
  }

  get isOver(): boolean {
    return this.#state === 'over';
  }

  kill(): void {
    this.#state = 'over';
    this.engine.kill();
  }

  close(): void {
    if (this.#state === 'over' || this.#state === 'closing') return;
    this.#state = 'closing';
    this.#world.trace(`${this.name} closes`);
    if (this.#member !== undefined) this.#over(this.#member.close());
  }

  async #start(): Promise<void> {
    const notify = (text: string): void => this.#world.trace(`${this.name} says: ${text}`);
    while (!this.#isLeaving()) {
      try {
        const member = await this.#options.begin(logOf(this.engine, notify), this.engine);
        this.#member = member;
        member.failed.catch((cause) => this.#failed(cause));
        if (this.#isLeaving()) this.#over(member.close());
        else this.#state = 'running';
        return;
      } catch (cause) {
        this.#failed(cause);
        await new Promise<void>((resolve) => this.engine.timers.after(startAgainMs, resolve));
      }
    }
    this.#state = 'over';
  }

  #isLeaving(): boolean {
    return this.#state === 'closing' || this.#state === 'over';
  }

  #failed(cause: unknown): void {
    if (!(cause instanceof ScreenerError && cause.retryable)) this.#options.failed(cause);
  }

  #over(closing: Promise<void>): void {
    void closing.catch(this.#options.failed).finally(() => {
      this.#state = 'over';
    });
  }
}
