/**
 * One run of the real processor on a simulated engine: a seeded stream with a ledger, seeded interleavings and faults,
 * and then the question whether anybody can tell the result from that of a quiet run. The seed says everything.
 */
import { reasonOf } from '@screener/errors';
import { bytes, topicSpec } from '../contract/bench.ts';
import { Ledger } from '../contract/ledger-task.ts';
import type { NewRecord } from '../port.ts';
import { Chaos } from './chaos.ts';
import type { Flaw } from './flaws.ts';
import {
  checkDeadLetters,
  checkOutputs,
  checkSnapshots,
  differences,
  type LedgerTopics,
  poison,
  undisturbed,
} from './ledger-check.ts';
import { SimulatedProcess } from './simulated-process.ts';
import type { InputPlace } from './simulated-storage.ts';
import { type FaultKind, World } from './world.ts';

export interface SimulationOptions {
  readonly seed: number;
  readonly flaw?: Flaw;
  readonly trace?: (line: string) => void;
}

export interface SimulationResult {
  readonly seed: number;
  /** One line each; none: nobody can tell this run from a quiet one. */
  readonly violations: readonly string[];
  readonly faults: ReadonlyMap<FaultKind, number>;
  readonly outputs: number;
  readonly steps: number;
}

const topics: LedgerTopics = {
  input: 'input',
  output: 'output',
  snapshots: 'snapshots',
  side: 'side',
  deadLetters: 'dead-letters',
};
const group = 'ledger';
/** Small, so that snapshots, marks and take-overs meet often. */
const snapshotEveryMs = 180_000;
const sidePartitions = 2;
/** Virtual time after which a run that has not caught up never will. */
const patienceMs = 300_000;
/** Long enough for every process to have heard of everything when all is calm. */
const calmMs = 20_000;
const calmMinutesMax = 2;

export function simulate(options: SimulationOptions): Promise<SimulationResult> {
  return new Simulation(options).run();
}

/** How a person sees the same again. */
export const reproduction = ({ seed, flaw }: SimulationOptions, story = 'processor'): string =>
  `npm run simulate -- --story ${story} --seed ${seed}${flaw === undefined ? '' : ` --flaw '${flaw}'`} --verbose`;

class Simulation {
  readonly #world: World;
  readonly #seed: number;
  readonly #partitions: number;
  readonly #minutes: number;
  readonly #expires: boolean;
  readonly #hasPoison: boolean;
  readonly #violations: string[] = [];
  readonly #ledger: Ledger;
  #factor = 1;
  #minutesFed = 0;

  constructor(options: SimulationOptions) {
    this.#seed = options.seed;
    this.#world = new World(options);
    this.#partitions = 2 + Math.floor(this.#world.random() * 3);
    this.#minutes = 6 + Math.floor(this.#world.random() * 8);
    this.#expires = this.#world.chance(0.4);
    this.#hasPoison = this.#world.chance(0.4);
    this.#ledger = new Ledger({ ...topics, group }, this.#partitions);
  }

