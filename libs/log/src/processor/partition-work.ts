/** One partition from the moment it is owned: transaction after transaction, and what happens to records that fail. */
import { ScreenerError } from '@screener/errors';
import { learnSchema } from '@screener/events';
import type { LogRecord, Reader, Task } from '../port.ts';
import { systemTimers } from '../timers.ts';
import { UntakenRecord } from './apply-record.ts';
import { forEachBatch } from './batches.ts';
import { reasonText } from './dead-letter.ts';
import { InputRetention } from './input-retention.ts';
import type { Life } from './member.ts';
import { type OwnedTask, type RebuiltTask, rebuildTask, type Surroundings } from './take-over.ts';
import { TransactionSteps } from './transaction-steps.ts';
import { Turns } from './turns.ts';
import { Upkeep } from './upkeep.ts';

/** Input records of one transaction at most. A single record that finds the task idle goes through at once. */
export const recordsMaxPerTransaction = 500;
/** So many in a row that fail are no accident: the program or the writer is wrong, and skipping would drain the topic. */
export const failedInRowMax = 10;

export class PartitionWork {
  readonly #around: Surroundings;
  readonly #life: Life;
  readonly #owned: OwnedTask;
  readonly #retention: InputRetention;
  /** Transactions, and whatever changes the task between them. */
  readonly #turns = new Turns();
  readonly #upkeep: Upkeep;
  /** Undefined while a task that a record broke is being restored. */
  #steps: TransactionSteps | undefined;
  /** Next input offset as it was committed last. */
  #committed: number | undefined;
  /** Failed and not yet recorded as skipped: those of the transaction in the making. */
  #untaken: UntakenRecord[] = [];
  /** Input records skipped directly before the committed offset. */
  #skippedInRow: number;
  /** More records were waiting than one transaction takes, and so it may be once more. */
  #behind = false;
  #waitedForOthers = false;
  /** Committed offset when an upkeep was put off for that. */
  #putOffAt: number | undefined;

  constructor(around: Surroundings, owned: OwnedTask, life: Life) {
    this.#around = around;
    this.#life = life;
    this.#owned = owned;
    this.#committed = owned.transactor.committed;
    this.#steps = new TransactionSteps(around.definition, around.partition, owned);
    this.#skippedInRow = skippedBefore(owned, around.definition.input, this.#committed);
    this.#retention = new InputRetention(around, owned.restored.floor);
    this.#upkeep = new Upkeep(around.engine.timers ?? systemTimers, () => void this.#keepUp());
  }

  /** For live inputs, which look at its closed state. */
  get task(): Task | undefined {
    return this.#steps?.task;
  }

