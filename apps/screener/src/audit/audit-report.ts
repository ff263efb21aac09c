/** An audit for people (a table of what is wrong, and totals) and for machines (an object per instrument, and totals). */
import { MINUTE_MS } from '@screener/market';
import { type CommandIo, writeLine } from '../command.ts';
import { type Align, grouped, isoTime, textTable, timeText } from '../text-table.ts';
import { type Counts, type Finding, isWrong, type MinuteClassName, minuteClasses } from './finding.ts';
import type { CoverageReport } from './read-coverage.ts';
import type { Difference, Verification } from './verify.ts';

export interface AuditReport extends CoverageReport {
  /** By instrument; undefined: nobody asked. */
  readonly verifications: ReadonlyMap<string, Verification> | undefined;
}

/** Shown to people; machines get all of them. */
const linesPerInstrumentMax = 10;
const linesMax = 200;

const headings: Readonly<Record<MinuteClassName, string>> = {
  received: 'received',
  repaired: 'repaired',
  exchangeEmpty: 'empty',
  corrected: 'corrected',
  halted: 'halted',
  unwatched: 'unwatched',
  missing: 'missing',
};

/** Whether anything is missing, doubled, out of order, unreadable, or not what the exchange says. */
export const hasFaults = ({ findings, markersDisordered, unreadable, verifications }: AuditReport): boolean =>
  findings.length === 0 ||
  findings.some(isWrong) ||
  markersDisordered > 0 ||
  unreadable > 0 ||
  [...(verifications?.values() ?? [])].some(({ differing, failure }) => differing > 0 || failure !== undefined);

export async function printJson(io: CommandIo, report: AuditReport): Promise<void> {
  for (const finding of report.findings) {
    const { instrument, from, to, counts, holes, doubled, disordered, violations } = finding;
    const verification = report.verifications?.get(instrument);
    const row = {
      instrument,
      ...{ from: minuteIso(from), to: minuteIso(to), minutes: to - from, ...counts, doubled, disordered },
      holes: holes.map((hole) => ({
        from: minuteIso(hole.from),
        minutes: hole.to - hole.from,
        reason: hole.reason,
      })),
      violations: violations.map(({ openTime, ...violation }) => ({ ...violation, openTime: isoTime(openTime) })),
      ...(verification && { verification: jsonOf(verification) }),
    };
    await writeLine(io.stdout, JSON.stringify(row));
  }
  const { markersDisordered, unreadable } = report;
  const { minutes, counts, doubled, disordered } = totalsOf(report.findings);
  const complete = !hasFaults(report);
  const sums = { instruments: report.findings.length, minutes, ...counts, doubled, disordered };
  const total = { complete, ...sums, markersDisordered, unreadable, ...verifiedTotals(report) };
  await writeLine(io.stdout, JSON.stringify({ total }));
}

const jsonOf = ({ checked, differing, differences, failure, forgotten, obtainable }: Verification) => ({
  ...{ checked, differing, obtainable, failure: failure ?? null, forgotten },
  differences: differences.map(({ minute, ...difference }) => ({ openTime: minuteIso(minute), ...difference })),
});

function verifiedTotals({ verifications }: AuditReport) {
  if (verifications === undefined) return {};
  const sum = (count: (each: Verification) => number): number =>
    [...verifications.values()].reduce((total, each) => total + count(each), 0);
  return {
    verified: sum(({ checked }) => checked),
    differing: sum(({ differing }) => differing),
    obtainable: sum(({ obtainable }) => obtainable),
    unverified: sum(({ failure }) => (failure === undefined ? 0 : 1)),
    forgotten: sum(({ forgotten }) => Number(forgotten)),
  };
}

export async function printTables(io: CommandIo, report: AuditReport, all: boolean): Promise<void> {
  const { findings, verifications } = report;
  if (findings.length === 0) {
    await writeLine(io.stdout, 'klines.closed has nothing of these instruments and this time');
    return;
  }
  const shown = findings.filter(
    (finding) => all || isWrong(finding) || isUnlike(verifications?.get(finding.instrument)),
  );
  const totals = totalsOf(findings);
  const rows = [...shown.map(cellsOf), cellsOf({ ...totals, instrument: `all ${grouped(findings.length)}` })];
  const heads = ['instrument', 'minutes', ...minuteClasses.map((name) => headings[name]), 'doubled', 'disordered'];
  const aligns: Align[] = ['left', ...heads.slice(1).map((): Align => 'right')];
  for (const line of textTable([heads, ...rows], aligns)) await writeLine(io.stdout, line);
  const details = shown.flatMap((finding) =>
    limited(detailsOf(finding, verifications?.get(finding.instrument)), linesPerInstrumentMax),
  );
  for (const line of limited(details, linesMax)) await writeLine(io.stdout, line);
  await writeLine(io.stdout, '');
  for (const line of conclusionOf(report, totals)) await writeLine(io.stdout, line);
}

