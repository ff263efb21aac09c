/**
 * The right to write for one input partition of one group: a transactional id of its own. Whoever takes it over gets a
 * higher epoch, and the broker refuses everything that the owner before still sends.
 *
 * No client's own producer is used for this: they repeat requests inside a transaction (we end the task instead), and send
 * what belongs together in five round trips instead of three.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { ScreenerError } from '@screener/errors';
import type { NewRecord, Transactor } from '../engine.ts';
import { Backoff } from './backoff.ts';
import type { Owner } from './client.ts';
import type { Cluster } from './cluster.ts';
import { committedOffsets } from './group-offsets.ts';
import { describeError, isFenced, isUntakeable, missingRight, protocolCode } from './kafka-errors.ts';
import {
  moveOn,
  newSequences,
  type PartitionBatch,
  type ProducerIdentity,
  placeRecords,
  produce,
  toBatches,
  toRounds,
} from './produce.ts';

/** The broker aborts a transaction that is open for longer: nobody reads past it meanwhile. */
export const TRANSACTION_TIMEOUT_MS = 10_000;
/** Less than the above: a commit that takes longer could race with the broker's own abort. */
const COMMIT_TIMEOUT_MS = 8_000;
/** Settling a dead owner's transaction takes as long as its markers take to be written. */
const TAKE_OVER_TIMEOUT_MS = 30_000;
/** Markers take a few milliseconds: waits that grow would overshoot by more than what they wait for. */
const CONCURRENT_RETRY_MS = 2;

type Place = { readonly group: string; readonly topic: string; readonly partition: number };

export const transactionalIdOf = ({ group, topic, partition }: Place): string => `${group}/${topic}/${partition}`;

export async function openTransactor(cluster: Cluster, place: Place): Promise<KafkaTransactor> {
  const transactionalId = transactionalIdOf(place);
  // 1. Fence the owner before us, and wait until what it left open is committed or aborted.
  const { producerId, producerEpoch } = await cluster.atCoordinator(
    'transaction',
    transactionalId,
    (node) => cluster.ask(node, 'InitProducerId', { transactionalId, transactionTimeoutMs: TRANSACTION_TIMEOUT_MS }),
    TAKE_OVER_TIMEOUT_MS,
  );
  // 2. Only then is the committed offset the last word.
  const committed = await committedOffsets(cluster, place.group, place.topic, [place.partition]);
  const identity = { producerId, producerEpoch, sequences: newSequences(), transactionalId };
  return new KafkaTransactor(cluster, place, identity, committed.get(place.partition));
}

export class KafkaTransactor implements Transactor {
  readonly committed: number | undefined;
  readonly #cluster: Cluster;
  readonly #place: Place;
  readonly #identity: ProducerIdentity;
  readonly #owner: Owner;
  readonly #transactionalId: string;
  /** Of its own: the broker answers one request of a connection at a time, and partitions must not wait for each other. */
  readonly #lane: string;
  readonly #ended = Promise.withResolvers<void>();
  #running: Promise<void> | undefined;
  #dead: ScreenerError | undefined;

  constructor(cluster: Cluster, place: Place, identity: ProducerIdentity, committed: number | undefined) {
    this.#cluster = cluster;
    this.#place = place;
    this.#identity = identity;
    this.#transactionalId = transactionalIdOf(place);
    const { producerId, producerEpoch } = identity;
    this.#owner = { transactionalId: this.#transactionalId, producerId, producerEpoch };
    this.#lane = `transaction ${this.#transactionalId} ${identity.producerId}-${identity.producerEpoch}`;
    this.committed = committed;
  }

