/** Feeds the stream and changes the rules, and keeps the ledger of what was acknowledged. */
import type { NewRecord } from '@screener/log';
import type { FaultLedger } from './fault-kinds.ts';
import { pause } from './scene.ts';
import { between, type Random, seededRandom } from './seeded-random.ts';
import { rulesCount } from './workload/names.ts';
import { ruleRecord } from './workload/rules.ts';
import { createStream } from './workload/stream.ts';

/** 'unknown': it may or may not be in the log. It is not repeated, for that could double it. */
export type Append = (records: readonly NewRecord[]) => Promise<'acknowledged' | 'unknown'>;

export interface FeederOptions {
  readonly seed: number;
  readonly partitions: number;
  readonly minutesPerSecond: number;
  readonly append: Append;
  readonly ledger: FaultLedger;
}

const ruleEveryMsMin = 100;
const ruleEveryMsMax = 1_200;

export class Feeder {
  /** Numbers of entries. */
  readonly acknowledged: number[] = [];
  readonly unknown = new Set<number>();
  minutes = 0;
  /** Newest version of each rule that was acknowledged. */
  readonly ruleVersions: number[] = Array.from({ length: rulesCount }, () => 0);
  /** Acknowledgement that took longest. */
  slowestMs = 0;
  readonly #options: FeederOptions;
  readonly #next: ReturnType<typeof createStream>;
  readonly #random: Random;
  #version = 0;

  constructor(options: FeederOptions) {
    this.#options = options;
    this.#next = createStream(options.seed, options.partitions);
    this.#random = seededRandom(options.seed ^ 0x51de);
  }

  async run(stop: AbortSignal): Promise<void> {
    await Promise.all([this.#feedEntries(stop), this.#changeRules(stop)]);
  }

  async feedMinute(): Promise<void> {
    const { records, numbers } = this.#next();
    // Cut in two at a random place: minutes do not arrive as batches.
    const cut = Math.floor(this.#random() * records.length);
    const begun = performance.now();
    const outcomes = [
      await this.#options.append(records.slice(0, cut)),
      await this.#options.append(records.slice(cut)),
    ] as const;
    this.slowestMs = Math.max(this.slowestMs, performance.now() - begun);
    this.minutes += 1;
    // Records of a minute are its entries, then its markers.
    for (const [place, number] of numbers.entries()) {
      if (outcomes[place < cut ? 0 : 1] === 'acknowledged') this.acknowledged.push(number);
      else this.unknown.add(number);
    }
  }

  async changeRule(rule: number): Promise<boolean> {
    this.#version += 1;
    const version = this.#version;
    const factor = between(this.#random, 0.5, 1.5);
    const outcome = await this.#options.append([ruleRecord({ rule, version, factor })]);
    if (outcome === 'acknowledged') this.ruleVersions[rule] = version;
    return outcome === 'acknowledged';
  }

  async #feedEntries(stop: AbortSignal): Promise<void> {
    const everyMs = 1_000 / this.#options.minutesPerSecond;
    while (!stop.aborted) {
      const begun = performance.now();
      await this.feedMinute();
      await pause(Math.max(0, everyMs - (performance.now() - begun)), stop);
    }
  }

  async #changeRules(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      await pause(between(this.#random, ruleEveryMsMin, ruleEveryMsMax), stop);
      const fired = await this.changeRule(Math.floor(this.#random() * rulesCount));
      this.#options.ledger.record('side-change', fired);
    }
  }
}
