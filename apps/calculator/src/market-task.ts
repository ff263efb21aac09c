/** Closes market-wide numbers as a pure fold over market.parts, which has one partition. */
import { decodeAs, decodeEvent, encodeEvent, type PartitionMeasured } from '@screener/events';
import type { LogRecord, Task, TaskContext } from '@screener/log';
import { closeMarket, MarketRelations, MINUTE_MS, marketAheadMsMax } from '@screener/market';

/**
 * 1: JSON; what partitions delivered stands in it as the events that came. 2: beside it the returns of each instrument, under its
 * name, made from the log where there are none. 3: parts with more
 * changes and volumes; an encoded part stands in it, so a change of its schema is a new version.
 */
export const marketSnapshotVersion = 3;

/**
 * Encoded parts of minutes that wait for partitions: in base64, a snapshot of them stays below the megabyte that a broker takes. The
 * oldest minute is closed first.
 */
export const bytesWaitingMax = 700_000;

/** What waits and what is closed is one: a minute concerns every instrument. No instrument has this name. */
const stateKey = 'market';

interface MarketSnapshot {
  readonly closed: number;
  /** By partition: newest minute delivered, -1 before the first. */
  readonly newest: readonly number[];
  /** Parts of minutes that are not closed yet, in base64. */
  readonly parts: readonly string[];
}

interface WaitingPart {
  readonly part: PartitionMeasured;
  readonly bytes: number;
}

export interface MarketWaiting {
  /** Newest minute that some partition has not delivered yet. */
  readonly openTime: number;
  /** Records taken so far: while it grows, partitions are only behind. */
  readonly records: number;
}

export interface MarketTask extends Task {
  /** For whoever looks at the clock: undefined where no minute waits for a partition. */
  waiting(): MarketWaiting | undefined;
}

/** A minute is over when every partition has delivered it, or a later one, or when it is said to be overdue. */
export function createMarketTask(partitions: number): MarketTask {
  let closed = -1;
  let newest: number[] = Array.from({ length: partitions }, () => -1);
  /** By minute, then by partition. */
  const waiting = new Map<number, Map<number, WaitingPart>>();
  let bytesWaiting = 0;
  let records = 0;
  const relations = new MarketRelations();

  const keep = (part: PartitionMeasured, bytes: number): void => {
    let ofMinute = waiting.get(part.openTime);
    if (ofMinute === undefined) {
      ofMinute = new Map();
      waiting.set(part.openTime, ofMinute);
    }
    if (ofMinute.has(part.partition)) return;
    ofMinute.set(part.partition, { part, bytes });
    bytesWaiting += bytes;
    newest[part.partition] = Math.max(newest[part.partition] ?? -1, part.openTime);
  };

  const closeUntil = (last: number, record: LogRecord, context: TaskContext): void => {
    const minutes = [...waiting.keys()].filter((minute) => minute <= last).sort((one, other) => one - other);
    for (const minute of minutes) close(minute, record, context);
  };

  const close = (openTime: number, record: LogRecord, context: TaskContext): void => {
    const parts = waiting.get(openTime) ?? new Map<number, WaitingPart>();
    waiting.delete(openTime);
    closed = openTime;
    const delivered = [...parts.values()].map(({ part }) => part);
    for (const { bytes } of parts.values()) bytesWaiting -= bytes;
    const market = closeMarket({
      openTime,
      missingPartitions: newest.flatMap((_, partition) => (parts.has(partition) ? [] : [partition])),
      missing: delivered.flatMap(({ missing }) => missing),
      rows: delivered.flatMap(({ instruments }) => instruments),
      relation: (instrument, leader) => relations.relation(instrument, leader, openTime),
    });
    const key = new Date(openTime).toISOString();
    const value = encodeEvent('MarketClosed', market);
    context.emit({ topic: 'market.closed', partition: record.partition, key, timestamp: openTime + 59_999, value });
  };

  const measured = (part: PartitionMeasured, record: LogRecord, context: TaskContext): void => {
    // Too late: its minute was closed without it.
    if (part.openTime <= closed) {
      newest[part.partition] = Math.max(newest[part.partition] ?? -1, part.openTime);
      return;
    }
    keep(part, record.value?.length ?? 0);
    closeUntil(Math.min(...newest), record, context);
    while (bytesWaiting > bytesWaitingMax) close(Math.min(...waiting.keys()), record, context);
  };

  const partMeasured = (part: PartitionMeasured, record: LogRecord, context: TaskContext): void => {
    if (part.partition >= partitions) throw new RangeError(`partition ${part.partition} of ${partitions}`);
    // Before the newest returns take the place of those that these minutes need.
    if (context.fresh(stateKey)) closeUntil(part.openTime - marketAheadMsMax - MINUTE_MS, record, context);
    // Returns follow from the parts alone, not from what is closed when: a snapshot of each stands for itself.
    relations.rows(part.openTime, part.instruments, (instrument) => context.fresh(instrument));
    if (context.fresh(stateKey)) measured(part, record, context);
  };

  return {
    waiting: () => (waiting.size === 0 ? undefined : { openTime: Math.max(...waiting.keys()), records }),
    apply(record, context) {
      records += 1;
      if (record.value === null) return;
      const decoded = decodeEvent(record.value);
      if (decoded.type === 'PartitionMeasured') partMeasured(decoded.event, record, context);
      if (decoded.type === 'MinuteOverdue' && context.fresh(stateKey)) {
        closeUntil(decoded.event.openTime, record, context);
      }
    },
    keys: () => [...(newest.some((minute) => minute >= 0) ? [stateKey] : []), ...relations.instruments()],
    snapshot(key) {
      if (key !== stateKey) return relations.snapshot(key);
      const parts = [...waiting.values()].flatMap((ofMinute) =>
        [...ofMinute.values()].map(({ part }) => encodeEvent('PartitionMeasured', part).toString('base64')),
      );
      const snapshot: MarketSnapshot = { closed, newest, parts };
      return Buffer.from(JSON.stringify(snapshot));
    },
    restore(key, bytes) {
      if (key !== stateKey) {
        relations.restore(key, bytes);
        return;
      }
      const snapshot = JSON.parse(Buffer.from(bytes).toString('utf8')) as MarketSnapshot;
      closed = snapshot.closed;
      waiting.clear();
      bytesWaiting = 0;
      for (const part of snapshot.parts) {
        const bytes = Buffer.from(part, 'base64');
        keep(decodeAs('PartitionMeasured', bytes), bytes.length);
      }
      newest = [...snapshot.newest];
    },
  };
}
