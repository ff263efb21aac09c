/** Follows partitions of one topic, stored or live, in batches. */
import { ScreenerError } from '@screener/errors';
import type { LogRecord, Position, Reader, ReaderOptions } from '../port.ts';
import type { PartitionSource } from './partition-source.ts';
import type { WakeUps } from './wake-ups.ts';

/** A batch is full with so many records, or roughly so many bytes of values. */
const recordsMaxPerBatch = 1_000;
const bytesMaxPerBatch = 1_048_576;
/** Reading without a pause would starve timers and sockets: SQLite answers without ever leaving the event loop. */
const pauseAfterMs = 8;

export class EmbeddedReader implements Reader {
  readonly #open: () => PartitionSource;
  readonly #wakeUps: WakeUps;
  readonly #options: ReaderOptions;
  readonly #ended: () => void;
  readonly #positions = new Map<number, number>();
  #closed = false;
  #abandonWait: () => void = () => {};
  /** Records asked for at once, so that batches of big values stay small. */
  #step = 100;
  #turn = 0;

  /** `open` finds the topic; it throws when there is none. */
  constructor(open: () => PartitionSource, wakeUps: WakeUps, options: ReaderOptions, ended: () => void) {
    this.#ended = ended;
    this.#open = open;
    this.#wakeUps = wakeUps;
    this.#options = options;
  }

  positions(): ReadonlyMap<number, number> {
    return this.#positions;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#abandonWait();
    this.#ended();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly LogRecord[]> {
    const source = this.#open();
    const partitions = this.#options.partitions ?? Array.from({ length: source.description.partitions }, (_, i) => i);
    for (const partition of partitions) this.#positions.set(partition, startOf(source, partition, this.#options.from));
    const stops = this.#options.until === 'end' ? new Map(partitions.map((p) => [p, source.end(p)])) : undefined;
    const followed = new Set(partitions);
    let pausedAt = performance.now();
    try {
      while (!this.#closed) {
        const batch = this.#read(source, partitions, stops);
        if (batch.length > 0) {
          yield batch;
          if (performance.now() - pausedAt < pauseAfterMs) continue;
          await new Promise((resolve) => setImmediate(resolve));
          pausedAt = performance.now();
        } else {
          if (stops !== undefined) return;
          const { woken, abandon } = this.#wakeUps.wait(source.description.name, followed);
          this.#abandonWait = abandon;
          await woken;
          pausedAt = performance.now();
        }
      }
    } finally {
      this.#closed = true;
      this.#ended();
    }
  }

  /** One batch over all partitions, beginning with another one each time so that none starves. */
  #read(
    source: PartitionSource,
    partitions: readonly number[],
    stops: ReadonlyMap<number, number> | undefined,
  ): LogRecord[] {
    const batch: LogRecord[] = [];
    let bytes = 0;
    this.#turn += 1;
    for (let i = 0; i < partitions.length && batch.length < this.#step; i += 1) {
      const partition = partitions[(i + this.#turn) % partitions.length] ?? 0;
      const from = this.#positions.get(partition) ?? 0;
      const before = stops?.get(partition) ?? source.end(partition);
      if (from >= before) continue;
      const asked = this.#step - batch.length;
      const records = source.read(partition, from, before, asked);
      const last = records.at(-1);
      // Fewer than asked for: what is missing up to `before` was removed by retention or compaction.
      const next = last === undefined || records.length < asked ? before : last.offset + 1;
      this.#positions.set(partition, next);
      for (const record of records) {
        bytes += record.value?.length ?? 0;
        batch.push(record);
      }
    }
    if (batch.length > 0) {
      const bytesPerRecord = Math.max(1, bytes / batch.length);
      this.#step = Math.max(1, Math.min(recordsMaxPerBatch, Math.floor(bytesMaxPerBatch / bytesPerRecord)));
    }
    return batch;
  }
}

function startOf(source: PartitionSource, partition: number, from: Position): number {
  const { partitions, name } = source.description;
  if (!Number.isInteger(partition) || partition < 0 || partition >= partitions) {
    throw new ScreenerError('PARTITION_UNKNOWN', { topic: name, last: partitions - 1, partition });
  }
  const beginning = source.beginning(partition);
  if (from === 'beginning') return beginning;
  if (from === 'end') return source.end(partition);
  if ('time' in from) return source.offsetAt(partition, from.time);
  return Math.max(beginning, from.offsets.get(partition) ?? beginning);
}
