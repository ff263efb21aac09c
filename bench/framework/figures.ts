/** From what was measured to what is printed and kept. */
import type { Goal, Measurement } from './benchmark.ts';
import { shown } from './rounds.ts';
import { median } from './statistics.ts';

/** One line of JSON; the names are agreed with whoever reads them. */
export interface Figure {
  readonly bench: string;
  readonly case: string;
  /** Median of the rounds. */
  readonly ours: number;
  readonly unit: string;
  readonly peer: string;
  readonly theirs: number;
  /** Ours divided by theirs. */
  readonly ratio: number;
  readonly goal: string;
  /** null: there is no goal, the figure is for information. */
  readonly holds: boolean | null;
}

/** Smallest and largest round, beside the figure. */
export interface Spread {
  readonly ours: readonly [number, number];
  readonly theirs: readonly [number, number];
}

export interface JudgedFigure {
  readonly figure: Figure;
  readonly spread: Spread;
}

export function judge(bench: string, { name, unit, peer, ours, theirs, goal }: Measurement): JudgedFigure {
  const our = rounded(median(ours));
  const their = rounded(median(theirs));
  const ratio = rounded(our / their);
  const figure = { bench, case: name, ours: our, unit, peer, theirs: their, ratio, goal: goalText(goal, unit) };
  return {
    figure: { ...figure, holds: goal === undefined ? null : holds(goal, our, ratio) },
    spread: { ours: rangeOf(ours), theirs: rangeOf(theirs) },
  };
}

function goalText(goal: Goal, unit: string): string {
  if (goal === undefined) return '';
  if ('ratioMin' in goal) return `ratio >= ${goal.ratioMin}`;
  if ('ratioMax' in goal) return `ratio <= ${goal.ratioMax}`;
  return 'oursMax' in goal ? `ours <= ${goal.oursMax} ${unit}` : `ours >= ${goal.oursMin} ${unit}`;
}

function holds(goal: Exclude<Goal, undefined>, ours: number, ratio: number): boolean {
  if ('ratioMin' in goal) return ratio >= goal.ratioMin;
  if ('ratioMax' in goal) return ratio <= goal.ratioMax;
  return 'oursMax' in goal ? ours <= goal.oursMax : ours >= goal.oursMin;
}

const rounded = (value: number): number => Number(value.toPrecision(4));
const rangeOf = (values: readonly number[]): readonly [number, number] => [
  rounded(Math.min(...values)),
  rounded(Math.max(...values)),
];

const columns = ['case', 'ours', 'peer', 'theirs', 'ratio', 'goal', 'holds'] as const;

export function rowsOf(figures: readonly JudgedFigure[]): readonly (readonly string[])[] {
  return figures.map(({ figure, spread }) => [
    figure.case,
    `${shown(figure.ours)} ${figure.unit} (${spread.ours.map(shown).join(' to ')})`,
    figure.peer,
    `${shown(figure.theirs)} ${figure.unit} (${spread.theirs.map(shown).join(' to ')})`,
    figure.ratio.toFixed(2),
    figure.goal,
    figure.holds === null ? '' : figure.holds ? 'yes' : 'NO',
  ]);
}

/** For a terminal. */
export function plainTable(figures: readonly JudgedFigure[]): string {
  const rows = [columns, ...rowsOf(figures)];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const [head = columns, ...body] = rows;
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...body.map(line)].join('\n');
}

export function markdownTable(figures: readonly JudgedFigure[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [row(columns), row(columns.map(() => '---')), ...rowsOf(figures).map(row)].join('\n');
}
