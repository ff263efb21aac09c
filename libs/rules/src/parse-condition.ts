import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js';
import { ConditionMistake } from './condition-mistake.ts';

/** Limits of a condition: longer or deeper ones are refused before they cost anything. */
export const CONDITION_LENGTH_MAX = 4_000;
export const CONDITION_NODES_MAX = 500;
export const CONDITION_DEPTH_MAX = 50;

const environment = new Environment({
  unlistedVariablesAreDyn: true,
  limits: { maxAstNodes: CONDITION_NODES_MAX, maxDepth: CONDITION_DEPTH_MAX },
});

/** What the parser found, by its error code, in words of somebody who writes a condition. */
const expectedByCode: Readonly<Record<string, string>> = {
  unexpected_character: 'an operator (&& || ! == != < <= > >= + - * /) or the end',
  unexpected_token: 'a number, a name or an opening parenthesis',
  limit_exceeded: `at most ${CONDITION_NODES_MAX} terms and ${CONDITION_DEPTH_MAX} nested parentheses`,
  reserved_identifier: 'a metric name such as change_1h',
  invalid_macro_argument: 'a variable such as c',
  invalid_number: 'a number that a double can hold',
  unterminated_string: 'a text that ends with the quote it began with',
  newline_in_string: 'a text that ends with the quote it began with',
};

const tokenWords: Readonly<Record<string, string>> = {
  RPAREN: "')'",
  LPAREN: "'('",
  IDENTIFIER: 'a name',
  COLON: "':'",
  RBRACKET: "']'",
  RBRACE: "'}'",
};

export function parseCondition(text: string): ASTNode {
  if (text.trim() === '') throw new ConditionMistake(1, 'it is empty', 'a condition such as change_1h > 1.6');
  if (text.length > CONDITION_LENGTH_MAX) {
    throw new ConditionMistake(
      CONDITION_LENGTH_MAX + 1,
      'it is too long',
      `at most ${CONDITION_LENGTH_MAX} characters`,
    );
  }
  try {
    return environment.parse(text).ast;
  } catch (cause) {
    if (!(cause instanceof ParseError))
      throw new ConditionMistake(1, 'it cannot be read', 'a CEL expression', { cause });
    const start = cause.range?.start ?? 0;
    const token = /Expected (\w+)/.exec(cause.summary)?.[1];
    const expected = (token && tokenWords[token]) ?? expectedByCode[cause.code] ?? 'a CEL expression';
    throw new ConditionMistake(start + 1, found(text, start), expected, { cause });
  }
}

function found(text: string, start: number): string {
  const rest = text.slice(start).trim();
  return rest === '' ? 'it ends too early' : `found '${/^(\w+|.)/s.exec(rest)?.[0] ?? rest}'`;
}
