/** Closes market-wide numbers as a pure fold over market.parts, which has one partition. */
import { decodeAs, decodeEvent, encodeEvent, type PartitionMeasured } from '@screener/events';
import type { LogRecord, Task, TaskContext } from '@screener/log';
import { closeMarket, MarketRelations, MINUTE_MS, MINUTES_AHEAD_MAX, marketAheadMsMax } from '@screener/market';
import { isMinuteKey, type WaitingIndex, WaitingMinutes } from './waiting-minutes.ts';

/**
 * 1: JSON; what partitions delivered stands in it as the events that came. 2: beside it the returns of each instrument, under its
 * name, made from the log where there are none. 3: parts with more changes and volumes. 4: parts by minute, each under its own key; an
 * encoded part stands in it, so a change of its schema is a new version.
 */
export const marketSnapshotVersion = 4;

/** Of the state of version 3, which had all waiting parts in it, `restore` makes today's. */
export const migrateMarketSnapshot = (version: number, _key: string, state: Uint8Array): Uint8Array | undefined =>
  version === 3 ? state : undefined;

/** Encoded parts of minutes that wait for partitions; in memory as they are. The oldest minute is closed first. */
export const bytesWaitingMax = 67_108_864;

/** Minutes that wait for partitions: as many as a part may be ahead of the oldest of them. */
export const minutesWaitingMax = MINUTES_AHEAD_MAX + 1;

/** Which minutes wait and what is closed is one: a minute concerns every instrument. No instrument has this name. */
const stateKey = 'market';

interface MarketSnapshot {
  readonly closed: number;
  /** Closed before the newest, where that came far ahead and not of all partitions. */
  readonly beforeLeap?: number | null;
  /** By partition: newest minute delivered, -1 before the first. */
  readonly newest: readonly number[];
  readonly waiting?: WaitingIndex;
  /** Version 3: parts of minutes that are not closed yet, in base64. */
  readonly parts?: readonly string[];
}

export interface MarketWaiting {
  readonly oldest: number;
  readonly newest: number;
  /** Newest minute that every partition has delivered which has the oldest: what others lack of it is not still on its way. */
  readonly delivered: number;
  /** Changes with whatever comes of the partitions that lack the oldest: then they are only behind. */
  readonly progress: number;
}

export interface MarketTask extends Task {
  /** For whoever looks at the clock: undefined where no minute waits for a partition. */
  waiting(): MarketWaiting | undefined;
}

