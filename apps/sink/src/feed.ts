/** What the sink writes where: one feed per topic. A record becomes a row, is none of ours, or cannot be one. */
import { ScreenerError } from '@screener/errors';
import { type AlertTriggered, type AnyEvent, decodeEvent, UndecodableEvent } from '@screener/events';
import type { LogRecord } from '@screener/log';
import {
  type AlertUpdate,
  alertTarget,
  alertToCopy,
  type CopyRow,
  candleTarget,
  candleToCopy,
  checkAlertUpdate,
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
  /** What became of a row that was written before; undefined: the event says nothing of one. */
  readonly updateOf?: (decoded: AnyEvent) => AlertUpdate | undefined;
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
  rowOf: ({ type, event }) => (type === 'AlertTriggered' ? alertRow(withShortName('alerts', event)) : undefined),
  updateOf: ({ type, event }) => {
    if (type === 'AlertAmended') {
      const { provisional = false, terms = [] } = event;
      return checkAlertUpdate({ ...event, kind: 'amended', provisional, terms });
    }
    if (type === 'AlertRetracted') return checkAlertUpdate({ ...event, kind: 'retracted', terms: event.terms ?? [] });
    return undefined;
  },
};

function alertRow(event: AlertTriggered): CopyRow {
  const { volume = null, changePct = null, volumeIncrease = null, candleSizePct = null, momentumScore = null } = event;
  const numbers = { volume, changePct, volumeIncrease, candleSizePct, momentumScore };
  const { ordinal = 0, provisional = false, severity = 'info', owner = '', message = '', terms = [] } = event;
  return alertToCopy({ ...event, ...numbers, ordinal, provisional, severity, owner, message, terms });
}

export interface Rejection {
  readonly record: LogRecord;
  readonly cause: unknown;
}

export interface Writes {
  /** Rows as lines of COPY. */
  readonly lines: readonly string[];
  /** Of rows that these lines or earlier ones made, in their order. */
  readonly updates: readonly AlertUpdate[];
  readonly rejections: readonly Rejection[];
}

/** What the table cannot hold is refused here, where it costs one record and not its batch. */
export function writesOf(feed: Feed, records: readonly LogRecord[]): Writes {
  const lines: string[] = [];
  const updates: AlertUpdate[] = [];
  const rejections: Rejection[] = [];
  for (const record of records) {
    if (record.value === null) continue;
    try {
      const decoded = decodeEvent(record.value);
      const row = feed.rowOf(decoded);
      if (row !== undefined) lines.push(copyLine(feed.target, row));
      const update = feed.updateOf?.(decoded);
      if (update !== undefined) updates.push(update);
    } catch (cause) {
      if (!isAboutTheRecord(cause)) throw cause;
      rejections.push({ record, cause });
    }
  }
  return { lines, updates, rejections };
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
