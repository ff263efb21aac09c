/**
 * Reads a slice of a topic. By offset it is a piece of each partition; by time it is all events of that time, wherever they
 * stand: candles that were fetched at the start lie behind newer ones of other instruments. Slices that follow each other
 * add up, in both cases.
 */
import type { Log, LogRecord, Position, Reader } from '@screener/log';
import type { Stop } from './positions.ts';

export interface Range {
  readonly topic: string;
  readonly partitions: readonly number[];
  readonly from: Position;
  readonly stop: Stop | undefined;
  readonly follow: boolean;
}

export interface Slice {
  readonly records: readonly LogRecord[];
  /** Next offset of each partition that is still read. */
  readonly positions: ReadonlyMap<number, number>;
}

export async function* readRange(log: Log, range: Range, signal: AbortSignal): AsyncGenerator<Slice> {
  const { topic, follow } = range;
  const slice = new RangeFilter(range, follow ? await endsOf(log, topic) : undefined);
  let { from } = range;
  let partitions = [...range.partitions];
  while (partitions.length > 0 && !signal.aborted) {
    const reader = log.reader({ topic, partitions, from, ...(!follow && { until: 'end' as const }) });
    try {
      for await (const batch of closedBy(reader, signal)) {
        const records = slice.filters ? batch.filter((record) => slice.has(record)) : batch;
        yield { records, positions: reader.positions() };
        // What lies behind the stop is not read any further: the others go on without that partition.
        if (partitions.some((partition) => slice.ended.has(partition))) break;
      }
    } finally {
      await reader.close();
    }
    const going = partitions.filter((partition) => !slice.ended.has(partition));
    if (going.length === partitions.length) return;
    partitions = going;
    const positions = reader.positions();
    from = { offsets: new Map(partitions.map((partition) => [partition, positions.get(partition) ?? 0])) };
  }
}

class RangeFilter {
  /** Partitions in which nothing of the slice can come any more. */
  readonly ended = new Set<number>();
  readonly #since: number;
  readonly #stop: Stop | undefined;
  readonly #ends: ReadonlyMap<number, number> | undefined;

  /** `ends`: when following, where each partition ended at the start. What comes after that comes in order of time. */
  constructor({ from, stop }: Range, ends: ReadonlyMap<number, number> | undefined) {
    this.#since = typeof from === 'object' && 'time' in from ? from.time : Number.NEGATIVE_INFINITY;
    this.#stop = stop;
    this.#ends = ends;
  }

  get filters(): boolean {
    return this.#stop !== undefined || this.#since > Number.NEGATIVE_INFINITY;
  }

  has({ partition, offset, timestamp }: LogRecord): boolean {
    const stop = this.#stop;
    if (this.ended.has(partition) || timestamp < this.#since) return false;
    if (stop === undefined) return true;
    if ('offset' in stop) {
      if (offset < stop.offset) return true;
      this.ended.add(partition);
      return false;
    }
    if (timestamp < stop.time) return true;
    if (offset >= (this.#ends?.get(partition) ?? Number.POSITIVE_INFINITY)) this.ended.add(partition);
    return false;
  }
}

const endsOf = async (log: Log, topic: string): Promise<ReadonlyMap<number, number>> =>
  new Map((await log.offsets(topic)).map(({ partition, end }) => [partition, end]));

async function* closedBy(reader: Reader, signal: AbortSignal): AsyncGenerator<readonly LogRecord[]> {
  const close = (): void => void reader.close();
  signal.addEventListener('abort', close, { once: true });
  try {
    for await (const batch of reader) {
      if (signal.aborted) return;
      yield batch;
    }
  } finally {
    signal.removeEventListener('abort', close);
  }
}
