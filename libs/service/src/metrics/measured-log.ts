/** The log as an app gets it: the same log, and what goes through it is counted. So no app has to count that by itself. */
import type { ExternalTask, Log, Member, NewRecord, SourceTask, Task, Writer } from '@screener/log';
import { startPolling } from '../polling.ts';
import { durationBuckets, type Labels, type Metrics } from './metrics.ts';

/** Lag costs a round trip on Kafka; a scrape every 15 s sees each value. */
const LAG_EVERY_MS = 10_000;

export interface MeasuredLogOptions {
  readonly lagEveryMs?: number;
}

interface Tally {
  took(records: number): void;
  end(): void;
}

type Append = (records: readonly NewRecord[]) => Promise<void>;

export function measuredLog(log: Log, metrics: Metrics, { lagEveryMs = LAG_EVERY_MS }: MeasuredLogOptions = {}): Log {
  const appended = metrics.counter('screener_log_appended_records_total', 'Records appended to the log, durable', [
    'topic',
  ]);
  const appendSeconds = metrics.histogram(
    'screener_log_append_seconds',
    'How long an append took until it was durable, by the topic of its first record; appends that failed count too',
    durationBuckets,
    ['topic'],
  );
  const appendsFailed = metrics.counter('screener_log_appends_failed_total', 'Appends that failed', ['topic']);
  const processed = metrics.counter(
    'screener_log_processed_records_total',
    'Records that a task has taken, those of replays included, or that a store outside the log has committed',
    ['group', 'topic'],
  );
  const storeSeconds = metrics.histogram(
    'screener_log_store_seconds',
    'How long a consumer took to commit one batch to its own store',
    durationBuckets,
    ['group', 'topic'],
  );
  const lag = metrics.gauge(
    'screener_log_lag_records',
    'Records that wait to be read, by partition, of the partitions that this process owns',
    ['group', 'topic', 'partition'],
  );
  const owned = metrics.gauge('screener_log_partitions', 'Partitions that this process owns and has caught up with', [
    'group',
    'topic',
  ]);

  const measuredAppend =
    (append: Append): Append =>
    async (records) => {
      const topic = records[0]?.topic ?? '';
      const began = performance.now();
      try {
        await append(records);
        for (const [name, count] of countByTopic(records)) appended.inc(count, { topic: name });
      } catch (cause) {
        appendsFailed.inc(1, { topic });
        throw cause;
      } finally {
        appendSeconds.observe((performance.now() - began) / 1_000, { topic });
      }
    };

  /** One addition per record; the counter itself is only told when somebody reads it. */
  const tallyOf = (labels: Labels<'group' | 'topic'>): Tally => {
    let taken = 0;
    const tell = (): void => {
      if (taken > 0) processed.inc(taken, labels);
      taken = 0;
    };
    const endTelling = metrics.beforeRead(tell);
    return {
      took: (records) => {
        taken += records;
      },
      end() {
        tell();
        endTelling();
      },
    };
  };

  const watched = async (
    labels: Labels<'group' | 'topic'>,
    tally: Tally,
    joining: Promise<Member>,
  ): Promise<Member> => {
    const member = await joining.catch((cause: unknown) => {
      tally.end();
      throw cause;
    });
    let over = false;
    const polling = startPolling({
      everyMs: lagEveryMs,
      async look() {
        const lags = await log.lag(labels.group, labels.topic);
        lag.clear(labels);
        if (over) return;
        const own = new Set(member.partitions());
        owned.set(own.size, labels);
        for (const { partition, lag: waiting } of lags) {
          if (own.has(partition)) lag.set(waiting, { ...labels, partition: String(partition) });
        }
      },
    });
    // The look under way is not waited for: where the log does not answer, nobody's end depends on it.
    const ended = (): void => {
      over = true;
      void polling.stop();
      owned.clear(labels);
      lag.clear(labels);
    };
    member.failed.catch(() => {
      ended();
      tally.end();
    });
    return {
      failed: member.failed,
      partitions: () => member.partitions(),
      async close() {
        ended();
        await member.close();
        tally.end();
      },
    };
  };

  return {
    ...log,
    writer: () => measuredWriter(log.writer(), measuredAppend),
    processor: (definition) => {
      const labels = { group: definition.group, topic: definition.input };
      const tally = tallyOf(labels);
      const task = (partition: number): Task => countedTask(definition.task(partition), tally);
      return watched(labels, tally, log.processor({ ...definition, task }));
    },
    consumer: (definition) => {
      const labels = { group: definition.group, topic: definition.input };
      const tally = tallyOf(labels);
      const wrote = (records: number, seconds: number): void => {
        tally.took(records);
        storeSeconds.observe(seconds, labels);
      };
      const task = (partition: number): ExternalTask => timedTask(definition.task(partition), wrote);
      return watched(labels, tally, log.consumer({ ...definition, task }));
    },
    source: (definition) =>
      log.source({ ...definition, task: (partition) => measuredSource(definition.task(partition), measuredAppend) }),
  };
}

/** The records of an append mostly stand by topic; of a few topics at most. */
function countByTopic(records: readonly NewRecord[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { topic } of records) counts.set(topic, (counts.get(topic) ?? 0) + 1);
  return counts;
}

const measuredWriter = (writer: Writer, measured: (append: Append) => Append): Writer => ({
  append: measured((records) => writer.append(records)),
  close: () => writer.close(),
});

const measuredSource = (task: SourceTask, measured: (append: Append) => Append): SourceTask => ({
  start: (writer) => task.start({ append: measured((records) => writer.append(records)) }),
  close: () => task.close(),
});

/** What a task leaves out stays out: the processor looks at which methods there are. */
const countedTask = (task: Task, tally: Tally): Task => ({
  apply(record, context) {
    tally.took(1);
    task.apply(record, context);
  },
  ...(task.applySide && { applySide: task.applySide.bind(task) }),
  ...(task.applyLive && { applyLive: task.applyLive.bind(task) }),
  ...(task.keys && { keys: task.keys.bind(task) }),
  ...(task.snapshot && { snapshot: task.snapshot.bind(task) }),
  ...(task.restore && { restore: task.restore.bind(task) }),
});

const timedTask = (task: ExternalTask, wrote: (records: number, seconds: number) => void): ExternalTask => ({
  load: (input) => task.load(input),
  async write(records, nextOffset) {
    const began = performance.now();
    await task.write(records, nextOffset);
    wrote(records.length, (performance.now() - began) / 1_000);
  },
  ...(task.close && { close: task.close.bind(task) }),
});
