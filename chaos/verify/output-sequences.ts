/** The outputs of a stage's tasks, by topic and by the task that wrote them. */
import { type NewRecord, partitionOf } from '@screener/log';
import type { Stage } from '../workload/workload.ts';
import { SequenceBuilder, type Sequences } from './compare.ts';

export class OutputSequences {
  readonly #stage: Stage;
  /** By topic, then by partition of the input. */
  readonly #builders: ReadonlyMap<string, readonly SequenceBuilder[]>;

  constructor(stage: Stage) {
    this.#stage = stage;
    const perTask = () => Array.from({ length: stage.partitions }, () => new SequenceBuilder());
    this.#builders = new Map(stage.outputs.map((topic) => [topic, perTask()]));
  }

  /** `task`: partition of the input. */
  add(task: number, { topic, key, timestamp, value, partition }: NewRecord): void {
    const chosen = partition ?? partitionOf(key, this.#stage.partitions);
    this.#of(topic)[task]?.add(chosen, key, timestamp, value);
  }

  /** What these tasks wrote. No two of them write events of one key into one partition, or nobody could say in which order. */
  of(topic: string, isMeant: (task: number) => boolean = () => true): Sequences {
    return new Map(this.#of(topic).flatMap(({ sequences }, task) => (isMeant(task) ? [...sequences] : [])));
  }

  #of(topic: string): readonly SequenceBuilder[] {
    const builders = this.#builders.get(topic);
    if (builders === undefined)
      throw new Error(`${this.#stage.definition.group} writes into ${topic}, which nobody compares`);
    return builders;
  }
}
