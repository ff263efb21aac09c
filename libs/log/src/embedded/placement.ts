/** Finds topic and partition of records before anything is written: what cannot be written is refused as a whole. */
import { ScreenerError } from '@screener/errors';
import { partitionOf } from '../partitioner.ts';
import type { NewRecord } from '../port.ts';
import { LiveTopic } from './live-topic.ts';
import type { PlacedRecord } from './partition-source.ts';
import type { StoredTopic } from './stored-topic.ts';

export type Topic = StoredTopic | LiveTopic;

export interface SplitRecords {
  readonly stored: readonly PlacedRecord<StoredTopic>[];
  readonly live: readonly PlacedRecord<LiveTopic>[];
}

export function splitRecords(records: readonly NewRecord[], topicOf: (name: string) => Topic): SplitRecords {
  const stored: PlacedRecord<StoredTopic>[] = [];
  const live: PlacedRecord<LiveTopic>[] = [];
  for (const record of records) {
    const topic = topicOf(record.topic);
    const { partitions, name } = topic.description;
    const partition = record.partition ?? partitionOf(record.key, partitions);
    if (!Number.isInteger(partition) || partition < 0 || partition >= partitions) {
      throw new ScreenerError('PARTITION_UNKNOWN', { topic: name, last: partitions - 1, partition });
    }
    // Found here, because inside the shared transaction it would take its neighbours down with it.
    if (!Number.isSafeInteger(record.timestamp)) {
      throw new RangeError(`a record of ${name} has the timestamp ${record.timestamp}: expected whole milliseconds`);
    }
    if (topic instanceof LiveTopic) live.push({ topic, partition, record });
    else stored.push({ topic, partition, record });
  }
  return { stored, live };
}
