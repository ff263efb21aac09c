/** What all processes of one simulation share: time, chance, storage, groups, and a record of what happened. */
import { seededRandom } from '../contract/bench.ts';
import type { Flaw } from './flaws.ts';
import { SimulatedGroups } from './simulated-groups.ts';
import { SimulatedStorage } from './simulated-storage.ts';
import { VirtualTime } from './virtual-time.ts';

/** Every kind of fault; a run of many seeds must have seen all of them. */
export const faultKinds = [
  'killed',
  'killed with a request under way',
  'killed before an upkeep',
  'killed in an upkeep',
  'zombies',
  'paused',
  'closed',
  'members added',
  'partitions stolen',
  'requests lost',
  'answers lost',
  'requests late',
  'requests doubled',
  'commits of unknown outcome',
  'upkeeps of unknown outcome',
  'transactions left open',
  'snapshots compacted',
  'input expired',
  'records that cannot be processed',
  'deliveries delayed',
] as const;

export type FaultKind = (typeof faultKinds)[number];

export interface WorldOptions {
  readonly seed: number;
  readonly flaw?: Flaw;
  /** Gets a line for everything that happens. */
  readonly trace?: (line: string) => void;
}

export class World {
  readonly time = new VirtualTime();
  readonly random: () => number;
  readonly storage: SimulatedStorage;
  readonly groups: SimulatedGroups;
  readonly flaw: Flaw | undefined;
  readonly faults = new Map<FaultKind, number>();
  /** What nobody may do, whatever happens. */
  readonly violations: string[] = [];
  /** Share of requests that meet some fault; the chaos sets it, and calm is 0. */
  trouble = 0;
  /** As Kafka: transactions of several steps, markers in the partitions. Otherwise one step, as one file does it. */
  readonly steps: 'several' | 'one';
  readonly #trace: ((line: string) => void) | undefined;

  constructor({ seed, flaw, trace }: WorldOptions) {
    this.random = seededRandom(seed);
    this.flaw = flaw;
    this.#trace = trace;
    this.storage = new SimulatedStorage(this.time, flaw);
    this.groups = new SimulatedGroups(this);
    this.steps = this.random() < 0.6 ? 'several' : 'one';
  }

  get isTraced(): boolean {
    return this.#trace !== undefined;
  }

  trace(line: string): void {
    this.#trace?.(`${this.time.now().toFixed(3).padStart(12)} ${line}`);
  }

  count(kind: FaultKind): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
  }

  /** True with the given chance. */
  chance(share: number): boolean {
    return this.random() < share;
  }

  between(low: number, high: number): number {
    return low + this.random() * (high - low);
  }

  pick<T>(choices: readonly T[]): T | undefined {
    return choices[Math.floor(this.random() * choices.length)];
  }

  /** How long a message is under way: mostly a moment, now and then long enough to be overtaken by much. */
  latencyMs(): number {
    const dice = this.random();
    if (dice < 0.93) return this.between(0.1, 4);
    if (dice < 0.99) return this.between(4, 60);
    this.count('deliveries delayed');
    return this.between(60, 1_500);
  }
}