  async run(): Promise<SimulationResult> {
    const { storage, time, faults } = this.#world;
    const partitions = this.#partitions;
    storage.createTopic(topicSpec(topics.input, { partitions }));
    storage.createTopic(topicSpec(topics.output, { partitions }));
    storage.createTopic(topicSpec(topics.snapshots, { partitions, compact: true, retentionMs: undefined }));
    storage.createTopic(topicSpec(topics.side, { partitions: sidePartitions, compact: true, retentionMs: undefined }));
    storage.createTopic(topicSpec(topics.deadLetters, { partitions: 1 }));
    const { input, snapshots } = topics;
    const target = { group, input, snapshots, partitions, expires: this.#expires };
    const chaos = new Chaos(this.#world, (name) => this.#start(name).process, target);
    this.#feed(() => chaos.end());
    chaos.begin();
    if (!(await time.run(() => chaos.isOver && this.#caughtUp(), patienceMs))) this.#stuck();
    else {
      await this.#calm();
      chaos.closeAll();
      await time.run(() => chaos.running === 0, time.now() + calmMs);
      this.#violations.push(...checkOutputs(storage, topics), ...checkDeadLetters(storage, topics));
      this.#violations.push(...this.#snapshotsDue());
      await this.#checkReplay();
    }
    const outputs = storage.history(topics.output).flat().length;
    const violations = [...this.#violations, ...this.#world.violations];
    return { seed: this.#seed, violations, faults, outputs, steps: time.steps };
  }

  #start(name: string, overrides: Partial<Ledger['definition']> = {}): { process: SimulatedProcess; ledger: Ledger } {
    const sides = [topics.side];
    const ledger = new Ledger({ ...topics, group }, this.#partitions, { sides, snapshotEveryMs, ...overrides });
    const process = new SimulatedProcess(this.#world, name, {
      begin: (log) => log.processor(ledger.definition),
      failed: (cause) => this.#violations.push(`${name} gave up: ${reasonOf(cause)}`),
    });
    return { process, ledger };
  }

  /** Minute after minute in pieces, the side input changing at moments of its own. */
  #feed(ended: () => void): void {
    const { time, storage } = this.#world;
    let atMs = this.#world.between(0, 2_000);
    for (let minute = 0; minute < this.#minutes; minute += 1) {
      // Keys that come later get their first snapshot later.
      const records = this.#ledger.minutes(minute, minute + 1, 3 + Math.floor(minute / 3));
      while (records.length > 0) {
        const piece = this.#poisoned(records.splice(0, 1 + Math.floor(this.#world.random() * 12)));
        if (this.#world.steps === 'several' && this.#world.chance(0.2)) atMs = this.#feedAborted(piece, atMs);
        time.after(atMs, () => storage.append(piece));
        atMs += this.#world.between(0, 300);
        if (this.#world.chance(0.08)) time.after(atMs, () => this.#changeSide());
      }
      atMs += this.#world.between(0, 2_500);
    }
    time.after(atMs, ended);
  }

  #poisoned(piece: readonly NewRecord[]): readonly NewRecord[] {
    const [first] = piece;
    if (first === undefined || !this.#hasPoison || !this.#world.chance(0.1)) return piece;
    this.#world.count('records that cannot be processed');
    // Also of a key that has no state yet, and never gets any.
    const key = this.#world.chance(0.5) ? (first.key ?? 'unheard of') : 'unheard of';
    const { topic, timestamp } = first;
    return [...piece, { topic, key, value: bytes(poison), timestamp }];
  }

  /** Whoever writes the input fails now and then in the middle of a transaction, and writes it again. */
  #feedAborted(piece: readonly NewRecord[], atMs: number): number {
    const { time, storage } = this.#world;
    const place: InputPlace = { group: 'feeder', topic: topics.input, partition: 0 };
    time.after(atMs, () => storage.produce(place, storage.fence(place), piece));
    const abortedMs = atMs + this.#world.between(1, 300);
    time.after(abortedMs, () => storage.fence(place));
    return abortedMs;
  }

  #changeSide(): void {
    this.#factor += 1;
    const [factor, partition] = [this.#factor, this.#factor % sidePartitions];
    this.#world.trace(`the factor becomes ${factor}`);
    this.#world.storage.append([
      { topic: topics.side, key: `factor ${partition}`, value: bytes(`${factor}`), timestamp: factor, partition },
    ]);
  }

  /** With all faults over, a change of the side input is in force from the next minute on. */
  async #calm(): Promise<void> {
    const { time, storage } = this.#world;
    this.#changeSide();
    await time.run(() => false, time.now() + calmMs);
    // Two that both believe to own a partition may spoil what one of them does after the minute, but not every time.
    for (let minute = this.#minutes; minute < this.#minutes + calmMinutesMax; minute += 1) {
      storage.append(this.#ledger.minutes(minute, minute + 1));
      this.#minutesFed = minute + 1;
      if (!(await time.run(() => this.#caughtUp(), time.now() + calmMs))) return this.#stuck();
      if (await time.run(() => this.#snapshotsDue().length === 0, time.now() + calmMs)) break;
    }
    for (let partition = 0; partition < this.#partitions; partition += 1) {
      const { sidesUsed } = undisturbed(storage, topics, partition).expectation;
      const written = storage.history(topics.side).flat().length;
      if (sidesUsed === written) continue;
      this.#violations.push(
        `partition ${partition} has seen ${sidesUsed} side records, ${written} were there long ago`,
      );
    }
  }

  #snapshotsDue(): string[] {
    const newestMinute = (this.#minutesFed - 1) * 60_000;
    return checkSnapshots(this.#world.storage, topics, { everyMs: snapshotEveryMs, untilMs: newestMinute });
  }

  /** A process that starts now has the state of a quiet run, to the last bit: from snapshots, and from scratch. */
  async #checkReplay(): Promise<void> {
    const { time, storage } = this.#world;
    // Nothing is left to begin from scratch with where retention has taken the beginning.
    for (const snapshotVersion of this.#expires ? [1] : [1, 2]) {
      const how = snapshotVersion === 1 ? 'from snapshots' : 'from scratch';
      const { process, ledger } = this.#start(how, { snapshotVersion });
      if (!(await time.run(() => process.partitions.length === this.#partitions, time.now() + patienceMs))) {
        this.#violations.push(`a replay ${how} never ends`);
        return;
      }
      for (let partition = 0; partition < this.#partitions; partition += 1) {
        const { expectation } = undisturbed(storage, topics, partition);
        const state = ledger.tasks.get(partition)?.state();
        const lines = (whole: unknown): string[] => Object.entries(whole ?? {}).map((entry) => JSON.stringify(entry));
        const where = `state of partition ${partition} ${how}`;
        this.#violations.push(...differences(where, lines(expectation.state), lines(state)));
      }
      process.close();
      await time.run(() => process.isOver, time.now() + calmMs);
    }
  }

  #caughtUp(): boolean {
    const { storage } = this.#world;
    return storage.history(topics.input).every((records, partition) => {
      // The offset may stand before a marker at the end or behind it.
      const next = (records.at(-1)?.offset ?? -1) + 1;
      return (storage.committed({ group, topic: topics.input, partition }) ?? 0) >= next;
    });
  }

  #stuck(): void {
    const { storage, time } = this.#world;
    const places = storage.partitions(topics.input).map((place, partition) => {
      return `${storage.committed({ group, topic: topics.input, partition }) ?? 'none'} of ${place.end}`;
    });
    this.#violations.push(`stands still after ${Math.round(time.now())} ms, committed ${places.join(', ')}`);
  }
}
