/** The whole of klines.closed as one fold: every instrument's minutes, and how far the markers of each partition go. */
import { type AnyEvent, decodeEvent, UndecodableEvent } from '@screener/events';
import type { LogRecord } from '@screener/log';
import { InstrumentAudit, minuteOf } from './instrument-audit.ts';

export interface CoverageOptions {
  /** Minutes since 1970; what lies outside is not looked at. */
  readonly from: number;
  readonly to: number;
  readonly isAsked: (instrument: string) => boolean;
}

export class Coverage {
  readonly instruments = new Map<string, InstrumentAudit>();
  /** Those that nobody asked for, too. */
  readonly known = new Set<string>();
  /** Markers that came twice or after a later one. */
  markersDisordered = 0;
  /** Records that nobody can read. */
  unreadable = 0;
  readonly #options: CoverageOptions;
  readonly #markers = new Map<number, number>();

  constructor(options: CoverageOptions) {
    this.#options = options;
  }

  apply(record: LogRecord): void {
    if (record.value === null) return;
    if (record.key !== null) {
      this.known.add(record.key);
      if (!this.#options.isAsked(record.key)) return;
    }
    let decoded: AnyEvent;
    try {
      decoded = decodeEvent(record.value);
    } catch (cause) {
      if (!(cause instanceof UndecodableEvent)) throw cause;
      this.unreadable++;
      return;
    }
    this.#applyEvent(decoded, record);
  }

  /** The newest marked minute of the partition; undefined: it has no marker. */
  marked(partition: number): number | undefined {
    return this.#markers.get(partition);
  }

  /** Of all partitions that were read. */
  get newestMarked(): number | undefined {
    return this.#markers.size === 0 ? undefined : Math.max(...this.#markers.values());
  }

  audit(instrument: string, partition: number): InstrumentAudit {
    let audit = this.instruments.get(instrument);
    if (audit === undefined) {
      audit = new InstrumentAudit(instrument, partition);
      this.instruments.set(instrument, audit);
    }
    return audit;
  }

  #applyEvent({ type, event }: AnyEvent, { partition, offset }: LogRecord): void {
    if (type === 'MinuteClosed') {
      this.#marker(partition, event.openTime, event.missing);
      return;
    }
    if (type !== 'KlineClosed' && type !== 'KlineCorrected' && type !== 'KlineGap') return;
    const { instrument, openTime } = event;
    const minute = minuteOf(openTime);
    if (minute < this.#options.from) return;
    const audit = this.audit(instrument, partition);
    if (minute >= this.#options.to) {
      audit.goesOn = true;
      return;
    }
    const place = { partition, offset };
    if (type === 'KlineClosed') audit.candle(openTime, event.source, place);
    else if (type === 'KlineGap') audit.gap(openTime, event.reason, place);
    else audit.correction(openTime, place);
  }

  #marker(partition: number, openTime: number, missing: readonly string[]): void {
    const minute = minuteOf(openTime);
    const before = this.#markers.get(partition);
    if (before !== undefined && minute <= before) this.markersDisordered++;
    else this.#markers.set(partition, minute);
    if (minute < this.#options.from || minute >= this.#options.to) return;
    for (const instrument of missing) {
      if (this.#options.isAsked(instrument)) this.audit(instrument, partition).missingAt(openTime);
    }
  }
}
