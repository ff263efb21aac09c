/** Rows of text in columns of equal width. */
export type Align = 'left' | 'right';

export function textTable(cells: readonly (readonly string[])[], aligns: readonly Align[]): string[] {
  const rows = cells.map((row) => row.map(onOneLine));
  const widths = aligns.map((_, column) => Math.max(0, ...rows.map((row) => widthOf(row[column] ?? ''))));
  return rows.map((row) =>
    aligns
      .map((align, column) => {
        const cell = row[column] ?? '';
        const blanks = ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell)));
        return align === 'left' ? cell + blanks : blanks + cell;
      })
      .join('  ')
      .trimEnd(),
  );
}

/** What others wrote may break a line, or tell a terminal what to do: such characters are spelled out. */
export const onOneLine = (text: string): string =>
  text.replaceAll(/\p{Cc}/gu, (character) =>
    character === '\n' ? '\\n' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const wide = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff01-\uff60]/gu;

/** In columns of a terminal, where a Chinese symbol takes two. */
const widthOf = (text: string): number => text.length + (text.match(wide)?.length ?? 0);

/** 1234567 as people read it. */
export const grouped = (value: number): string => value.toLocaleString('en-US');

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** A length of time in its one or two biggest units: '2 d 3 h', '4 min', '350 ms'. */
export function durationText(lengthMs: number): string {
  if (lengthMs < 0) return `-${durationText(-lengthMs)}`;
  const index = units.findIndex(([, unitMs]) => lengthMs >= unitMs);
  const [unit, unitMs] = units[index] ?? [];
  if (unit === undefined || unitMs === undefined) return `${Math.round(lengthMs)} ms`;
  const whole = Math.floor(lengthMs / unitMs);
  const [smaller, smallerMs] = units[index + 1] ?? [];
  const rest = smallerMs === undefined ? 0 : Math.floor((lengthMs - whole * unitMs) / smallerMs);
  return rest > 0 ? `${whole} ${unit} ${rest} ${smaller}` : `${whole} ${unit}`;
}

/** '2026-01-31T14:00:59.999Z'; a number where it is no time of the calendar, as in records of others. */
export function isoTime(timeMs: number): string {
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? String(timeMs) : date.toISOString();
}

/** '2026-01-31 14:00:59', UTC, for tables. */
export const timeText = (timeMs: number): string =>
  isoTime(timeMs)
    .replace(/\.\d+Z$/, '')
    .replace('T', ' ');
