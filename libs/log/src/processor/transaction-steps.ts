/** What goes into one transaction, in this order. The numbers are those of docs/architecture.md. */
import type { RecordSkipped } from '@screener/events';
import type { Transactor } from '../engine.ts';
import type { LogRecord, NewRecord, ProcessorDefinition, Task, TaskContext } from '../port.ts';
import { applyRecord, type UntakenRecord } from './apply-record.ts';
import { deadLetter, inputHeaders, reasonText } from './dead-letter.ts';
import { Marks } from './marks.ts';
import { minuteOf } from './replay.ts';
import type { SideCursor } from './side-cursor.ts';
import type { Skips } from './skips.ts';
import { sideOffsetsRecord, skipRecord } from './snapshot-records.ts';
import { SnapshotSchedule } from './snapshot-schedule.ts';
import type { RebuiltTask } from './take-over.ts';

/** Outputs of one transaction, roughly; the record that goes beyond is the last one of it. */
const outputBytesMaxPerTransaction = 8_388_608;

export interface Commit {
  readonly transactor: Transactor;
  /** What the transaction is made of, without skipped records. */
  readonly records: readonly LogRecord[];
  readonly nextOffset: number;
  /** Records that the task could not take; those of the input only as far as they lie before `nextOffset`. */
  readonly untaken: readonly UntakenRecord[];
  /** Where the input begins by now. */
  readonly inputBeginning: number;
}

/**
 * The transactions of one task, one after the other: `apply`, then `commit`, and between two of these `upkeep`. After an error
 * of any of them it is of no use.
 */
export class TransactionSteps {
  readonly task: Task;
  readonly sides: SideCursor;
  readonly #definition: ProcessorDefinition;
  readonly #partition: number;
  readonly #skips: Skips;
  readonly #marks: Marks;
  readonly #snapshots: SnapshotSchedule;
  #openMinute: number | undefined;
  #outputs: NewRecord[] = [];
  #outputBytes = 0;
  #record: LogRecord | undefined;
  /** Of the record at hand, once it emitted something. */
  #headers: Readonly<Record<string, string>> | undefined;
  /** A new minute made keys due; a take-over may have left some. */
  #upkeepIsDue = true;
  readonly #context: TaskContext = { emit: (output) => this.#emit(output), fresh: () => true };

  constructor(definition: ProcessorDefinition, partition: number, rebuilt: RebuiltTask) {
    this.task = rebuilt.task;
    this.sides = rebuilt.sides;
    this.#definition = definition;
    this.#partition = partition;
    this.#skips = rebuilt.skips;
    this.#openMinute = rebuilt.openMinute;
    this.#marks = new Marks(definition, partition, rebuilt);
    this.#snapshots = new SnapshotSchedule(definition, partition, rebuilt.task, rebuilt.restored);
  }

  /** Oldest input offset that a take-over needs, as it was committed; undefined: there is no such promise. */
  get floor(): number | undefined {
    return this.#snapshots.floor;
  }

  get upkeepIsDue(): boolean {
    return this.#upkeepIsDue;
  }

  /** Returns how many of the records belong to this transaction: fewer where it is full before. */
  apply(records: readonly LogRecord[]): number {
    this.#outputs = [];
    this.#outputBytes = 0;
    let count = 0;
    for (const record of records) {
      count += 1;
      this.#record = record;
      this.#headers = undefined;
      // 1. The record that opens a minute fixes the side inputs of this minute, and the mark says so to replays.
      this.#openMinuteOf(record);
      // 2. The record itself.
      applyRecord(this.#definition.group, this.task, record, this.#context);
      if (this.#outputBytes >= outputBytesMaxPerTransaction) break;
    }
    return count;
  }

  async commit({ transactor, records, nextOffset, untaken, inputBeginning }: Commit): Promise<void> {
    for (const one of untaken) this.#skip(one, nextOffset);
    // 3. Snapshots of keys that are new, so that none is ever missing; what is due only where it can wait no longer.
    this.#outputs.push(...this.#snapshots.ofNewKeys(records, nextOffset));
    if (this.#snapshots.isOverdue) this.#outputs.push(...this.#upkeep(nextOffset, inputBeginning));
    const outputs = this.#outputs;
    this.#outputs = [];
    // 4. Everything of this transaction becomes durable and visible together, or the task ends here.
    await transactor.commit(outputs, nextOffset);
  }

  async upkeep(transactor: Transactor, committed: number, inputBeginning: number): Promise<void> {
    // 5. What is due, with everything up to the offset that was committed before and is committed again.
    const outputs = this.#upkeep(committed, inputBeginning);
    if (outputs.length > 0) await transactor.commit(outputs, committed);
  }

  #upkeep(nextOffset: number, inputBeginning: number): NewRecord[] {
    const snapshots = this.#snapshots.due(nextOffset);
    const pruned = this.#marks.prune(inputBeginning, (this.#openMinute ?? 0) * 60_000);
    this.#upkeepIsDue = this.#snapshots.hasDue;
    return [...snapshots, ...pruned];
  }

  #openMinuteOf({ timestamp, offset }: LogRecord): void {
    const minute = minuteOf(timestamp);
    if (this.#openMinute !== undefined && minute <= this.#openMinute) return;
    this.#openMinute = minute;
    this.#upkeepIsDue = true;
    if (!this.sides.applyKnown(this.task, this.#skips)) return;
    const { group } = this.#definition;
    const mark = {
      group,
      partition: this.#partition,
      inputOffset: offset,
      openTime: minute * 60_000,
      sides: this.sides.applied(),
    };
    this.#outputs.push(sideOffsetsRecord(this.#definition, mark));
    this.#marks.marked(mark);
  }

  #emit(output: NewRecord): void {
    if (this.#record !== undefined) this.#headers ??= inputHeaders(this.#record);
    this.#outputBytes += output.value?.length ?? 0;
    this.#outputs.push(withHeaders(output, this.#headers));
  }

  /** Every replay obeys the skip. All tasks skip a record of a side input; the one of partition 0 sets it aside. */
  #skip(untaken: UntakenRecord, nextOffset: number): void {
    const { topic, partition: recordPartition, offset: recordOffset, timestamp } = untaken.record;
    const { group, input } = this.#definition;
    const partition = this.#partition;
    const [inRow, reason] = [untaken.inRow, reasonText(untaken)];
    const skip: RecordSkipped = { group, partition, topic, recordPartition, recordOffset, reason, inRow, nextOffset };
    this.#outputs.push(skipRecord(this.#definition, skip, timestamp));
    if (topic === input || partition === 0) this.#outputs.push(deadLetter(this.#definition, untaken));
    this.#marks.skipped(skip);
  }
}

/** Written out, for it is done for every output: copying with `...` is several times as slow. */
function withHeaders(output: NewRecord, headers: Readonly<Record<string, string>> | undefined): NewRecord {
  if (headers === undefined) return output;
  const { topic, key, value, timestamp, partition } = output;
  const all = output.headers === undefined ? headers : { ...output.headers, ...headers };
  return partition === undefined
    ? { topic, key, value, timestamp, headers: all }
    : { topic, key, value, timestamp, partition, headers: all };
}