const isUnlike = (verification: Verification | undefined): boolean =>
  verification !== undefined && (verification.differing > 0 || verification.failure !== undefined);

interface Totals {
  readonly from: number;
  readonly to: number;
  readonly minutes: number;
  readonly counts: Counts;
  readonly doubled: number;
  readonly disordered: number;
}

function totalsOf(findings: readonly Finding[]): Totals {
  const sum = (count: (finding: Finding) => number): number => findings.reduce((total, one) => total + count(one), 0);
  const counts = Object.fromEntries(minuteClasses.map((name) => [name, sum((finding) => finding.counts[name])]));
  return {
    from: findings.reduce((least, { from }) => Math.min(least, from), Number.POSITIVE_INFINITY),
    to: findings.reduce((most, { to }) => Math.max(most, to), 0),
    minutes: sum(({ from, to }) => to - from),
    counts: counts as Record<MinuteClassName, number>,
    doubled: sum(({ doubled }) => doubled),
    disordered: sum(({ disordered }) => disordered),
  };
}

type Row = Pick<Finding, 'instrument' | 'counts' | 'doubled' | 'disordered'>;

function cellsOf({ instrument, counts, doubled, disordered }: Row): readonly string[] {
  const numbers = minuteClasses.map((name) => counts[name]);
  const minutes = numbers.reduce((sum, count) => sum + count, 0);
  return [instrument, ...[minutes, ...numbers, doubled, disordered].map(grouped)];
}

function detailsOf({ instrument, holes, violations }: Finding, verification: Verification | undefined): string[] {
  const lines = holes.map(({ from, to, reason }) => {
    const minutes = to - from === 1 ? 'one minute' : `${grouped(to - from)} minutes`;
    return `missing ${minuteText(from)}, ${minutes}: ${reason}`;
  });
  for (const { kind, openTime, partition, offset } of violations) {
    lines.push(`${kind} ${timeText(openTime)}, partition ${partition} offset ${offset}`);
  }
  if (verification?.failure !== undefined) lines.push(`cannot be compared: ${verification.failure}`);
  for (const difference of verification?.differences ?? []) lines.push(differenceText(difference));
  return lines.map((line) => `  ${instrument} ${line}`);
}

const differenceText = ({ minute, field, log, exchange }: Difference): string =>
  `${minuteText(minute)}: ${field} is ${log ?? 'absent'} in the log, ${exchange ?? 'absent'} at the exchange`;

const limited = (lines: readonly string[], most: number): readonly string[] =>
  lines.length <= most
    ? lines
    : [...lines.slice(0, most), `  … and ${grouped(lines.length - most)} more: --json shows all`];

function conclusionOf(report: AuditReport, { from, to, minutes, counts, doubled, disordered }: Totals): string[] {
  const { markersDisordered, unreadable } = report;
  const share = minutes === 0 ? 100 : Math.floor((1 - counts.missing / minutes) * 1e6) / 1e4;
  const lines = [
    `${minuteText(from)} to ${minuteText(to)} UTC: ${grouped(minutes)} minutes, ${share} % of them are there`,
  ];
  if (counts.missing + doubled + disordered === 0) lines.push('nothing is missing, doubled or out of order');
  if (markersDisordered > 0) lines.push(`${grouped(markersDisordered)} minute markers came twice or out of order`);
  if (unreadable > 0) lines.push(`${grouped(unreadable)} records cannot be read`);
  const { verified, differing, obtainable, unverified, forgotten } = verifiedTotals(report);
  if (verified !== undefined) {
    const still = obtainable ? `; ${grouped(obtainable)} minutes that the log lacks could be fetched now` : '';
    const not = unverified ? `; ${grouped(unverified)} instruments could not be compared` : '';
    const gone = forgotten ? `; ${grouped(forgotten)} were delisted, the exchange knows them no more` : '';
    lines.push(
      `${grouped(verified)} minutes compared with the exchange, ${grouped(differing ?? 0)} differ${still}${not}${gone}`,
    );
  }
  return lines;
}

const minuteText = (minute: number): string => timeText(minute * MINUTE_MS).slice(0, 16);
const minuteIso = (minute: number): string => isoTime(minute * MINUTE_MS);
