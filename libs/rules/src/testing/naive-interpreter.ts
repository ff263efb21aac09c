/** The slowest and plainest evaluation: it walks what the parser found, looks everything up by name, and knows no types. */
import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import type { ConditionWorld } from './condition-world.ts';

class Absent extends Error {}

type Value = unknown;
type Variables = Readonly<Record<string, Value>>;

const parser = new Environment({ unlistedVariablesAreDyn: true });

export function naiveResult(text: string, world: ConditionWorld): Value {
  try {
    return evaluate(parser.parse(text).ast, world, {});
  } catch (error) {
    if (error instanceof Absent) return undefined;
    throw error;
  }
}

function present<Found>(value: Found | undefined): Found {
  if (value === undefined) throw new Absent();
  return value;
}

/** What it is, or that it is absent: for `&&`, `||`, all and exists. */
function attempt(evaluateIt: () => Value): Value {
  try {
    return evaluateIt();
  } catch (error) {
    if (error instanceof Absent) return undefined;
    throw error;
  }
}

function evaluate(node: ASTNode, world: ConditionWorld, variables: Variables): Value {
  const inner = (child: ASTNode): Value => evaluate(child, world, variables);
  const number = (child: ASTNode): number => inner(child) as number;
  switch (node.op) {
    case 'value':
      return typeof node.args === 'bigint' ? Number(node.args) : node.args;
    case 'id':
      return Object.hasOwn(variables, node.args) ? variables[node.args] : present(world.numbers[node.args]);
    case '.':
      return member(node, world, variables);
    case '[]':
      return present((inner(node.args[0]) as Value[])[number(node.args[1])]);
    case 'list':
      return node.args.map(inner);
    case '-_':
      return -number(node.args);
    case '!_':
      return !inner(node.args);
    case '+':
      return number(node.args[0]) + number(node.args[1]);
    case '-':
      return number(node.args[0]) - number(node.args[1]);
    case '*':
      return number(node.args[0]) * number(node.args[1]);
    case '/':
      return number(node.args[0]) / number(node.args[1]);
    case '<':
      return number(node.args[0]) < number(node.args[1]);
    case '<=':
      return number(node.args[0]) <= number(node.args[1]);
    case '>':
      return number(node.args[0]) > number(node.args[1]);
    case '>=':
      return number(node.args[0]) >= number(node.args[1]);
    case '==':
      return inner(node.args[0]) === inner(node.args[1]);
    case '!=':
      return inner(node.args[0]) !== inner(node.args[1]);
    case 'in':
      return [inner(node.args[0])].some((value) => (inner(node.args[1]) as Value[]).indexOf(value) >= 0);
    case '&&': {
      const sides = node.args.map((side) => attempt(() => inner(side)));
      return sides.includes(false) ? false : sides.includes(undefined) ? present(undefined) : true;
    }
    case '||': {
      const sides = node.args.map((side) => attempt(() => inner(side)));
      return sides.includes(true) ? true : sides.includes(undefined) ? present(undefined) : false;
    }
    case '?:':
      return inner(node.args[0]) ? inner(node.args[1]) : inner(node.args[2]);
    case 'call':
      return call(node, world, variables);
    case 'rcall':
      return method(node, world, variables);
    default:
      throw new Error(`not in the language: ${node.op}`);
  }
}

function member(node: Extract<ASTNode, { op: '.' }>, world: ConditionWorld, variables: Variables): Value {
  const [owner, name] = node.args;
  if (owner.op === 'id' && !Object.hasOwn(variables, owner.args)) {
    const full = `${owner.args}.${name}`;
    return present(world.numbers[full] ?? world.texts[full]);
  }
  return (evaluate(owner, world, variables) as Record<string, Value>)[name];
}

function call(node: Extract<ASTNode, { op: 'call' }>, world: ConditionWorld, variables: Variables): Value {
  const [name, args] = node.args;
  if (name === 'has') return attempt(() => evaluate(args[0] as ASTNode, world, variables)) !== undefined;
  const numbers = args.map((arg) => evaluate(arg, world, variables) as number);
  const [x = Number.NaN] = numbers;
  if (name === 'min') return numbers.reduce((one, other) => Math.min(one, other));
  if (name === 'max') return numbers.reduce((one, other) => Math.max(one, other));
  if (name === 'round') return x < 0 ? -Math.round(-x) : Math.round(x);
  return (Math[name as 'abs' | 'floor' | 'ceil' | 'sqrt' | 'log'] as (value: number) => number)(x);
}

function method(node: Extract<ASTNode, { op: 'rcall' }>, world: ConditionWorld, variables: Variables): Value {
  const [name, owner, args] = node.args;
  if (owner.op === 'id' && owner.args === 'candles') {
    const count = Number((args[0] as { args: unknown }).args);
    return count > world.candles.length ? present(undefined) : world.candles.slice(-count);
  }
  const of = evaluate(owner, world, variables);
  if (typeof of === 'string') {
    const text = evaluate(args[0] as ASTNode, world, variables) as string;
    return name === 'contains' ? of.indexOf(text) >= 0 : of[name as 'startsWith' | 'endsWith'](text);
  }
  const list = of as readonly Value[];
  const numbers = list as readonly number[];
  const [variable, body] = args;
  const each = (element: Value): Value =>
    evaluate(body as ASTNode, world, { ...variables, [(variable as { args: string }).args]: element });
  switch (name) {
    case 'all': {
      const results = list.map((element) => attempt(() => each(element)));
      return results.includes(false) ? false : results.includes(undefined) ? present(undefined) : true;
    }
    case 'exists': {
      const results = list.map((element) => attempt(() => each(element)));
      return results.includes(true) ? true : results.includes(undefined) ? present(undefined) : false;
    }
    case 'exists_one':
      return list.map(each).filter((held) => held === true).length === 1;
    case 'filter':
      return list.filter((element) => each(element) === true);
    case 'map':
      return list.map(each);
    case 'size':
      return list.length;
    case 'sum':
      return numbers.reduce((total, value) => total + value, 0);
    case 'mean':
      return present(list.length || undefined) && numbers.reduce((total, value) => total + value, 0) / list.length;
    case 'max':
      return present(list.length || undefined) && numbers.reduce((one, other) => Math.max(one, other));
    case 'min':
      return present(list.length || undefined) && numbers.reduce((one, other) => Math.min(one, other));
    default:
      throw new Error(`not in the language: ${name}`);
  }
}
