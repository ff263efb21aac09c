/** What the log says of one instrument's minutes, record by record, and where it breaks its own rules. */
import type { KlineSource } from '@screener/events';
import { MINUTE_MS } from '@screener/market';
import { type MinuteKind, MinuteRuns } from './minute-runs.ts';

/** doubled: a minute has a second record of its own. disordered: a record came after one of a later minute. */
export type ViolationKind = 'doubled' | 'disordered';

export interface Violation {
  readonly kind: ViolationKind;
  readonly openTime: number;
  readonly partition: number;
  readonly offset: number;
}

export interface Place {
  readonly partition: number;
  readonly offset: number;
}

/** Kept of each instrument, so that people see where; all are counted. */
const violationsKeptMax = 5;

const kindOfSource: Readonly<Record<KlineSource, MinuteKind>> = {
  stream: 'received',
  rest: 'repaired',
  synthetic: 'exchangeEmpty',
};

export class InstrumentAudit {
  readonly instrument: string;
  readonly partition: number;
  readonly runs = new MinuteRuns();
  readonly violations: Violation[] = [];
  doubled = 0;
  disordered = 0;
  /** The last minute whose marker named it as missing. */
  namedMissing = Number.NEGATIVE_INFINITY;

  /** There are records of later minutes than were asked for. */
  goesOn = false;

  constructor(instrument: string, partition: number) {
    this.instrument = instrument;
    this.partition = partition;
  }

  candle(openTime: number, source: KlineSource, place: Place): void {
    this.#record(openTime, kindOfSource[source], undefined, place);
  }

  gap(openTime: number, reason: string, place: Place): void {
    this.#record(openTime, 'gap', reason, place);
  }

  /** Whatever the minute was before; only one that has no record yet cannot be corrected. */
  correction(openTime: number, place: Place): void {
    const minute = minuteOf(openTime);
    if (this.runs.at(minute).kind === 'none') this.#violated('disordered', openTime, place);
    this.runs.set(minute, { kind: 'corrected' });
  }

  missingAt(openTime: number): void {
    this.namedMissing = Math.max(this.namedMissing, minuteOf(openTime));
  }

  #record(openTime: number, kind: MinuteKind, reason: string | undefined, place: Place): void {
    const minute = minuteOf(openTime);
    const isNext = this.runs.isEmpty || minute >= this.runs.end;
    if (!isNext && this.runs.at(minute).kind !== 'none') {
      this.#violated('doubled', openTime, place);
      return;
    }
    if (!isNext) this.#violated('disordered', openTime, place);
    this.runs.set(minute, { kind, reason });
  }

  #violated(kind: ViolationKind, openTime: number, { partition, offset }: Place): void {
    if (kind === 'doubled') this.doubled++;
    else this.disordered++;
    if (this.violations.length < violationsKeptMax) this.violations.push({ kind, openTime, partition, offset });
  }
}

export const minuteOf = (timeMs: number): number => Math.floor(timeMs / MINUTE_MS);
