/** Feeds the stream and changes the rules, and keeps the ledger of what was acknowledged. */
import type { NewRecord } from '@screener/log';
import type { FaultLedger } from './fault-kinds.ts';
import { pause } from './scene.ts';
import { between, type Random, seededRandom } from './seeded-random.ts';
import type { FedMinute } from './workload/fed-minute.ts';
import type { SideChanges, Workload } from './workload/workload.ts';

/** 'unknown': it may or may not be in the log. It is not repeated, for that could double it. */
export type Append = (records: readonly NewRecord[]) => Promise<'acknowledged' | 'unknown'>;

export interface FeederOptions {
  readonly seed: number;
  readonly workload: Pick<Workload, 'minutesPerSecond' | 'sideChanges' | 'stream'>;
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
  readonly ruleVersions: number[];
  /** Acknowledgement that took longest. */
  slowestMs = 0;
  readonly #options: FeederOptions;
  readonly #next: () => FedMinute;
  readonly #random: Random;
  #version = 0;

  constructor(options: FeederOptions) {
    this.#options = options;
    this.#next = options.workload.stream(options.seed);
    this.ruleVersions = Array.from({ length: options.workload.sideChanges?.rules ?? 0 }, () => 0);
    this.#random = seededRandom(options.seed ^ 0x51de);
  }

  async run(stop: AbortSignal): Promise<void> {
    const { sideChanges } = this.#options.workload;
    await Promise.all([this.#feedEntries(stop), sideChanges && this.#changeRules(sideChanges, stop)]);
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

  /** The last thing that happens to each rule. */
  async changeAllRules(): Promise<void> {
    const { sideChanges } = this.#options.workload;
    for (const rule of this.ruleVersions.keys()) if (sideChanges) await this.#changeRule(sideChanges, rule);
  }

  async #changeRule({ recordOf }: SideChanges, rule: number): Promise<boolean> {
    this.#version += 1;
    const version = this.#version;
    const factor = between(this.#random, 0.5, 1.5);
    const outcome = await this.#options.append([recordOf({ rule, version, factor })]);
    if (outcome === 'acknowledged') this.ruleVersions[rule] = version;
    return outcome === 'acknowledged';
  }

  async #feedEntries(stop: AbortSignal): Promise<void> {
    const everyMs = 1_000 / this.#options.workload.minutesPerSecond;
    while (!stop.aborted) {
      const begun = performance.now();
      await this.feedMinute();
      await pause(Math.max(0, everyMs - (performance.now() - begun)), stop);
    }
  }

  async #changeRules(sideChanges: SideChanges, stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      await pause(between(this.#random, ruleEveryMsMin, ruleEveryMsMax), stop);
      const fired = await this.#changeRule(sideChanges, Math.floor(this.#random() * sideChanges.rules));
      this.#options.ledger.record('side-change', fired);
    }
  }
}
