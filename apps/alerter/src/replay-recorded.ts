/**
 * Runs an alerter once more over what the log recorded: the same input, and side inputs as of the offsets that the run
 * itself recorded. What comes out is what came out.
 */
import { decodeEvent, type RecordSkipped, type SideOffsetsTaken } from '@screener/events';
import type { Log, LogRecord, NewRecord, Task } from '@screener/log';
import { ALERTER_GROUP, alerterSides } from './alerter-definition.ts';

export interface RecordedReplay {
  readonly partition: number;
  readonly task: Task;
  readonly emit: (output: NewRecord, of: LogRecord) => void;
  /** Default: the group of the app. */
  readonly group?: string;
  /** Records of other keys are passed over; records without a key never are. */
  readonly key?: string;
  /** False: this record of the input, and what follows, is not wanted any more. Asked of those that are not passed over. */
  readonly goOn?: (record: LogRecord) => boolean;
  /** Event time of the oldest record that matters; default: all that is kept. */
  readonly from?: number;
  /** Told of each batch of the input before it is taken in: how many records it has. */
  readonly read?: (records: number) => void;
}

export async function replayRecorded(log: Log, replay: RecordedReplay): Promise<void> {
  const { partition, task, emit, key, goOn = () => true, from, read } = replay;
  const { marks, skips } = await recordedBy(log, replay.group ?? ALERTER_GROUP, partition);
  const sides = await readSides(log);
  const reader = log.reader({
    topic: 'metrics.closed',
    partitions: [partition],
    from: from === undefined ? 'beginning' : { time: from },
    until: 'end',
  });
  let next = 0;
  for await (const batch of reader) {
    read?.(batch.length);
    for (const record of batch) {
      for (let mark = marks[next]; mark !== undefined && mark.inputOffset <= record.offset; mark = marks[next]) {
        next += 1;
        sides.feed(task, mark, skips);
      }
      if (skips.has(placeOf(record)) || (key !== undefined && record.key !== null && record.key !== key)) continue;
      if (!goOn(record)) {
        await reader.close();
        return;
      }
      task.apply(record, { emit: (output) => emit(output, record), fresh: () => true });
    }
  }
}

const placeOf = ({ topic, partition, offset }: Pick<LogRecord, 'topic' | 'partition' | 'offset'>): string =>
  `${topic}/${partition}/${offset}`;

interface Recorded {
  /** In order of input offset. */
  readonly marks: readonly SideOffsetsTaken[];
  readonly skips: ReadonlySet<string>;
}

async function recordedBy(log: Log, group: string, partition: number): Promise<Recorded> {
  const marks = new Map<number, SideOffsetsTaken>();
  const skips = new Set<string>();
  const skipped = ({ topic, recordPartition, recordOffset }: RecordSkipped): void => {
    skips.add(placeOf({ topic, partition: recordPartition, offset: recordOffset }));
  };
  for await (const batch of log.reader({
    topic: 'snapshots.alerter',
    partitions: [partition],
    from: 'beginning',
    until: 'end',
  })) {
    for (const { key, value } of batch) {
      if (value === null || !key?.startsWith(`${group}/${partition}/s`)) continue;
      const decoded = decodeEvent(value);
      if (decoded.type === 'SideOffsetsTaken') marks.set(decoded.event.inputOffset, decoded.event);
      if (decoded.type === 'RecordSkipped') skipped(decoded.event);
    }
  }
  return { marks: [...marks.values()].sort((one, other) => one.inputOffset - other.inputOffset), skips };
}

interface RecordedSides {
  feed(task: Task, mark: SideOffsetsTaken, skips: ReadonlySet<string>): void;
}

async function readSides(log: Log): Promise<RecordedSides> {
  const topics = new Map<string, { readonly records: readonly LogRecord[]; head: number }[]>();
  for (const topic of alerterSides) {
    const partitions: LogRecord[][] = (await log.offsets(topic)).map(() => []);
    for await (const batch of log.reader({ topic, from: 'beginning', until: 'end' })) {
      for (const record of batch) partitions[record.partition]?.push(record);
    }
    topics.set(
      topic,
      partitions.map((records) => ({ records, head: 0 })),
    );
  }
  return {
    // In the order in which the processor feeds them: topic by topic, partition by partition.
    feed(task, { sides }, skips) {
      for (const [topic, partitions] of topics) {
        for (const [partition, side] of partitions.entries()) {
          const end = sides[topic]?.[partition] ?? 0;
          for (let record = side.records[side.head]; record !== undefined; record = side.records[side.head]) {
            if (record.offset >= end) break;
            side.head += 1;
            if (!skips.has(placeOf(record))) task.applySide?.(record);
          }
        }
      }
    },
  };
}
