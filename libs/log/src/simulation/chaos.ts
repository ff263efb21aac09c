/** Kills, stops, closes and starts processes at random moments, robs them, and spoils their requests; then lets go. */
import { sessionTimeoutMs } from './simulated-groups.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import type { World } from './world.ts';

const processesMax = 3;
/** Between two interferences, on average. */
const everyMs = 1_500;

export interface ChaosTarget {
  readonly group: string;
  readonly input: string;
  /** Compacted now and then. */
  readonly snapshots?: string;
  readonly partitions: number;
  /** Retention takes from the input whatever it may. */
  readonly expires: boolean;
}

export class Chaos {
  readonly #world: World;
  readonly #startProcess: (name: string) => SimulatedProcess;
  readonly #target: ChaosTarget;
  #processes: SimulatedProcess[] = [];
  #born = 0;
  #starting = 0;
  #isOver = false;

  constructor(world: World, start: (name: string) => SimulatedProcess, target: ChaosTarget) {
    this.#world = world;
    this.#startProcess = start;
    this.#target = target;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get running(): number {
    return this.#processes.filter(({ isOver }) => !isOver).length;
  }

  begin(): void {
    // Some runs are calmer than others, so that every fault is also seen alone.
    this.#world.trouble = this.#world.pick([0, 0.01, 0.05, 0.1]) ?? 0;
    this.#start();
    if (this.#world.chance(0.5)) this.#start();
    this.#next();
  }

  /** Nothing goes wrong any more; somebody is there to finish. */
  end(): void {
    this.#isOver = true;
    this.#world.trouble = 0;
    this.#world.trace('the chaos is over');
    if (this.running + this.#starting === 0) this.#start();
  }

  closeAll(): void {
    for (const process of this.#processes) process.close();
  }

  #next(): void {
    this.#world.time.after(this.#world.between(0, 2 * everyMs), () => {
      if (this.#isOver) return;
      this.#interfere();
      this.#next();
    });
  }

  #interfere(): void {
    const { count, random } = { count: this.#world.count.bind(this.#world), random: this.#world.random };
    const process = this.#world.pick(this.#processes.filter(({ isOver }) => !isOver));
    const dice = random();
    if (dice < 0.3) {
      process?.kill();
      this.#startLater();
    } else if (dice < 0.5) {
      process?.engine.stop(this.#world.between(100, 2.5 * sessionTimeoutMs));
    } else if (dice < 0.6) {
      if (process === undefined) return;
      count('closed');
      process.close();
      this.#startLater();
    } else if (dice < 0.7) {
      if (this.running + this.#starting >= processesMax) return;
      count('members added');
      this.#start();
    } else if (dice < 0.8) {
      count('partitions stolen');
      const partition = Math.floor(random() * this.#target.partitions);
      this.#world.trace(`partition ${partition} is stolen`);
      this.#world.storage.fence({ group: this.#target.group, topic: this.#target.input, partition });
    } else this.#makeRoom();
  }

  #makeRoom(): void {
    const { group, input, snapshots, partitions, expires } = this.#target;
    const { storage } = this.#world;
    // Not the side input: what a replay needs of it lies inside its compaction lag.
    for (const partition of snapshots === undefined ? [] : storage.partitions(snapshots)) {
      if (partition.compact() > 0) this.#world.count('snapshots compacted');
    }
    if (!expires) return;
    for (let partition = 0; partition < partitions; partition += 1) {
      if (storage.expire({ group, topic: input, partition }) > 0) this.#world.count('input expired');
    }
  }

  #startLater(): void {
    this.#starting += 1;
    this.#world.time.after(this.#world.between(10, 4_000), () => {
      this.#starting -= 1;
      this.#start();
    });
  }

  #start(): void {
    this.#processes = this.#processes.filter(({ isOver }) => !isOver);
    this.#born += 1;
    this.#processes.push(this.#startProcess(`process ${this.#born}`));
  }
}
