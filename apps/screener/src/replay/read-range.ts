/** Reads a slice of a topic: from a position up to a stop in each partition. Slices that follow each other add up. */
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
  let { from } = range;
  let partitions = [...range.partitions];
  while (partitions.length > 0 && !signal.aborted) {
    const { topic, follow, stop } = range;
    const reader = log.reader({ topic, partitions, from, ...(!follow && { until: 'end' as const }) });
    const ended = new Set<number>();
    try {
      for await (const batch of closedBy(reader, signal)) {
        const records = stop === undefined ? batch : batch.filter((record) => isBefore(record, stop, ended));
        yield { records, positions: reader.positions() };
        // What lies behind the stop is not read any further: the others go on without that partition.
        if (ended.size > 0) break;
      }
    } finally {
      await reader.close();
    }
    if (ended.size === 0) return;
    const positions = reader.positions();
    partitions = partitions.filter((partition) => !ended.has(partition));
    from = { offsets: new Map(partitions.map((partition) => [partition, positions.get(partition) ?? 0])) };
  }
}

function isBefore(record: LogRecord, stop: Stop, ended: Set<number>): boolean {
  if (ended.has(record.partition)) return false;
  if ('offset' in stop ? record.offset < stop.offset : record.timestamp < stop.time) return true;
  ended.add(record.partition);
  return false;
}

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
