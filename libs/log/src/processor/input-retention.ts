/** Keeps an eye on where the input begins, and has the engine keep what a take-over would need. */
import { reasonOf } from '@screener/errors';
import { systemTimers, type Timers } from '../timers.ts';
import { forEachBatch } from './batches.ts';
import { sideTimesFrom } from './replay.ts';
import type { Surroundings } from './take-over.ts';

/** Retention moves slowly, and a floor that is a minute old only keeps a minute more. */
const checkEveryMs = 60_000;

export class InputRetention {
  readonly #around: Surroundings;
  readonly #timers: Timers;
  #beginning = 0;
  #protected: number | undefined;
  #checkedAt = Number.NEGATIVE_INFINITY;

  /** `floor`: what a take-over needs as earlier runs left it. */
  constructor(around: Surroundings, floor: number | undefined) {
    this.#around = around;
    this.#timers = around.engine.timers ?? systemTimers;
    this.floorIs(floor);
  }

  /** As it was seen last, which is at most too low. */
  get beginning(): number {
    return this.#beginning;
  }

  /** Goes on in the background: neither figure is urgent, and an older one is safe. */
  floorIs(floor: number | undefined): void {
    if (floor === undefined || this.#timers.now() - this.#checkedAt < checkEveryMs) return;
    this.#checkedAt = this.#timers.now();
    void this.#check(floor);
  }

  /** Of side topics whose old records go away: what a replay of the input from `floor` on asks for. */
  async #protectSides(floor: number): Promise<void> {
    const { engine, definition, partition, stop } = this.#around;
    if (engine.protect === undefined) return;
    for (const [topic, time] of await sideTimesFrom(this.#around, floor)) {
      for (const side of await engine.offsets(topic)) {
        const offset = await this.#firstFrom(topic, side.partition, time);
        // A search that was broken off found nothing, and says nothing.
        if (stop.aborted) return;
        await engine.protect(definition.group, topic, side.partition, offset ?? side.end, partition);
      }
    }
  }

  /** undefined: everything that is there is older. */
  async #firstFrom(topic: string, partition: number, time: number): Promise<number | undefined> {
    const { engine, stop } = this.#around;
    const reader = engine.reader({ topic, partitions: [partition], from: { time }, until: 'end' });
    let offset: number | undefined;
    await forEachBatch(reader, stop, ([first]) => {
      offset = first?.offset;
      return 'enough';
    });
    return offset;
  }

  async #check(floor: number): Promise<void> {
    const { engine, definition, partition, notify } = this.#around;
    const { group, input } = definition;
    try {
      if (floor !== this.#protected) {
        await engine.protect?.(group, input, partition, floor);
        await this.#protectSides(floor);
      }
      this.#protected = floor;
      const place = (await engine.offsets(input)).find((candidate) => candidate.partition === partition);
      this.#beginning = Math.max(this.#beginning, place?.beginning ?? 0);
    } catch (cause) {
      // Said only where it matters: a task that ends takes its questions with it.
      if (this.#around.stop.aborted) return;
      notify(
        `${group}: retention of ${input} partition ${partition} is not known for the moment: ${reasonOf(cause)}`,
        cause,
      );
    }
  }
}
