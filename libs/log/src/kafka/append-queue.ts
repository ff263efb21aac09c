/**
 * Appends in order. What is appended while a request is under way goes together in the next one: no lingering, and
 * large requests exactly when there is much to send. One request per leader is under way at a time.
 */
import { ScreenerError } from '@screener/errors';
import type { NewRecord } from '../port.ts';
import { Backoff } from './backoff.ts';
import type { Cluster } from './cluster.ts';
import { offsetsAt } from './group-offsets.ts';
import { findAppended } from './in-doubt.ts';
import { describeError, isPassing, isUnavailable, missingRight, protocolCode } from './kafka-errors.ts';
import {
  moveOn,
  newSequences,
  type PartitionBatch,
  type PlacedRecord,
  type ProducerIdentity,
  placeOf,
  placeRecords,
  produce,
  toBatches,
  toRounds,
} from './produce.ts';

/** Records not yet acknowledged, above which appends are refused: their callers do not wait for them. */
const QUEUED_RECORDS_MAX = 500_000;
/** Records sent together: bounds a request, and what has to be repeated. */
const SENT_RECORDS_MAX = 10_000;
/** How long a broker may be away before an append is given up; as long as Kafka's own clients wait. */
const APPEND_TIMEOUT_MS = 120_000;
const notTransactional = { transactionalId: null, transactionTimeoutMs: 0 };

interface Append {
  readonly records: readonly NewRecord[];
  readonly done: () => void;
  readonly failed: (cause: unknown) => void;
}

export class AppendQueue {
  readonly #cluster: Cluster;
  readonly #lane: string;
  readonly #idempotent: boolean;
  readonly #waiting: Append[] = [];
  /** Offset after our newest batch, by place. */
  readonly #nextOffsets = new Map<string, number>();
  #queuedRecords = 0;
  #identity: ProducerIdentity | undefined;
  #draining: Promise<void> | undefined;

  /** Without idempotence a repeated request may double records: for topics where the latest wins. */
  constructor(cluster: Cluster, lane: string, idempotent: boolean) {
    this.#cluster = cluster;
    this.#lane = lane;
    this.#idempotent = idempotent;
  }

