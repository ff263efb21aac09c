/** What an alert says, in the words and digits that people read. Pure. */
import { DASH, formatCompact } from '../format.ts';
import type { Alert, AlertTerm } from '../model.ts';

/** The message without what the row says already: preset messages begin with symbol and title. */
export function messageBeside({ message, symbol, title }: Pick<Alert, 'message' | 'symbol' | 'title'>): string {
  const text = message.trim();
  if (text === title) return '';
  for (const said of [`${symbol} ${title}: `, `${title}: `, `${symbol}: `, `${symbol} `]) {
    if (text.startsWith(said)) return text.slice(said.length);
  }
  return text;
}

export interface TermSide {
  readonly text: string;
  /** With all its digits */
  readonly exact: string;
}

const SIGNIFICANT_DIGITS = 6;
const LARGE = 100_000;
const short = new Intl.NumberFormat('en-US', { maximumSignificantDigits: SIGNIFICANT_DIGITS });

/** Both sides of a term, in as many digits as it takes to see which one is larger. */
export function termSides(term: AlertTerm): { readonly left: TermSide; readonly right: TermSide } {
  const left = sideOf(term.left, term.leftText);
  const right = sideOf(term.right, term.rightText);
  if (left.text !== right.text || left.exact === right.exact) return { left, right };
  return { left: { ...left, text: left.exact }, right: { ...right, text: right.exact } };
}

/** Without a side there is nothing to compare: a list that was asked, or a flag. Absent numbers make a term unknown instead. */
export const hasSides = ({ left, leftText, right, rightText, held }: AlertTerm): boolean =>
  held === null || left !== null || leftText !== null || right !== null || rightText !== null;

function sideOf(value: number | null, text: string | null): TermSide {
  if (value === null) return { text: text ?? DASH, exact: text ?? 'not known' };
  return { text: formatTermNumber(value), exact: String(value) };
}

export function formatTermNumber(value: number | null): string {
  if (value === null) return DASH;
  return Math.abs(value) >= LARGE ? formatCompact(value) : short.format(value).replace('-', '−');
}

/** Whether a term held, as a sign and in words. */
export function heldWords(held: boolean | null): { readonly sign: string; readonly words: string } {
  if (held === null) return { sign: DASH, words: 'a number is not known' };
  return held ? { sign: '✓', words: 'held' } : { sign: '✗', words: 'did not hold' };
}
