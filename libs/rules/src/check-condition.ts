/** From what the parser found to typed expressions: operators and literals. Names: check-name.ts, calls: check-call.ts. */
import type { ASTNode } from '@marcbachmann/cel-js';
import { checkFunction, checkMethod } from './check-call.ts';
import { checkIdentifier, checkIndex, checkMember } from './check-name.ts';
import { ConditionMistake } from './condition-mistake.ts';
import type { ConditionNames } from './condition-names.ts';
import type {
  ArithmeticOperator,
  BoolExpression,
  ElementType,
  Expression,
  ListExpression,
  NumberExpression,
  ScalarExpression,
  Span,
  TextExpression,
} from './expression.ts';
import { shortText } from './written-text.ts';

/** A variable of a loop: what it stands for and where its element is. */
export interface LoopVariable {
  readonly element: ElementType;
  readonly register: number;
}

/** What is known where an expression stands. */
export interface CheckContext {
  readonly names: ConditionNames;
  readonly parameters: Readonly<Record<string, number>>;
  readonly loops: ReadonlyMap<string, LoopVariable>;
}

export const conditionExpected = 'a condition such as change_1h > 1.6';

/** What a type is called in a message. */
const typeWords: Readonly<Record<Expression['type'], string>> = {
  number: 'a number',
  bool: 'a condition',
  text: 'a text',
  list: 'a list',
  candle: 'a candle',
};
const typeExpected: Readonly<Record<Expression['type'], string>> = {
  ...typeWords,
  bool: conditionExpected,
  list: 'a list such as candles.last(3)',
};

export const describe = (node: ASTNode): string => shortText(node.input, node);
export const spanOf = ({ start, end }: ASTNode): Span => ({ start, end });

export function mistake({ start }: Pick<Span, 'start'>, reason: string, expected: string): ConditionMistake {
  return new ConditionMistake(start + 1, reason, expected);
}

/** Checks the whole condition. Throws ConditionMistake. */
export function checkCondition(
  node: ASTNode,
  names: ConditionNames,
  parameters: CheckContext['parameters'],
): BoolExpression {
  const found = checkExpression(node, { names, parameters, loops: new Map() });
  if (found.type === 'bool') return found;
  throw mistake(node, `it is ${typeWords[found.type]}, not a condition`, 'a comparison such as change_1h > 1.6');
}

export function checkExpression(node: ASTNode, context: CheckContext): Expression {
  const at = spanOf(node);
  switch (node.op) {
    case 'value':
      return literal(node.args, node);
    case 'id':
      return checkIdentifier(node, node.args, context);
    case '.':
      return checkMember(node, context);
    case '[]':
      return checkIndex(node, context);
    case 'call':
      return checkFunction(node, context);
    case 'rcall':
      return checkMethod(node, context);
    case 'list':
      return listLiteral(node, node.args, context);
    case '-_':
      return negate(expectNumber(node.args, context, "'-'"), node);
    case '!_':
      return { type: 'bool', kind: 'not', at, of: expectBool(node.args, context, "'!'") };
    case '+':
    case '-':
    case '*':
    case '/': {
      const [left, right] = node.args;
      const beside = `'${node.op}'`;
      return arithmetic(node.op, expectNumber(left, context, beside), expectNumber(right, context, beside), node);
    }
    case '<':
    case '<=':
    case '>':
    case '>=': {
      const [left, right] = node.args;
      const beside = `'${node.op}'`;
      return {
        type: 'bool',
        kind: 'compare',
        at,
        operator: node.op,
        left: expectNumber(left, context, beside),
        right: expectNumber(right, context, beside),
      };
    }
    case '==':
    case '!=': {
      const left = expectScalar(node.args[0], context, `'${node.op}'`);
      const right = expectSame(node.args[1], left, context);
      return { type: 'bool', kind: 'equal', at, equal: node.op === '==', left, right };
    }
    case 'in':
      return membership(node, context);
    case '&&':
    case '||':
      return logical(node.op === '&&' ? 'and' : 'or', node, context);
    case '?:':
      return choice(node, context);
    default:
      throw mistake(node, `${describe(node)} cannot be used here`, 'numbers, names, comparisons, && || !');
  }
}

function literal(value: unknown, node: ASTNode): ScalarExpression {
  const at = spanOf(node);
  if (typeof value === 'boolean') return { type: 'bool', kind: 'constant', at, value };
  if (typeof value === 'string') return { type: 'text', kind: 'constant', at, value };
  // Every number is a double, so that a trader can write 6 * volume_1h; a whole one must be exact as such.
  const double = typeof value === 'bigint' ? Number(value) : value;
  const isExact = typeof value !== 'bigint' || (Number.isFinite(double) && BigInt(Number(value)) === value);
  if (typeof double === 'number' && isExact) {
    return { type: 'number', kind: 'constant', at, value: double };
  }
  throw mistake(node, `${describe(node)} is not a number that can be used`, 'a number such as 1.6');
}