  /** Resolves when it is dead, by itself or closed. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  async commit(outputs: readonly NewRecord[], nextOffset: number): Promise<void> {
    if (this.#dead) throw this.#dead;
    if (this.#running) throw this.#fail(new Error('a commit is under way already'));
    const running = this.#commit(outputs, nextOffset);
    this.#running = running.catch(() => {});
    try {
      await running;
    } catch (cause) {
      throw this.#fail(cause);
    } finally {
      this.#running = undefined;
    }
  }

  async #commit(outputs: readonly NewRecord[], nextOffset: number): Promise<void> {
    const until = new Backoff(COMMIT_TIMEOUT_MS);
    const coordinators = Promise.all([
      this.#cluster.coordinator('transaction', this.#transactionalId),
      this.#cluster.coordinator('group', this.#place.group),
    ]);
    const batches = toBatches(await placeRecords(this.#cluster, outputs));
    const [transactions, groups] = await coordinators;
    // 1. Tell the coordinator what the transaction will touch, before it is touched.
    await Promise.all([
      batches.length > 0 ? this.#whileConcurrent(until, () => this.#addPartitions(transactions, batches)) : undefined,
      this.#whileConcurrent(until, () => this.#addOffsets(transactions)),
    ]);
    // 2. Outputs and input offset, all of them invisible so far.
    await Promise.all([this.#produce(batches, until), this.#commitOffset(groups, nextOffset)]);
    // 3. The one request that decides. Readers see it when the markers are written, a few milliseconds later.
    await this.#cluster.send(this.#lane, transactions, 'EndTxn', this.#owner);
  }

  async #addPartitions(node: number, batches: readonly PartitionBatch[]): Promise<void> {
    const partitions = new Map<string, Set<number>>();
    for (const { topic, partition } of batches) {
      const known = partitions.get(topic);
      if (known) known.add(partition);
      else partitions.set(topic, new Set([partition]));
    }
    const topics = [...partitions].map(([name, set]) => ({ name, partitions: [...set] }));
    await this.#cluster.send(this.#lane, node, 'AddPartitionsToTxn', { ...this.#owner, topics });
  }

  async #addOffsets(node: number): Promise<void> {
    await this.#cluster.send(this.#lane, node, 'AddOffsetsToTxn', { ...this.#owner, group: this.#place.group });
  }

  async #commitOffset(node: number, nextOffset: number): Promise<void> {
    await this.#cluster.send(this.#lane, node, 'TxnOffsetCommit', { ...this.#owner, ...this.#place, nextOffset });
  }

  async #produce(batches: readonly PartitionBatch[], until: Backoff): Promise<void> {
    for (const round of toRounds(batches)) {
      if (until.exhausted) throw new Error(`not committed within ${COMMIT_TIMEOUT_MS} ms`);
      const { failures } = await produce(this.#cluster, round, { lane: this.#lane, identity: this.#identity });
      for (const { place, topic, partition } of round) {
        const cause = failures.get(place);
        if (isUntakeable(cause))
          throw new ScreenerError('APPEND_REFUSED', { topic, partition, reason: describeError(cause) }, { cause });
        if (cause !== undefined) throw cause;
      }
      for (const batch of round) moveOn(this.#identity, batch);
    }
  }

  /** The transaction before is decided but its markers are still being written: the usual case, over in milliseconds. */
  async #whileConcurrent(until: Backoff, request: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await request();
      } catch (cause) {
        if (protocolCode(cause) !== 'CONCURRENT_TRANSACTIONS' || until.exhausted) throw cause;
        await delay(CONCURRENT_RETRY_MS);
      }
    }
  }

  /**
   * The end of this transactor. What it left open is settled by its successor, which has a higher epoch: to abort it
   * here could race with requests of ours that are still on their way.
   */
  #fail(cause: unknown): ScreenerError {
    if (this.#dead) return this.#dead;
    const { group, partition } = this.#place;
    // What no take-over can help ends the member with its own words.
    const worded = missingRight(cause) === undefined ? cause : this.#cluster.refused(cause);
    this.#dead = isFenced(cause)
      ? new ScreenerError('TASK_FENCED', { group, partition }, { cause })
      : worded instanceof ScreenerError && !worded.retryable
        ? worded
        : new ScreenerError('TRANSACTION_FAILED', { group, partition, reason: describeError(cause) }, { cause });
    this.#cluster.forgetCoordinator('transaction', this.#transactionalId);
    this.#cluster.forgetCoordinator('group', group);
    this.#cluster.connections.drop(this.#lane);
    this.#ended.resolve();
    return this.#dead;
  }

  async close(): Promise<void> {
    await this.#running;
    const { group, partition } = this.#place;
    this.#dead ??= new ScreenerError('TRANSACTION_FAILED', { group, partition, reason: 'it was closed' });
    this.#cluster.connections.drop(this.#lane);
    this.#ended.resolve();
  }
}
