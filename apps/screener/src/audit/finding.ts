/** What an audit says of one instrument: every minute in one class, and what is wrong. */
import type { InstrumentAudit, Violation } from './instrument-audit.ts';
import type { MinuteRun } from './minute-runs.ts';
import type { QuietPeriod } from './status-history.ts';

/**
 * received: pushed; repaired: fetched; exchangeEmpty: a flat candle for a minute without trades; corrected: stated anew
 * later; halted: not traded then; unwatched: after the last record, and nobody asks for it; missing: a gap, or no record.
 */
export const minuteClasses = [
  'received',
  'repaired',
  'exchangeEmpty',
  'corrected',
  'halted',
  'unwatched',
  'missing',
] as const;
export type MinuteClassName = (typeof minuteClasses)[number];
export type Counts = Readonly<Record<MinuteClassName, number>>;

/** Minutes since 1970; `to` is the first one after it. */
export interface Hole {
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

export interface Finding {
  readonly instrument: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
  /** The exchange need not know it any more. */
  readonly isDelisted: boolean;
  readonly counts: Counts;
  readonly holes: readonly Hole[];
  readonly doubled: number;
  readonly disordered: number;
  readonly violations: readonly Violation[];
}

export interface FindingOptions {
  /** Minutes since 1970 of which something is said. */
  readonly from: number;
  readonly to: number;
  /** The first minute that has no marker yet. */
  readonly markedTo: number;
  readonly quiet: readonly QuietPeriod[];
  readonly isDelisted: boolean;
}

export const isWrong = ({ counts, doubled, disordered }: Finding): boolean =>
  counts.missing > 0 || doubled > 0 || disordered > 0;

export function findingOf(audit: InstrumentAudit, options: FindingOptions): Finding {
  const { from, to, quiet, isDelisted } = options;
  const counts: Record<MinuteClassName, number> = {
    received: 0,
    repaired: 0,
    exchangeEmpty: 0,
    corrected: 0,
    halted: 0,
    unwatched: 0,
    missing: 0,
  };
  const holes: Hole[] = [];
  for (const run of audit.runs.within(from, to)) {
    if (run.kind !== 'gap' && run.kind !== 'none') {
      counts[run.kind] += run.to - run.from;
      continue;
    }
    for (const part of withoutQuiet(run, quiet)) {
      const missing = isTail(audit, run) ? missingOfTail(audit, part, options) : [part];
      counts.unwatched += part.to - part.from;
      for (const hole of missing) {
        counts.unwatched -= hole.to - hole.from;
        counts.missing += hole.to - hole.from;
        const reason = run.kind === 'gap' ? `gap: ${run.reason}` : 'no record';
        holes.push({ ...hole, reason });
      }
    }
  }
  const judged = Object.values(counts).reduce((sum, count) => sum + count, 0);
  counts.halted = to - from - judged;
  const { instrument, partition, doubled, disordered, violations } = audit;
  return { instrument, partition, from, to, isDelisted, counts, holes, doubled, disordered, violations };
}

/** Whether nothing of the instrument came after this run. */
const isTail = ({ runs, goesOn }: InstrumentAudit, run: MinuteRun): boolean =>
  !goesOn && run.kind === 'none' && (runs.isEmpty || run.from >= runs.end);

interface Part {
  readonly from: number;
  readonly to: number;
}

/** What somebody asks for of the minutes after the last record: a marker names them, or there should be a marker. */
function missingOfTail(
  { runs, namedMissing }: InstrumentAudit,
  { from, to }: Part,
  { markedTo }: FindingOptions,
): readonly Part[] {
  const namedTo = Math.max(from, Math.min(to, namedMissing + 1));
  const watchedToTheEnd = Math.max(namedMissing + 1, runs.isEmpty ? 0 : runs.end) >= markedTo;
  const unmarked = { from: Math.max(namedTo, markedTo), to };
  return [...holesOf({ from, to: namedTo }), ...(watchedToTheEnd ? holesOf(unmarked) : [])];
}

const holesOf = (part: Part): readonly Part[] => (part.from < part.to ? [part] : []);

/** What is left of the run outside of the periods, which ascend. */
function withoutQuiet(run: MinuteRun, quiet: readonly QuietPeriod[]): Part[] {
  const parts: Part[] = [];
  let from = run.from;
  for (const period of quiet) {
    if (period.to <= from || period.from >= run.to) continue;
    if (period.from > from) parts.push({ from, to: period.from });
    from = Math.max(from, period.to);
  }
  if (from < run.to) parts.push({ from, to: run.to });
  return parts;
}