  add(records: readonly NewRecord[]): Promise<void> {
    if (this.#queuedRecords + records.length > QUEUED_RECORDS_MAX && this.#queuedRecords > 0) {
      const { topic } = records[0]!;
      throw new ScreenerError('APPEND_OVERRUN', { topic, queued: this.#queuedRecords, most: QUEUED_RECORDS_MAX });
    }
    this.#queuedRecords += records.length;
    const appended = new Promise<void>((done, failed) => this.#waiting.push({ records, done, failed }));
    this.#draining ??= this.#drain();
    return appended;
  }

  async #drain(): Promise<void> {
    // What the same turn of the event loop appends goes together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const together = this.#take();
      await this.#send(together);
      for (const { records } of together) this.#queuedRecords -= records.length;
    }
    this.#draining = undefined;
  }

  #take(): Append[] {
    let records = 0;
    let count = 0;
    while (count < this.#waiting.length && (count === 0 || records < SENT_RECORDS_MAX)) {
      records += this.#waiting[count]!.records.length;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  /** Settles each append by what became of the partitions that it touches. */
  async #send(appends: readonly Append[]): Promise<void> {
    const touched = new Map<Append, Set<string>>();
    const sound: PlacedRecord[] = [];
    for (const append of appends) {
      try {
        // A topic that is missing is the fault of this append alone.
        const placed = await placeRecords(this.#cluster, append.records);
        touched.set(append, new Set(placed.map(({ record, partition }) => placeOf(record.topic, partition))));
        for (const record of placed) sound.push(record);
      } catch (cause) {
        append.failed(cause);
      }
    }
    if (touched.size === 0) return;
    let failures: ReadonlyMap<string, unknown>;
    try {
      failures = await this.#sendAll(toBatches(sound));
    } catch (cause) {
      for (const append of touched.keys()) append.failed(cause);
      return;
    }
    for (const [append, places] of touched) {
      const failed = [...places].find((place) => failures.has(place));
      if (failed === undefined) append.done();
      else append.failed(failures.get(failed));
    }
  }

  async #sendAll(batches: readonly PartitionBatch[]): Promise<ReadonlyMap<string, unknown>> {
    const failures = new Map<string, unknown>();
    const patience = new Backoff(APPEND_TIMEOUT_MS);
    for (const round of toRounds(batches)) {
      let unsent: readonly PartitionBatch[] = round.filter(({ place }) => !failures.has(place));
      if (this.#idempotent) await this.#learnHeads(unsent);
      const backoff = new Backoff(APPEND_TIMEOUT_MS);
      while (unsent.length > 0) {
        unsent = await this.#attempt(unsent, failures, patience.exhausted);
        if (unsent.length > 0) await backoff.wait();
      }
    }
    // Sequences of what failed are in doubt: what comes next is appended under another identity.
    if (failures.size > 0) this.#identity = undefined;
    return failures;
  }

  /** Sends once and returns what has to be sent again. */
  async #attempt(
    batches: readonly PartitionBatch[],
    failures: Map<string, unknown>,
    last: boolean,
  ): Promise<readonly PartitionBatch[]> {
    const identity = this.#idempotent ? await this.#identify() : undefined;
    const outcome = await produce(this.#cluster, batches, { lane: this.#lane, identity });
    for (const [place, nextOffset] of outcome.nextOffsets) this.#nextOffsets.set(place, nextOffset);
    const again: PartitionBatch[] = [];
    for (const batch of batches) {
      const failure = outcome.failures.get(batch.place);
      const cause = identity && isInDoubt(failure) ? await this.#unlessIn(batch, identity, failure) : failure;
      if (cause === undefined) {
        if (identity) moveOn(identity, batch);
      } else if (isForgotten(cause)) {
        this.#identity = undefined;
        again.push(batch);
      } else if (last || !isUnavailable(cause)) {
        failures.set(batch.place, this.#asError(batch, cause));
      } else {
        again.push(batch);
      }
    }
    return again;
  }

  /** undefined: the batch is in the log after all. Otherwise why it is not, or why that cannot be known. */
  async #unlessIn(batch: PartitionBatch, identity: ProducerIdentity, failure: unknown): Promise<unknown> {
    const attempt = { batch, identity, from: this.#nextOffsets.get(batch.place) ?? 0 };
    try {
      const find = (): Promise<number | undefined> => findAppended(this.#cluster, this.#lane, attempt);
      const nextOffset = await this.#cluster.retrying(find, APPEND_TIMEOUT_MS);
      if (nextOffset === undefined) return failure;
      this.#nextOffsets.set(batch.place, nextOffset);
      return undefined;
    } catch (cause) {
      // The fault of this batch alone, such as a topic that was deleted.
      return cause;
    }
  }

  /** Where to begin looking for a batch in doubt: once per partition, afterwards acknowledgements tell. */
  async #learnHeads(batches: readonly PartitionBatch[]): Promise<void> {
    const unknown = new Map<string, number[]>();
    for (const { place, topic, partition } of batches) {
      if (!this.#nextOffsets.has(place)) unknown.set(topic, [...(unknown.get(topic) ?? []), partition]);
    }
    for (const [topic, partitions] of unknown) {
      const heads = await offsetsAt(this.#cluster, topic, 'head', partitions);
      for (const [partition, head] of heads) this.#nextOffsets.set(placeOf(topic, partition), head ?? 0);
    }
  }

  async #identify(): Promise<ProducerIdentity> {
    this.#identity ??= await this.#cluster.atController(async (node) => {
      const { producerId, producerEpoch } = await this.#cluster.ask(node, 'InitProducerId', notTransactional);
      return { producerId, producerEpoch, sequences: newSequences() };
    }, APPEND_TIMEOUT_MS);
    return this.#identity;
  }

  #asError({ topic, partition }: PartitionBatch, cause: unknown): ScreenerError {
    if (missingRight(cause) !== undefined) return this.#cluster.refused(cause);
    if (cause instanceof ScreenerError && !isUnavailable(cause)) return cause;
    const code = isUnavailable(cause) ? 'APPEND_FAILED' : 'APPEND_REFUSED';
    return new ScreenerError(code, { topic, partition, reason: describeError(cause) }, { cause });
  }

  async close(): Promise<void> {
    await this.#draining;
    this.#cluster.connections.drop(this.#lane);
  }
}

/**
 * The broker does not know our sequence any more and has refused the batch, and since only one is under way at a time
 * no earlier attempt of it is in either: it is safe to send it under a new identity.
 */
const isForgotten = (cause: unknown): boolean =>
  ['UNKNOWN_PRODUCER_ID', 'OUT_OF_ORDER_SEQUENCE_NUMBER', 'INVALID_PRODUCER_EPOCH'].includes(protocolCode(cause) ?? '');

/** The batch may be in although it was not acknowledged: no answer, or one that came from waiting for other replicas. */
const isInDoubt = (cause: unknown): boolean => !(cause instanceof ScreenerError) && isPassing(cause);
