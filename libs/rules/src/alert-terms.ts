import type { Term, TermValue } from './explain-condition.ts';

/** A term of a condition as an alert carries it: the record AlertTerm of the event. */
export interface AlertTerm {
  readonly term: string;
  readonly element: string | null;
  readonly left: number | null;
  readonly leftText: string | null;
  readonly right: number | null;
  readonly rightText: string | null;
  readonly held: boolean | null;
}

export const alertTerms = (terms: readonly Term[]): readonly AlertTerm[] =>
  terms.map(({ term, element, left, right, held }) => ({
    term,
    element: element ?? null,
    left: numberOf(left),
    leftText: textOf(left),
    right: numberOf(right),
    rightText: textOf(right),
    held: held ?? null,
  }));

const numberOf = (value: TermValue | undefined): number | null => (typeof value === 'number' ? value : null);
const textOf = (value: TermValue | undefined): string | null =>
  value === undefined || typeof value === 'number' ? null : String(value);
