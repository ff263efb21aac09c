/** The processor: consume, transform, produce, exactly once, on any engine. One task per partition of the input. */
import type { Engine } from '../engine.ts';
import type { Notify } from '../notify.ts';
import type { LogRecord, Member, NewRecord, ProcessorDefinition, TaskContext } from '../port.ts';
import { applyRecord } from './apply-record.ts';
import { forEachBatch } from './batches.ts';
import { followLiveInputs } from './live-inputs.ts';
import { LiveOutput } from './live-output.ts';
import { type Life, startMember } from './member.ts';
import { SideInputs } from './side-inputs.ts';
import { sideOffsetsRecord } from './snapshot-records.ts';
import { SnapshotSchedule } from './snapshot-schedule.ts';
import { minuteOf, type OwnedTask, takeOver } from './take-over.ts';

/** Input records of one transaction at most. A single record that finds the task idle goes through at once. */
const recordsMaxPerTransaction = 500;

export async function startProcessor(engine: Engine, definition: ProcessorDefinition, notify: Notify): Promise<Member> {
  const { group, input } = definition;
  const sideInputs = await SideInputs.open(engine, definition.sides ?? [], notify);
  const liveOutput = new LiveOutput(engine.writer(), notify);
  return startMember({
    engine,
    group,
    input,
    notify,
    run: async (partition, life) => {
      const owned = await takeOver(engine, definition, partition, { sideInputs, notify, stop: life.stop });
      const ended = new AbortController();
      const stop = AbortSignal.any([life.stop, ended.signal]);
      const live = followLiveInputs({
        engine,
        definition,
        partition,
        task: owned.task,
        output: liveOutput,
        stop,
        notify,
      });
      try {
        life.live();
        await processPartition(engine, definition, partition, owned, life);
      } finally {
        ended.abort();
        await live;
        sideInputs.detach(owned.sides);
        await owned.transactor.close().catch(() => {});
      }
    },
    closed: async () => {
      await sideInputs.close();
      await liveOutput.close();
    },
  });
}

async function processPartition(
  engine: Engine,
  definition: ProcessorDefinition,
  partition: number,
  owned: OwnedTask,
  life: Life,
): Promise<void> {
  const { transactor } = owned;
  const steps = new TransactionSteps(definition, partition, owned);
  const { committed } = transactor;
  const from = committed === undefined ? 'beginning' : ({ offsets: new Map([[partition, committed]]) } as const);
  const reader = engine.reader({ topic: definition.input, partitions: [partition], from });
  await forEachBatch(reader, life.stop, async (batch) => {
    for (let begin = 0; begin < batch.length && !life.stop.aborted; begin += recordsMaxPerTransaction) {
      const records = batch.slice(begin, begin + recordsMaxPerTransaction);
      const isLast = begin + records.length === batch.length;
      const afterLast = (records.at(-1)?.offset ?? 0) + 1;
      // A reader may have stepped over what is no record (Kafka's transaction markers): the offset goes with it.
      const nextOffset = isLast ? Math.max(afterLast, reader.positions().get(partition) ?? 0) : afterLast;
      const behind = records.length === recordsMaxPerTransaction;
      // 4. Everything of this transaction becomes durable and visible together, or the task ends here.
      await transactor.commit(steps.outputsOf(records, nextOffset, behind), nextOffset);
      life.progressed();
    }
    return undefined;
  });
}

/** What goes into one transaction, in this order. The numbers are those of docs/architecture.md. */
class TransactionSteps {
  readonly #definition: ProcessorDefinition;
  readonly #partition: number;
  readonly #owned: OwnedTask;
  readonly #snapshots: SnapshotSchedule;
  #openMinute: number | undefined;
  #outputs: NewRecord[] = [];
  readonly #context: TaskContext = { emit: (output) => void this.#outputs.push(output), fresh: () => true };

  constructor(definition: ProcessorDefinition, partition: number, owned: OwnedTask) {
    this.#definition = definition;
    this.#partition = partition;
    this.#owned = owned;
    this.#openMinute = owned.openMinute;
    this.#snapshots = new SnapshotSchedule(definition, partition, owned.task, owned.snapshotKeys);
  }

  outputsOf(records: readonly LogRecord[], nextOffset: number, behind: boolean): NewRecord[] {
    this.#outputs = [];
    for (const record of records) {
      // 1. The record that opens a minute fixes the side inputs of this minute, and the mark says so to replays.
      this.#openMinuteOf(record);
      // 2. The record itself.
      applyRecord(this.#definition.group, this.#owned.task, record, this.#context);
    }
    // 3. Snapshots that are due, with everything up to the offset that is committed with them.
    this.#outputs.push(...this.#snapshots.take(records, nextOffset, behind));
    return this.#outputs;
  }

  #openMinuteOf({ timestamp, offset }: LogRecord): void {
    const minute = minuteOf(timestamp);
    if (this.#openMinute !== undefined && minute <= this.#openMinute) return;
    this.#openMinute = minute;
    const { sides, task } = this.#owned;
    if (!sides.applyKnown(task)) return;
    const { group } = this.#definition;
    const mark = {
      group,
      partition: this.#partition,
      inputOffset: offset,
      openTime: minute * 60_000,
      sides: sides.applied(),
    };
    this.#outputs.push(sideOffsetsRecord(this.#definition, mark));
  }
}