function listLiteral(node: ASTNode, items: readonly ASTNode[], context: CheckContext): ListExpression {
  const [first] = items;
  if (first === undefined) throw mistake(node, 'the list is empty', 'a list such as [1, 2]');
  const head = expectScalar(first, context, 'a list');
  if (head.type === 'bool') throw mistake(first, 'a condition in a list', 'a number or a text');
  const rest = items.slice(1).map((item) => expectSame(item, head, context));
  return {
    type: 'list',
    kind: 'literal',
    at: spanOf(node),
    element: head.type,
    most: items.length,
    items: [head, ...rest],
  };
}

function negate(of: NumberExpression, node: ASTNode): NumberExpression {
  const at = spanOf(node);
  return of.kind === 'constant'
    ? { type: 'number', kind: 'constant', at, value: -of.value }
    : { type: 'number', kind: 'negate', at, of };
}

export const arithmeticOf: Readonly<Record<ArithmeticOperator, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
};

function arithmetic(
  operator: ArithmeticOperator,
  left: NumberExpression,
  right: NumberExpression,
  node: ASTNode,
): NumberExpression {
  const at = spanOf(node);
  if (left.kind === 'constant' && right.kind === 'constant') {
    return { type: 'number', kind: 'constant', at, value: arithmeticOf[operator](left.value, right.value) };
  }
  return { type: 'number', kind: 'arithmetic', at, operator, left, right };
}

/** `a && b && c` is one expression of three terms: a chain of any length is evaluated without depth. */
function logical(
  kind: 'and' | 'or',
  node: Extract<ASTNode, { op: '&&' | '||' }>,
  context: CheckContext,
): BoolExpression {
  const terms = node.args.flatMap((operand) => {
    const term = expectBool(operand, context, `'${node.op}'`);
    return term.kind === kind ? term.terms : [term];
  });
  return { type: 'bool', kind, at: spanOf(node), terms };
}

function choice(node: Extract<ASTNode, { op: '?:' }>, context: CheckContext): ScalarExpression {
  const [testNode, yesNode, noNode] = node.args;
  const at = spanOf(node);
  const test = expectBool(testNode, context, "'?'");
  const yes = expectScalar(yesNode, context, "'?'");
  const no = expectScalar(noNode, context, "':'");
  if (yes.type === 'number' && no.type === 'number') return { type: 'number', kind: 'choose', at, test, yes, no };
  if (yes.type === 'bool' && no.type === 'bool') return { type: 'bool', kind: 'choose', at, test, yes, no };
  if (yes.type === 'text' && no.type === 'text') return { type: 'text', kind: 'choose', at, test, yes, no };
  const reason = `${typeWords[no.type]} where the other branch is ${typeWords[yes.type]}`;
  throw mistake(noNode, reason, typeExpected[yes.type]);
}

function membership(node: Extract<ASTNode, { op: 'in' }>, context: CheckContext): BoolExpression {
  const [valueNode, listNode] = node.args;
  const value = expectScalar(valueNode, context, "'in'");
  const list = expectList(listNode, context, "'in'");
  if (list.element !== value.type) {
    const expected = value.type === 'text' ? 'a list of texts such as ["a", "b"]' : 'a list of numbers such as [1, 2]';
    throw mistake(listNode, `a list of ${list.element}s beside ${typeWords[value.type]}`, expected);
  }
  return { type: 'bool', kind: 'in', at: spanOf(node), value, list };
}

function wrongType(node: ASTNode, found: Expression, beside: string, expected: string): ConditionMistake {
  return mistake(node, `${typeWords[found.type]} beside ${beside}`, expected);
}

export function expectNumber(node: ASTNode, context: CheckContext, beside: string): NumberExpression {
  const found = checkExpression(node, context);
  if (found.type === 'number') return found;
  throw wrongType(node, found, beside, typeExpected.number);
}

export function expectBool(node: ASTNode, context: CheckContext, beside: string): BoolExpression {
  const found = checkExpression(node, context);
  if (found.type === 'bool') return found;
  throw wrongType(node, found, beside, typeExpected.bool);
}

export function expectText(node: ASTNode, context: CheckContext, beside: string): TextExpression {
  const found = checkExpression(node, context);
  if (found.type === 'text') return found;
  throw wrongType(node, found, beside, typeExpected.text);
}

export function expectList(node: ASTNode, context: CheckContext, beside: string): ListExpression {
  const found = checkExpression(node, context);
  if (found.type === 'list') return found;
  throw wrongType(node, found, beside, typeExpected.list);
}

function expectScalar(node: ASTNode, context: CheckContext, beside: string): ScalarExpression {
  const found = checkExpression(node, context);
  if (found.type === 'number' || found.type === 'bool' || found.type === 'text') return found;
  throw wrongType(node, found, beside, 'a number, a text or a condition');
}

function expectSame(node: ASTNode, other: ScalarExpression, context: CheckContext): ScalarExpression {
  const found = checkExpression(node, context);
  if ((found.type === 'number' || found.type === 'bool' || found.type === 'text') && found.type === other.type)
    return found;
  throw mistake(node, `${typeWords[found.type]} beside ${typeWords[other.type]}`, typeExpected[other.type]);
}
