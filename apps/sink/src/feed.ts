/** What the sink writes where: one feed per topic. A record becomes a row, is none of ours, or cannot be one. */
import { ScreenerError } from '@screener/errors';
import { type AnyEvent, decodeEvent, UndecodableEvent } from '@screener/events';
import type { LogRecord } from '@screener/log';
import {
  alertTarget,
  alertToCopy,
  type CopyRow,
  candleTarget,
  candleToCopy,
  copyLine,
  type MergeTarget,
} from '@screener/storage';

export interface Feed {
  readonly group: string;
  readonly topic: string;
  readonly target: MergeTarget;
  /** Its records are old when they are written: they say nothing of how far behind we are. */
  readonly ofThePast?: true;
  /** undefined: no row comes of it, as of gaps and markers. */
  readonly rowOf: (decoded: AnyEvent) => CopyRow | undefined;
}

/** PostgreSQL's index entries hold 2,704 bytes; no exchange writes symbols of a fraction of that. */
const INSTRUMENT_LENGTH_MAX = 256;

export const klinesFeed: Feed = {
  group: 'sink.klines',
  topic: 'klines.closed',
  target: candleTarget,
  // Corrections come after what they correct: the last word on a minute stays.
  rowOf: ({ type, event }) =>
    type === 'KlineClosed' || type === 'KlineCorrected' ? candleToCopy(withShortName('candles', event)) : undefined,
};

/** What a backfill fetched, or somebody imported. Where a live candle is there already, the exchange's later word counts. */
export const historyFeed: Feed = {
  group: 'sink.history',
  topic: 'klines.history',
  target: candleTarget,
  ofThePast: true,
  rowOf: klinesFeed.rowOf,
};

export const alertsFeed: Feed = {
  group: 'sink.alerts',
  topic: 'alerts',
  target: alertTarget,
  rowOf: ({ type, event }) => {
    if (type !== 'AlertTriggered') return undefined;
    const { volume = null, changePct = null, ...alert } = withShortName('alerts', event);
    return alertToCopy({ ...alert, volume, changePct });
  },
};

export interface Rejection {
  readonly record: LogRecord;
  readonly cause: unknown;
}

/** Rows as lines of COPY. What the table cannot hold is refused here, where it costs one record and not its batch. */
export function linesOf(feed: Feed, records: readonly LogRecord[]): { lines: string[]; rejections: Rejection[] } {
  const lines: string[] = [];
  const rejections: Rejection[] = [];
  for (const record of records) {
    if (record.value === null) continue;
    try {
      const row = feed.rowOf(decodeEvent(record.value));
      if (row !== undefined) lines.push(copyLine(feed.target, row));
    } catch (cause) {
      if (!isAboutTheRecord(cause)) throw cause;
      rejections.push({ record, cause });
    }
  }
  return { lines, rejections };
}

const isAboutTheRecord = (cause: unknown): boolean =>
  cause instanceof UndecodableEvent || (cause instanceof ScreenerError && cause.code === 'ROW_INVALID');

function withShortName<T extends { readonly instrument: string }>(table: string, event: T): T {
  const { length } = event.instrument;
  if (length > INSTRUMENT_LENGTH_MAX) {
    const expected = `at most ${INSTRUMENT_LENGTH_MAX} characters`;
    throw new ScreenerError('ROW_INVALID', {
      row: 0,
      table,
      column: 'instrument',
      found: `${length} characters`,
      expected,
    });
  }
  return event;
}
