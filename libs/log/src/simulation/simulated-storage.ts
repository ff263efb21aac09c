/** Everything that survives a crash, and what a broker (or the one file) guarantees: order, atomicity, fencing. */
import { ScreenerError } from '@screener/errors';
import { partitionOf } from '../partitioner.ts';
import type { LogRecord, NewRecord } from '../port.ts';
import type { TopicDescription, TopicSpec } from '../topology.ts';
import type { Flaw } from './flaws.ts';
import { SimulatedPartition, type Transaction } from './simulated-partition.ts';
import type { VirtualTime } from './virtual-time.ts';

/** A transaction whose owner is silent for so long is aborted, and the owner fenced. */
const transactionTimeoutMs = 10_000;

export interface InputPlace {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
}

interface Producer {
  epoch: number;
  transaction: Transaction | undefined;
}

interface SimulatedTopic {
  readonly description: TopicDescription;
  readonly partitions: readonly SimulatedPartition[];
}

export class SimulatedStorage {
  readonly #time: VirtualTime;
  readonly #flaw: Flaw | undefined;
  readonly #topics = new Map<string, SimulatedTopic>();
  readonly #producers = new Map<string, Producer>();
  readonly #groupOffsets = new Map<string, number>();
  readonly #protected = new Map<string, number>();
  readonly #waiting = new Map<string, (() => void)[]>();

  constructor(time: VirtualTime, flaw?: Flaw) {
    this.#time = time;
    this.#flaw = flaw;
  }

  createTopic(spec: TopicSpec): void {
    if (this.#topics.has(spec.name)) return;
    const partitions = Array.from({ length: spec.partitions }, (_, i) => new SimulatedPartition(spec.name, i));
    this.#topics.set(spec.name, { description: { ...spec, topicId: `id of ${spec.name}` }, partitions });
  }

  get topics(): readonly TopicDescription[] {
    return [...this.#topics.values()].map(({ description }) => description);
  }

  partitions(topic: string): readonly SimulatedPartition[] {
    const found = this.#topics.get(topic);
    if (found === undefined) throw new ScreenerError('TOPIC_MISSING', { topic, where: 'the simulation' });
    return found.partitions;
  }

  partition(topic: string, partition: number): SimulatedPartition {
    const found = this.partitions(topic)[partition];
    if (found === undefined) throw new RangeError(`partition ${partition} of ${topic}`);
    return found;
  }

  /** All of it at once, without a transaction. */
  append(records: readonly NewRecord[]): void {
    for (const record of records) this.#partitionFor(record).append(record);
    this.#wake(records.map(({ topic }) => topic));
  }

  /** Calls once when the topic may have more to read. */
  onChange(topic: string, call: () => void): void {
    const waiting = this.#waiting.get(topic);
    if (waiting === undefined) this.#waiting.set(topic, [call]);
    else waiting.push(call);
  }

  committed({ group, topic, partition }: InputPlace): number | undefined {
    return this.#groupOffsets.get(JSON.stringify([group, topic, partition]));
  }

  setCommitted({ group, topic, partition }: InputPlace, nextOffset: number): void {
    this.#groupOffsets.set(JSON.stringify([group, topic, partition]), nextOffset);
  }

  /** Replaces what was protected for the group before. */
  protect({ group, topic, partition }: InputPlace, offset: number): void {
    this.#protected.set(JSON.stringify([group, topic, partition]), offset);
  }

  /** As much as retention may ever take: everything that the group does not need. How many records that was. */
  expire(place: InputPlace): number {
    const needed = this.#protected.get(JSON.stringify([place.group, place.topic, place.partition])) ?? 0;
    const before = this.#flaw === 'retention passes what is protected' ? (this.committed(place) ?? 0) : needed;
    const partition = this.partition(place.topic, place.partition);
    return partition.expire(Math.min(before, partition.stableEnd));
  }

  /** Fences the owner before and settles its transaction; the answer is the right to write. */
  fence(place: InputPlace): number {
    const producer = this.#producer(place);
    if (this.#flaw === 'no fencing') return producer.epoch;
    producer.epoch += 1;
    if (this.#flaw !== 'transactions left open by the fence') this.#settle(producer, 'aborted');
    return producer.epoch;
  }

  mustOwn(place: InputPlace, epoch: number): void {
    if (this.#producer(place).epoch === epoch) return;
    throw new ScreenerError('TASK_FENCED', { group: place.group, partition: place.partition });
  }

  /** Into the open transaction of the owner, which this may begin. */
  produce(place: InputPlace, epoch: number, outputs: readonly NewRecord[]): void {
    this.mustOwn(place, epoch);
    if (this.#flaw === 'outputs without a transaction') {
      this.append(outputs);
      return;
    }
    const producer = this.#producer(place);
    producer.transaction ??= this.#begin(producer);
    for (const output of outputs) this.#partitionFor(output).append(output, producer.transaction);
  }

  /** Outputs and input offset become visible in the same instant. */
  commit(place: InputPlace, epoch: number, nextOffset: number): void {
    this.mustOwn(place, epoch);
    this.setCommitted(place, nextOffset);
    this.#settle(this.#producer(place), 'committed');
  }

  /** The same in one step, as an engine does it that has only one file. */
  commitAtOnce(place: InputPlace, epoch: number, outputs: readonly NewRecord[], nextOffset: number): void {
    this.mustOwn(place, epoch);
    this.append(outputs);
    this.setCommitted(place, nextOffset);
  }

  history(topic: string): LogRecord[][] {
    return this.partitions(topic).map((partition) => partition.history());
  }

  #begin(producer: Producer): Transaction {
    const transaction: Transaction = { state: 'open', partitions: new Set() };
    this.#time.after(transactionTimeoutMs, () => {
      if (transaction.state !== 'open') return;
      producer.epoch += 1;
      this.#settle(producer, 'aborted');
    });
    return transaction;
  }

  #settle(producer: Producer, state: 'committed' | 'aborted'): void {
    const { transaction } = producer;
    producer.transaction = undefined;
    if (transaction === undefined) return;
    transaction.state = state;
    for (const partition of transaction.partitions) partition.mark(transaction);
    this.#wake(this.#topics.keys());
  }

  #producer(place: InputPlace): Producer {
    const id = JSON.stringify([place.group, place.topic, place.partition]);
    const found = this.#producers.get(id) ?? { epoch: 0, transaction: undefined };
    this.#producers.set(id, found);
    return found;
  }

  #partitionFor(record: NewRecord): SimulatedPartition {
    const partitions = this.partitions(record.topic);
    return this.partition(record.topic, record.partition ?? partitionOf(record.key, partitions.length));
  }

  #wake(topics: Iterable<string>): void {
    for (const topic of new Set(topics)) {
      const waiting = this.#waiting.get(topic);
      if (waiting === undefined) continue;
      this.#waiting.delete(topic);
      for (const call of waiting) call();
    }
  }
}
