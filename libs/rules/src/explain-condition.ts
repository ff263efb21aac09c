/** The terms of a condition with their numbers: the proof of an alert, and the answer to 'why did it not fire'. */
import { compileBool, compileScalar } from './compile-bool.ts';
import { compileList } from './compile-list.ts';
import type { Reader } from './compile-number.ts';
import type { EvaluationInput } from './evaluation-input.ts';
import type { BoolExpression, ScalarExpression, Span } from './expression.ts';
import { writtenText } from './written-text.ts';

/** More terms than this are cut off: elements of long lists. */
export const TERMS_MAX = 128;

/** Of the text of a term, longer ones end with …: a loop says its terms once for each element. */
export const TERM_LENGTH_MAX = 300;

export type TermValue = number | boolean | string;

/** A comparison or another smallest part that holds or not. */
export interface Term {
  /** As it was written. */
  readonly term: string;
  /** Element of a list that it was asked of, for example `candles.last(3)[0]`: the oldest of three. */
  readonly element?: string | undefined;
  /** undefined: absent, or a term without this side. */
  readonly left: TermValue | undefined;
  readonly right: TermValue | undefined;
  /** undefined: absent. */
  readonly held: boolean | undefined;
}

export type Explain = (input: EvaluationInput) => readonly Term[];
/** Adds its terms to those before it. */
type TermsOf = (input: EvaluationInput, element: string | undefined, terms: Term[]) => void;

/**
 * Closures of its own, made when first asked: evaluation does not pay for them. `read` gives the condition once more, so
 * that thousands of rules that nobody asks about do not keep theirs.
 */
export function explainCondition(read: () => BoolExpression, text: string): Explain {
  let explain: TermsOf | undefined;
  return (input) => {
    explain ??= termsOf(read(), text);
    const terms: Term[] = [];
    explain(input, undefined, terms);
    if (terms.length > TERMS_MAX) terms.length = TERMS_MAX;
    return terms;
  };
}

function termsOf(expression: BoolExpression, text: string): TermsOf {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return together(expression.terms, text);
    case 'not':
      return termsOf(expression.of, text);
    case 'choose':
      return together([expression.test, expression.yes, expression.no], text);
    case 'compare':
    case 'equal':
      return leaf(expression, text, expression.left, expression.right);
    case 'in':
      return leaf(expression, text, expression.value, undefined);
    case 'text':
      return leaf(expression, text, expression.of, expression.argument);
    case 'constant':
    case 'present':
      return leaf(expression, text, undefined, undefined);
    case 'quantifier':
      return quantifier(expression, text);
  }
}

function together(expressions: readonly BoolExpression[], text: string): TermsOf {
  const parts = expressions.map((part) => termsOf(part, text));
  return (input, element, terms) => {
    for (const part of parts) part(input, element, terms);
  };
}

function leaf(
  expression: BoolExpression,
  text: string,
  left: ScalarExpression | undefined,
  right: ScalarExpression | undefined,
): TermsOf {
  const absent: Reader<TermValue> = () => undefined;
  const term = termText(text, expression.at);
  const readLeft = left === undefined ? absent : compileScalar(left);
  const readRight = right === undefined ? absent : compileScalar(right);
  const holds = compileBool(expression);
  return (input, element, terms) => {
    terms.push({ term, element, left: cutSide(readLeft(input)), right: cutSide(readRight(input)), held: holds(input) });
  };
}

const termText = (text: string, at: Span): string => cut(writtenText(text, at));

const cut = (text: string): string =>
  text.length <= TERM_LENGTH_MAX ? text : `${text.slice(0, TERM_LENGTH_MAX - 1)}…`;

const cutSide = (value: TermValue | undefined): TermValue | undefined =>
  typeof value === 'string' ? cut(value) : value;

/** The loop itself, then what its elements said. */
function quantifier(expression: Extract<BoolExpression, { kind: 'quantifier' }>, text: string): TermsOf {
  const whole = leaf(expression, text, undefined, undefined);
  const list = termText(text, expression.list.at);
  const elements = compileList(expression.list);
  const body = termsOf(expression.body, text);
  return (input, element, terms) => {
    const most = terms.length + TERMS_MAX;
    whole(input, element, terms);
    for (const [index, value] of (elements(input) ?? []).entries()) {
      if (terms.length >= most) break;
      input.setElement(expression.register, value);
      body(input, `${list}[${index}]`, terms);
    }
  };
}