/** A minute is over when every partition has delivered it, or a later one, or when it is said to be overdue. */
export function createMarketTask(partitions: number, bytesMax: number = bytesWaitingMax): MarketTask {
  let closed = -1;
  let beforeLeap: number | null = null;
  let newest: number[] = Array.from({ length: partitions }, () => -1);
  const waiting = new WaitingMinutes(partitions);
  const relations = new MarketRelations();

  const closeUntil = (last: number, record: LogRecord, context: TaskContext): void => {
    for (const minute of waiting.openTimes()) if (minute <= last) close(minute, record, context);
  };

  const close = (openTime: number, record: LogRecord, context: TaskContext): void => {
    const parts = waiting.take(openTime);
    const delivered = new Set(parts.map(({ partition }) => partition));
    const missingPartitions = newest.flatMap((_, partition) => (delivered.has(partition) ? [] : [partition]));
    beforeLeap = missingPartitions.length > 0 && openTime > closed + marketAheadMsMax ? closed : null;
    closed = openTime;
    const market = closeMarket({
      openTime,
      missingPartitions,
      missing: parts.flatMap(({ missing }) => missing),
      rows: parts.flatMap(({ instruments }) => instruments),
      relation: (instrument, leader) => relations.relation(instrument, leader, openTime),
    });
    const key = new Date(openTime).toISOString();
    const value = encodeEvent('MarketClosed', market);
    context.emit({ topic: 'market.closed', partition: record.partition, key, timestamp: openTime + 59_999, value });
  };

  const measured = (part: PartitionMeasured, record: LogRecord, context: TaskContext): void => {
    const { openTime, partition } = part;
    const before = newest[partition] ?? -1;
    // The minutes of a partition ascend. One that goes so far back had leapt: what it says now is its time.
    const hadLeapt = openTime < before - marketAheadMsMax;
    if (hadLeapt) waiting.dropAfter(openTime + marketAheadMsMax, partition);
    newest[partition] = hadLeapt ? openTime : Math.max(before, openTime);
    // Nobody is anywhere near what was closed last: those who delivered it had leapt.
    if (beforeLeap !== null && Math.max(...newest) < closed - marketAheadMsMax) {
      closed = beforeLeap;
      beforeLeap = null;
    }
    // Too late: its minute was closed without it.
    if (openTime <= closed) return;
    const encoded = encodedOf(record);
    waiting.keep(part, encoded);
    waiting.came(part, encoded.length);
    closeUntil(Math.min(...newest), record, context);
    while (waiting.bytes > bytesMax || waiting.count > minutesWaitingMax) {
      close(Math.min(...waiting.openTimes()), record, context);
    }
  };

  const partMeasured = (part: PartitionMeasured, record: LogRecord, context: TaskContext): void => {
    if (part.partition >= partitions) throw new RangeError(`partition ${part.partition} of ${partitions}`);
    const isFresh = context.fresh(stateKey);
    // Before the newest returns take the place of those that these minutes need.
    if (isFresh && part.instruments.length > 0)
      closeUntil(part.openTime - marketAheadMsMax - MINUTE_MS, record, context);
    // Returns follow from the parts alone, not from what is closed when: a snapshot of each stands for itself.
    relations.rows(part.openTime, part.instruments, (instrument) => context.fresh(instrument));
    if (isFresh) measured(part, record, context);
    else waiting.keep(part, encodedOf(record));
  };

  return {
    waiting() {
      const openTimes = waiting.openTimes();
      const [oldest, newestWaiting = oldest] = [openTimes[0], openTimes.at(-1)];
      if (oldest === undefined || newestWaiting === undefined) return undefined;
      const delivered = Math.min(newestWaiting, ...newest.filter((minute) => minute >= oldest));
      const progress = newest.reduce((sum, minute) => (minute < oldest ? sum + minute : sum), 0);
      return { oldest, newest: newestWaiting, delivered, progress };
    },
    apply(record, context) {
      if (record.value === null) return;
      const decoded = decodeEvent(record.value);
      if (decoded.type === 'PartitionMeasured') partMeasured(decoded.event, record, context);
      if (decoded.type === 'MinuteOverdue' && context.fresh(stateKey)) {
        closeUntil(decoded.event.openTime, record, context);
      }
    },
    keys: () => [
      ...(newest.some((minute) => minute >= 0) ? [stateKey] : []),
      ...waiting.keys(),
      ...relations.instruments(),
    ],
    snapshot(key) {
      if (isMinuteKey(key)) return waiting.snapshot(key);
      if (key !== stateKey) return relations.snapshot(key);
      const snapshot: MarketSnapshot = { closed, beforeLeap, newest, waiting: waiting.index() };
      return Buffer.from(JSON.stringify(snapshot));
    },
    restore(key, bytes) {
      if (isMinuteKey(key)) {
        waiting.restore(key, bytes);
        return;
      }
      if (key !== stateKey) {
        relations.restore(key, bytes);
        return;
      }
      const snapshot = JSON.parse(Buffer.from(bytes).toString('utf8')) as MarketSnapshot;
      closed = snapshot.closed;
      beforeLeap = snapshot.beforeLeap ?? null;
      newest = [...snapshot.newest];
      waiting.restoreIndex(snapshot.waiting ?? []);
      for (const text of snapshot.parts ?? []) {
        const encoded = Buffer.from(text, 'base64');
        const part = decodeAs('PartitionMeasured', encoded);
        waiting.keep(part, encoded);
        waiting.came(part, encoded.length);
      }
    },
  };
}

const encodedOf = ({ value }: LogRecord): Uint8Array => value ?? new Uint8Array();
