/** Calls of a condition: functions, candles.last(n), loops over lists, aggregates, tests of texts, has(). */
import type { ASTNode } from '@marcbachmann/cel-js';
import { CANDLES_MAX } from './candle-history.ts';
import {
  type CheckContext,
  checkExpression,
  describe,
  expectBool,
  expectNumber,
  expectText,
  mistake,
  spanOf,
} from './check-condition.ts';
import { CANDLES } from './check-name.ts';
import {
  aggregateByName,
  methodNames,
  numberFunctionByName,
  numberFunctions,
  textTestByName,
} from './condition-functions.ts';
import { LOOP_DEPTH_MAX } from './evaluation-input.ts';
import type { Expression, ListExpression, NumberExpression, TextExpression } from './expression.ts';
import { nearestName } from './nearest-name.ts';

type MethodNode = Extract<ASTNode, { op: 'rcall' }>;

const counted = (count: number): string => (count === 1 ? '1 argument' : `${count} arguments`);

/** Where the name of the method stands. */
const methodPlace = ({ args: [name, owner], input }: MethodNode): { readonly start: number } => ({
  start: input.indexOf(name, owner.end),
});

export function checkFunction(node: Extract<ASTNode, { op: 'call' }>, context: CheckContext): Expression {
  const [name, args] = node.args;
  if (name === 'has') return presence(node, args, context);
  const known = numberFunctionByName.get(name);
  if (known === undefined) {
    const all = numberFunctions.map((row) => row.name);
    throw mistake(node, `unknown function '${name}'`, nearestName(name, all) ?? `one of ${all.join(', ')}`);
  }
  if (args.length < known.least || args.length > known.most) {
    const count = known.least === known.most ? `${known.least}` : `${known.least} to ${known.most}`;
    throw mistake(node, `${counted(args.length)} for '${name}'`, `${count}, such as ${known.example}`);
  }
  const numbers = args.map((arg) => expectNumber(arg, context, `'${name}'`));
  const at = spanOf(node);
  if (numbers.every((number) => number.kind === 'constant')) {
    return { type: 'number', kind: 'constant', at, value: known.compute(...numbers.map(({ value }) => value)) };
  }
  return { type: 'number', kind: 'call', at, name, args: numbers };
}

/** Only dotted names, as CEL has it: `has(previous.rsi_1h)`. */
function presence(node: ASTNode, [arg]: readonly ASTNode[], context: CheckContext): Expression {
  const named = arg?.op === '.' ? checkExpression(arg, context) : undefined;
  if (named?.type !== 'number' || named.kind !== 'name') {
    throw mistake(node, `${describe(node)} cannot be asked`, 'a name with a dot, such as has(previous.rsi_1h)');
  }
  return { type: 'bool', kind: 'present', at: spanOf(node), slot: named.slot, name: named.name };
}

export function checkMethod(node: MethodNode, context: CheckContext): Expression {
  const [name, owner, args] = node.args;
  if (owner.op === 'id' && owner.args === CANDLES && !context.loops.has(CANDLES)) return lastCandles(node);
  const of = checkExpression(owner, context);
  if (of.type === 'text') return textTest(node, of, context);
  if (of.type !== 'list')
    throw mistake(methodPlace(node), `${describe(owner)} has no '${name}'`, 'a list such as candles.last(3)');
  const at = spanOf(node);
  switch (name) {
    case 'all':
    case 'exists':
    case 'exists_one': {
      const { register, inner, body } = loop(node, of, context);
      return {
        type: 'bool',
        kind: 'quantifier',
        at,
        name,
        list: of,
        register,
        body: expectBool(body, inner, `'${name}'`),
      };
    }
    case 'filter': {
      const { register, inner, body } = loop(node, of, context);
      const { element, most } = of;
      return {
        type: 'list',
        kind: 'filter',
        at,
        element,
        most,
        list: of,
        register,
        body: expectBool(body, inner, `'${name}'`),
      };
    }
    case 'map': {
      const { register, inner, body } = loop(node, of, context);
      const { most } = of;
      return {
        type: 'list',
        kind: 'map',
        at,
        element: 'number',
        most,
        list: of,
        register,
        body: expectNumber(body, inner, `'${name}'`),
      };
    }
  }
  if (args.length === 0 && (name === 'size' || aggregateByName.has(name))) return aggregate(node, name, of);
  throw mistake(methodPlace(node), `a list has no '${name}' of ${counted(args.length)}`, nearestMethod(name));
}

function nearestMethod(name: string): string {
  return nearestName(name, methodNames) ?? `one of ${methodNames.join(', ')}`;
}

function lastCandles(node: MethodNode): ListExpression {
  const [name, , args] = node.args;
  const expected = `candles.last(n) with a whole n from 1 to ${CANDLES_MAX}`;
  const [arg] = args;
  if (name !== 'last' || arg === undefined || args.length > 1) {
    throw mistake(methodPlace(node), `${counted(args.length)} for '${CANDLES}.${name}'`, expected);
  }
  const count = arg.op === 'value' && typeof arg.args === 'bigint' ? Number(arg.args) : Number.NaN;
  if (!(count >= 1 && count <= CANDLES_MAX)) throw mistake(arg, `${describe(arg)} candles`, expected);
  return { type: 'list', kind: 'last', at: spanOf(node), element: 'candle', most: count, count };
}

function loop(node: MethodNode, list: ListExpression, context: CheckContext) {
  const [name, , args] = node.args;
  const [variable, body] = args;
  if (variable?.op !== 'id' || body === undefined || args.length > 2) {
    throw mistake(
      methodPlace(node),
      `${counted(args.length)} for '${name}'`,
      `a variable and an expression, such as ${name}(c, …)`,
    );
  }
  if (list.element === 'text') throw mistake(methodPlace(node), 'a loop over texts', "'in' for a list of texts");
  const register = context.loops.size;
  if (context.loops.has(variable.args)) {
    throw mistake(variable, `'${variable.args}' is the variable of the loop around it`, 'another name');
  }
  if (register >= LOOP_DEPTH_MAX)
    throw mistake(methodPlace(node), 'it is nested too deep', `at most ${LOOP_DEPTH_MAX} loops in each other`);
  const loops = new Map([...context.loops, [variable.args, { element: list.element, register }] as const]);
  return { register, body, inner: { ...context, loops } };
}

function aggregate(node: MethodNode, name: string, list: ListExpression): NumberExpression {
  if (list.element === 'text') {
    throw mistake(methodPlace(node), `the ${name} of a list of texts`, "'in' for a list of texts");
  }
  if (name !== 'size' && list.element !== 'number') {
    throw mistake(
      methodPlace(node),
      `the ${name} of a list of ${list.element}s`,
      `numbers, such as .map(c, c.close).${name}()`,
    );
  }
  return { type: 'number', kind: 'aggregate', at: spanOf(node), name, list };
}

function textTest(node: MethodNode, of: TextExpression, context: CheckContext): Expression {
  const [name, , args] = node.args;
  const [argument] = args;
  if (!textTestByName.has(name))
    throw mistake(
      methodPlace(node),
      `a text has no '${name}'`,
      nearestName(name, textTestByName.keys()) ?? `one of ${[...textTestByName.keys()].join(', ')}`,
    );
  if (argument === undefined || args.length > 1)
    throw mistake(methodPlace(node), `${counted(args.length)} for '${name}'`, 'one text');
  return {
    type: 'bool',
    kind: 'text',
    at: spanOf(node),
    name,
    of,
    argument: expectText(argument, context, `'${name}'`),
  };
}
