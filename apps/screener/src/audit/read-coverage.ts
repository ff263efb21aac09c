/** Reads the log once and says of every instrument what became of its minutes. */
import type { Log } from '@screener/log';
import { MINUTE_MS } from '@screener/market';
import { isOfSymbol } from '../instrument-filter.ts';
import { Coverage } from './coverage.ts';
import { type Finding, findingOf } from './finding.ts';
import type { InstrumentAudit } from './instrument-audit.ts';
import { readStatusHistory, type StatusHistory } from './status-history.ts';

export interface AuditRange {
  /** Minutes since 1970; from minus infinity: from the first candle of each. */
  readonly from: number;
  /** To infinity: to the newest minute marker. */
  readonly to: number;
  /** Of minutes before this one there must be a marker, where `to` asks for them: they have been over for long enough. */
  readonly settled: number;
}

export interface CoverageReport {
  readonly findings: readonly Finding[];
  /** Every instrument that the log knows, those that nobody asked for included. */
  readonly known: ReadonlySet<string>;
  readonly markersDisordered: number;
  readonly unreadable: number;
}

export interface ReadCoverageOptions {
  readonly log: Log;
  readonly range: AuditRange;
  readonly isAsked: (instrument: string) => boolean;
  /** Where given, other partitions than theirs need not be read. */
  readonly symbols: readonly string[] | undefined;
  readonly signal: AbortSignal;
  /** Told how many records there are at most, and then how many more were read. */
  readonly progress: (total: number) => { advance(records: number): void };
}

const topic = 'klines.closed';
/** A partition may be so far behind the one that is ahead: they are looked after one by one. */
const behindMinutesMax = 2;

export async function readCoverage(options: ReadCoverageOptions): Promise<CoverageReport> {
  const { log, range, isAsked } = options;
  const history = await readStatusHistory(log);
  const coverage = new Coverage({ ...range, isAsked });
  for (const [instrument, partition] of history.instruments) {
    if (isAsked(instrument)) coverage.audit(instrument, partition);
  }
  await readInto(coverage, partitionsOf(options, history), options);
  const known = new Set([...coverage.known, ...history.instruments.keys()]);
  const { instruments, markersDisordered, unreadable } = coverage;
  const lastOfPartition = new Map<number, number>();
  for (const { partition, runs } of instruments.values()) {
    if (!runs.isEmpty) lastOfPartition.set(partition, Math.max(runs.end, lastOfPartition.get(partition) ?? 0));
  }
  const newest = (coverage.newestMarked ?? Number.NEGATIVE_INFINITY) + 1 - behindMinutesMax;
  const findings = [...instruments.values()].flatMap((audit) => {
    const marked = coverage.marked(audit.partition);
    const markedTo = marked === undefined ? (lastOfPartition.get(audit.partition) ?? 0) : marked + 1;
    const asked = Math.max(markedTo, range.to === Number.POSITIVE_INFINITY ? newest : range.settled);
    const [from, to] = [startOf(audit, range.from, history), Math.min(range.to, asked)];
    if (from >= to || from === Number.NEGATIVE_INFINITY) return [];
    const { instrument } = audit;
    const [quiet, isDelisted] = [history.quietPeriods(instrument), history.isDelisted(instrument)];
    return [findingOf(audit, { from, to, markedTo, quiet, isDelisted })];
  });
  findings.sort((left, right) => (left.instrument < right.instrument ? -1 : 1));
  return { findings, known, markersDisordered, unreadable };
}

/** With a beginning that was asked for, an instrument that the log knew by then must be there from then on. */
function startOf({ runs, instrument, namedMissing }: InstrumentAudit, from: number, history: StatusHistory): number {
  const known = history.knownSince(instrument);
  if (known !== undefined && known <= from) return from;
  const first = runs.isEmpty ? (known ?? namedMissing) : runs.start;
  return Math.max(from, first);
}

/** undefined: all of them, because a symbol is asked for that the topic `instruments` does not know. */
function partitionsOf({ symbols }: ReadCoverageOptions, { instruments }: StatusHistory): readonly number[] | undefined {
  if (symbols === undefined) return undefined;
  const found = symbols.map((symbol) => [...instruments].filter(([instrument]) => isOfSymbol(instrument, symbol)));
  if (found.some((matching) => matching.length === 0)) return undefined;
  return [...new Set(found.flat().map(([, partition]) => partition))];
}

async function readInto(
  coverage: Coverage,
  partitions: readonly number[] | undefined,
  { log, range, signal, progress }: ReadCoverageOptions,
): Promise<void> {
  const all = await log.offsets(topic);
  const offsets = partitions === undefined ? all : all.filter(({ partition }) => partitions.includes(partition));
  const bar = progress(offsets.reduce((sum, { beginning, end }) => sum + end - beginning, 0));
  const reached = new Map(offsets.map(({ partition, beginning }) => [partition, beginning]));
  // A candle's timestamp is the end of its minute, so that nothing of the range stands before the first record of that time.
  const from = range.from > 0 ? { time: range.from * MINUTE_MS } : 'beginning';
  const reader = log.reader({ topic, from, until: 'end', ...(partitions && { partitions }) });
  try {
    for await (const batch of reader) {
      if (signal.aborted) break;
      for (const record of batch) coverage.apply(record);
      let advanced = 0;
      for (const [partition, position] of reader.positions()) {
        advanced += position - (reached.get(partition) ?? position);
        reached.set(partition, position);
      }
      bar.advance(advanced);
    }
  } finally {
    await reader.close();
  }
}