  async run(): Promise<void> {
    const { engine, definition, partition, stop } = this.#around;
    const committed = this.#committed;
    const from = committed === undefined ? 'beginning' : ({ offsets: new Map([[partition, committed]]) } as const);
    const reader = engine.reader({ topic: definition.input, partitions: [partition], from });
    try {
      await forEachBatch(reader, AbortSignal.any([stop, this.#turns.failed]), async (batch) => {
        for (let begin = 0; begin < batch.length && !stop.aborted; ) {
          const next = begin;
          begin += await this.#turns.take(() => this.#transaction(batch, next, reader));
        }
        return undefined;
      });
    } finally {
      // Whoever gives a partition up does at once what is due, so that the next owner has less to replay. After an error
      // it is due again for the next life, which knows from the snapshots.
      if (this.#upkeep.close() && stop.aborted) void this.#keepUp();
      await this.#turns.settled();
    }
  }

  async close(): Promise<void> {
    if (this.#steps !== undefined) this.#around.sideInputs.detach(this.#steps.sides);
    await this.#owned.transactor.close().catch(() => {});
  }

  /** Returns how many records of the batch are behind it. */
  async #transaction(batch: readonly LogRecord[], begin: number, reader: Reader): Promise<number> {
    const { partition, stop } = this.#around;
    if (this.#behind && !this.#waitedForOthers) await this.#waitForOthers();
    // It may have waited, for this or for its turn.
    if (stop.aborted) return batch.length;
    const given = batch.slice(begin, begin + recordsMaxPerTransaction);
    const { steps, records, skipped } = await this.#applied(given);
    const count = records.length + (skipped === undefined ? 0 : 1);
    const isLast = begin + count === batch.length;
    const afterLast = (given[count - 1]?.offset ?? 0) + 1;
    // A reader may have stepped over what is no record (Kafka's transaction markers): the offset goes with it.
    const nextOffset = isLast ? Math.max(afterLast, reader.positions().get(partition) ?? 0) : afterLast;
    const later = this.#untaken.filter((untaken) => this.#ofInput(untaken) && untaken !== skipped);
    const untaken = this.#untaken.filter((candidate) => !later.includes(candidate));
    await steps.commit({
      transactor: this.#owned.transactor,
      records,
      nextOffset,
      untaken,
      inputBeginning: this.#retention.beginning,
    });
    this.#committed = nextOffset;
    this.#untaken = later;
    this.#skippedInRow = skipped?.inRow ?? 0;
    this.#behind = batch.length >= recordsMaxPerTransaction;
    this.#life.progressed();
    this.#retention.floorIs(steps.floor);
    this.#upkeep.transacted(steps.upkeepIsDue);
    return count;
  }

  /** Only once: a partition that is taken over in vain again and again must not slow down the others. */
  async #waitForOthers(): Promise<void> {
    await this.#around.takeOvers.over(this.#around);
    this.#waitedForOthers = true;
  }

  /** Never rejects: what fails ends `run`. */
  async #keepUp(): Promise<void> {
    await this.#turns.take(() => this.#upkeepTransaction()).catch(() => {});
  }

  /** In a turn of its own, so that the state of the task is that of the committed offset. */
  async #upkeepTransaction(): Promise<void> {
    const [steps, committed] = [this.#steps, this.#committed];
    if (steps === undefined || committed === undefined) return;
    // Whoever has much to catch up with takes snapshots by the number of records, with those.
    if (this.#behind && this.#putOffAt !== committed) this.#putOffAt = committed;
    else {
      await steps.upkeep(this.#owned.transactor, committed, this.#retention.beginning);
      this.#retention.floorIs(steps.floor);
    }
    this.#upkeep.transacted(steps.upkeepIsDue);
  }

  /** Applies records until the transaction is full, or ends with one that the task cannot take. */
  async #applied(
    given: readonly LogRecord[],
  ): Promise<{ steps: TransactionSteps; records: readonly LogRecord[]; skipped: UntakenRecord | undefined }> {
    for (;;) {
      const skipped = this.#untaken
        .filter((untaken) => this.#ofInput(untaken))
        .sort((one, other) => one.record.offset - other.record.offset)[0];
      const end =
        skipped === undefined ? given.length : given.findIndex(({ offset }) => offset === skipped.record.offset);
      const wanted = end < 0 ? given : given.slice(0, end);
      const steps = await this.#ready();
      try {
        const count = steps.apply(wanted);
        const whole = count === wanted.length && end >= 0;
        return { steps, records: wanted.slice(0, count), skipped: whole ? skipped : undefined };
      } catch (cause) {
        if (!(cause instanceof UntakenRecord)) throw cause;
        // Written with a schema that was registered after our start: no poison, it is applied once more. A registry that
        // does not answer rejects, and the partition is taken over again later.
        if (!(await learnSchema(cause.cause))) this.#setAside(cause, given);
        this.#restoreInsteadOf(steps);
      }
    }
  }

  /** The task may have changed by half: `#ready` makes it anew. */
  #restoreInsteadOf(broken: TransactionSteps): void {
    this.#around.sideInputs.detach(broken.sides);
    this.#steps = undefined;
  }

  /** The task goes on without this record. */
  #setAside(untaken: UntakenRecord, given: readonly LogRecord[]): void {
    const { definition, notify } = this.#around;
    const { topic, partition, offset } = untaken.record;
    const { group } = definition;
    if (this.#ofInput(untaken) && given[0]?.offset === offset) untaken.skippedBefore = this.#skippedInRow;
    const reason = reasonText(untaken);
    const count = untaken.inRow;
    if (count >= failedInRowMax) {
      throw new ScreenerError('RECORDS_FAILED', { group, topic, partition, offset, count, reason }, { cause: untaken });
    }
    this.#untaken.push(untaken);
    notify(`${group}: ${topic} partition ${partition} offset ${offset} is skipped: ${reason}`, untaken);
  }

  async #ready(): Promise<TransactionSteps> {
    if (this.#steps !== undefined) return this.#steps;
    const { definition, partition } = this.#around;
    const rebuilt = await rebuildTask(this.#around, this.#committed);
    for (const untaken of this.#untaken) rebuilt.skips.add(untaken.record);
    this.#steps = new TransactionSteps(definition, partition, rebuilt);
    return this.#steps;
  }

  #ofInput({ record }: UntakenRecord): boolean {
    return record.topic === this.#around.definition.input;
  }
}

/** A restart must not begin to count anew, or restarts would drain the topic. */
function skippedBefore({ restored }: RebuiltTask, input: string, committed: number | undefined): number {
  const last = restored.skips.find(({ topic, nextOffset }) => topic === input && nextOffset === committed);
  return last?.inRow ?? 0;
}
