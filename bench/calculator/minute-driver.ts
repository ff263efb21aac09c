/** The process that writes minutes and watches what comes of them, as the cases see it. */
import type { CaseRun } from '../framework/benchmark.ts';
import type { Side } from '../framework/side.ts';
import type { LanePlace, LaneRun, Latencies, MinuteMoments } from './minute-lane.ts';
import type { CalculatorPlace } from './our-calculator.ts';
import { untilProcessed } from './until-processed.ts';
import type { Sample } from './window-check.ts';

export interface CheckedMinute extends Sample {
  /** Whose events they are. */
  readonly by: 'ours' | 'peers';
}

export class MinuteDriver {
  readonly #side: Side;

  private constructor(side: Side) {
    this.#side = side;
  }

  /** Embedded, the calculator runs there too. */
  static async open(bench: CaseRun, place: CalculatorPlace): Promise<MinuteDriver> {
    const side = await bench.side({ name: 'driver', file: new URL('sides/minute-driver.ts', import.meta.url) });
    await side.call('open', place);
    return new MinuteDriver(side);
  }

  openLane(name: string, place: LanePlace): Promise<void> {
    return this.#side.call('lane', { name, place });
  }

  /** Writes minutes, and waits until they are behind the group. */
  async fill(name: string, minutes: number, { group, topic }: { group: string; topic: string }): Promise<void> {
    const records = await this.#side.call<number>('fill', { name, minutes });
    await untilProcessed(records, () => this.#side.call<number>('processed', { group, topic }));
  }

  run(name: string, run: LaneRun): Promise<Latencies> {
    return this.#side.call('run', { name, run });
  }

  minute(name: string): Promise<MinuteMoments> {
    return this.#side.call('minute', name);
  }

  /** How many windows of the newest minute are right; rejects where one is not. */
  check(name: string, checked: CheckedMinute): Promise<number> {
    return this.#side.call('check', { name, ...checked });
  }

  close(): Promise<void> {
    return this.#side.close();
  }
}
