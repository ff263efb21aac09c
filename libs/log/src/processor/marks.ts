/**
 * Recorded side offsets and skips that no replay can need any more are taken back: those before the input begins, and skips
 * of side records that are gone.
 */
import type { RecordSkipped, SideOffsetsTaken } from '@screener/events';
import type { NewRecord, ProcessorDefinition } from '../port.ts';
import { markKey, skipKey, tombstone } from './snapshot-records.ts';
import type { RebuiltTask } from './take-over.ts';

/** Taken back with one transaction at most; the others wait for the next. */
const tombstonesMaxPerTransaction = 200;

/**
 * A replay may begin anywhere where the input still begins: after a change of format it does begin there. So at most as
 * many are kept as the input has minutes (marks) and records that failed (skips).
 */
export class Marks {
  readonly #definition: ProcessorDefinition;
  readonly #partition: number;
  /** In order of offset. */
  #marks: number[];
  #skips: RecordSkipped[];
  /** As the take-over found it: while a task runs nobody looks which side records go. */
  readonly #gone: RecordSkipped[];

  constructor(
    definition: ProcessorDefinition,
    partition: number,
    { restored, goneSkips }: Pick<RebuiltTask, 'restored' | 'goneSkips'>,
  ) {
    this.#definition = definition;
    this.#partition = partition;
    this.#marks = restored.marks.map(({ inputOffset }) => inputOffset);
    this.#gone = [...goneSkips];
    // Others of side inputs stay: a side input is read whole by every take-over.
    this.#skips = restored.skips
      .filter(({ topic }) => topic === definition.input)
      .sort((one, other) => one.recordOffset - other.recordOffset);
  }

  marked({ inputOffset }: SideOffsetsTaken): void {
    this.#marks.push(inputOffset);
  }

  skipped(skip: RecordSkipped): void {
    if (skip.topic === this.#definition.input) this.#skips.push(skip);
  }

  /** What to take back now that the input begins at `beginning`. The newest mark before it stays: it holds from there on. */
  prune(beginning: number, timestamp: number): NewRecord[] {
    const names = this.#gone.splice(0, tombstonesMaxPerTransaction).map(skipKey);
    let marks = 0;
    while ((this.#marks[marks + 1] ?? Infinity) <= beginning && names.length < tombstonesMaxPerTransaction) {
      names.push(markKey(this.#marks[marks] ?? 0));
      marks += 1;
    }
    let skips = 0;
    for (let skip = this.#skips[0]; skip !== undefined; skip = this.#skips[skips]) {
      if (skip.recordOffset >= beginning || names.length >= tombstonesMaxPerTransaction) break;
      names.push(skipKey(skip));
      skips += 1;
    }
    if (marks > 0) this.#marks = this.#marks.slice(marks);
    if (skips > 0) this.#skips = this.#skips.slice(skips);
    return names.map((name) => tombstone(this.#definition, this.#partition, name, timestamp));
  }
}
