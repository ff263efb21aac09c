import type { ASTNode } from '@marcbachmann/cel-js';
import { nearestName } from './nearest-name.ts';
import { ConditionMistake, parseCondition } from './parse-condition.ts';

/** Value of a metric by its flat name; undefined: absent. */
export type MetricLookup = (name: string) => number | undefined;

/**
 * A term of a condition. undefined is CEL's error value, here always for an absent metric: it passes through everything
 * but `&&`, `||` and the branch of `?:` that is not taken.
 */
type Term =
  | { readonly type: 'number'; readonly value: (metrics: MetricLookup) => number | undefined }
  | { readonly type: 'bool'; readonly value: (metrics: MetricLookup) => boolean | undefined };
type NumberTerm = Extract<Term, { type: 'number' }>;
type BoolTerm = Extract<Term, { type: 'bool' }>;

export interface CompiledCondition {
  /** Flat names it reads, in the order of their first appearance. */
  readonly names: readonly string[];
  /** undefined: absent, so it does not hold. */
  readonly evaluate: (metrics: MetricLookup) => boolean | undefined;
}

export interface ConditionNames {
  /** Whether a metric of that name exists. */
  readonly isMetric: (name: string) => boolean;
  /** For the nearest known name of a mistake. */
  readonly metrics: Iterable<string>;
  readonly parameters: Readonly<Record<string, number>>;
}

/** Parses, checks types and names, and compiles into closures. Throws ConditionMistake. */
export function compileCondition(text: string, known: ConditionNames): CompiledCondition {
  const names = new Set<string>();
  const term = compile(parseCondition(text), known, names);
  if (term.type !== 'bool') {
    throw new ConditionMistake(1, 'it is a number, not a condition', 'a comparison such as change_1h > 1.6');
  }
  return { names: [...names], evaluate: term.value };
}

function compile(node: ASTNode, known: ConditionNames, names: Set<string>): Term {
  const inner = (child: ASTNode): Term => compile(child, known, names);
  const numbers = ([left, right]: readonly [ASTNode, ASTNode]): [NumberTerm, NumberTerm] => [
    expectNumber(inner(left), left, node.op),
    expectNumber(inner(right), right, node.op),
  ];
  switch (node.op) {
    case 'value':
      return literal(node.args, node);
    case 'id':
      return metric(node.args, node, known, names);
    case '.':
      return parameter(node, known);
    case '-_': {
      const { value } = expectNumber(inner(node.args), node.args, '-');
      return number((metrics) => {
        const found = value(metrics);
        return found === undefined ? undefined : -found;
      });
    }
    case '!_': {
      const { value } = expectBool(inner(node.args), node.args, '!');
      return bool((metrics) => {
        const found = value(metrics);
        return found === undefined ? undefined : !found;
      });
    }
    case '+':
    case '-':
    case '*':
    case '/':
      return arithmetic(node.op, ...numbers(node.args));
    case '<':
    case '<=':
    case '>':
    case '>=':
      return comparison(node.op, ...numbers(node.args));
    case '==':
    case '!=':
      return equality(node.op === '==', inner(node.args[0]), inner(node.args[1]), node.args[1]);
    case '&&':
    case '||': {
      const [left, right] = node.args;
      return logical(
        node.op === '||',
        expectBool(inner(left), left, node.op),
        expectBool(inner(right), right, node.op),
      );
    }
    case '?:': {
      const [test, yes, no] = node.args;
      return ternary(expectBool(inner(test), test, '?'), inner(yes), inner(no), no);
    }
    default:
      throw new ConditionMistake(
        place(node),
        `${describe(node)} cannot be used here`,
        'numbers, names, comparisons, && || !',
      );
  }
}

const number = (value: NumberTerm['value']): NumberTerm => ({ type: 'number', value });
const bool = (value: BoolTerm['value']): BoolTerm => ({ type: 'bool', value });
const place = (node: ASTNode): number => node.start + 1;

function literal(value: unknown, node: ASTNode): Term {
  if (typeof value === 'boolean') return bool(() => value);
  // Every number is a double, so that a trader can write 6 * volume_1h; a whole one must be exact as such.
  const double = typeof value === 'bigint' ? Number(value) : value;
  if (typeof double === 'number' && (typeof value !== 'bigint' || BigInt(double) === value))
    return number(() => double);
  throw new ConditionMistake(place(node), `${describe(node)} is not a number that can be used`, 'a number such as 1.6');
}

function metric(name: string, node: ASTNode, known: ConditionNames, names: Set<string>): Term {
  if (!known.isMetric(name)) {
    const parameterNames = Object.keys(known.parameters).map((parameterName) => `params.${parameterName}`);
    const near = nearestName(name, [...known.metrics, ...parameterNames]);
    throw new ConditionMistake(place(node), `unknown name '${name}'`, near ?? 'a metric name such as change_1h');
  }
  names.add(name);
  return number((metrics) => metrics(name));
}

function parameter(node: Extract<ASTNode, { op: '.' }>, known: ConditionNames): Term {
  const [owner, name] = node.args;
  if (owner.op !== 'id' || owner.args !== 'params') {
    throw new ConditionMistake(
      place(node),
      `unknown name '${describe(node)}'`,
      'a metric name, or params.x for a parameter',
    );
  }
  const value = Object.hasOwn(known.parameters, name) ? known.parameters[name] : undefined;
  if (value === undefined) {
    const all = Object.keys(known.parameters);
    const near = nearestName(name, all);
    const expected =
      near === undefined ? (all.length > 0 ? `one of ${all.join(', ')}` : 'no parameter') : `params.${near}`;
    throw new ConditionMistake(place(node), `unknown parameter 'params.${name}'`, expected);
  }
  return number(() => value);
}

const arithmeticOf = {
  '+': (left: number, right: number) => left + right,
  '-': (left: number, right: number) => left - right,
  '*': (left: number, right: number) => left * right,
  '/': (left: number, right: number) => left / right,
} as const;

function arithmetic(op: keyof typeof arithmeticOf, { value: left }: NumberTerm, { value: right }: NumberTerm): Term {
  const compute = arithmeticOf[op];
  return number((metrics) => {
    const a = left(metrics);
    if (a === undefined) return undefined;
    const b = right(metrics);
    return b === undefined ? undefined : compute(a, b);
  });
}

const comparisonOf = {
  '<': (left: number, right: number) => left < right,
  '<=': (left: number, right: number) => left <= right,
  '>': (left: number, right: number) => left > right,
  '>=': (left: number, right: number) => left >= right,
} as const;

function comparison(op: keyof typeof comparisonOf, { value: left }: NumberTerm, { value: right }: NumberTerm): Term {
  const holds = comparisonOf[op];
  return bool((metrics) => {
    const a = left(metrics);
    if (a === undefined) return undefined;
    const b = right(metrics);
    return b === undefined ? undefined : holds(a, b);
  });
}

function equality(equal: boolean, left: Term, right: Term, rightNode: ASTNode): Term {
  if (left.type !== right.type) {
    throw new ConditionMistake(place(rightNode), `a ${right.type} beside a ${left.type}`, `a ${left.type}`);
  }
  return bool((metrics) => {
    const a = left.value(metrics);
    if (a === undefined) return undefined;
    const b = right.value(metrics);
    return b === undefined ? undefined : (a === b) === equal;
  });
}

/** `absorbing` decides whatever the other side is: true for `||`, false for `&&`. */
function logical(absorbing: boolean, { value: left }: BoolTerm, { value: right }: BoolTerm): Term {
  return bool((metrics) => {
    const a = left(metrics);
    if (a === absorbing) return absorbing;
    const b = right(metrics);
    if (b === absorbing) return absorbing;
    return a === undefined || b === undefined ? undefined : !absorbing;
  });
}

function ternary({ value: test }: BoolTerm, yes: Term, no: Term, noNode: ASTNode): Term {
  if (yes.type === 'number' && no.type === 'number') {
    return number((metrics) => choose(test(metrics), yes.value, no.value, metrics));
  }
  if (yes.type === 'bool' && no.type === 'bool') {
    return bool((metrics) => choose(test(metrics), yes.value, no.value, metrics));
  }
  throw new ConditionMistake(place(noNode), `a ${no.type} where the other branch is a ${yes.type}`, `a ${yes.type}`);
}

function choose<T>(
  test: boolean | undefined,
  yes: (metrics: MetricLookup) => T | undefined,
  no: (metrics: MetricLookup) => T | undefined,
  metrics: MetricLookup,
): T | undefined {
  if (test === undefined) return undefined;
  return test ? yes(metrics) : no(metrics);
}

function expectNumber(term: Term, node: ASTNode, op: string): NumberTerm {
  if (term.type === 'number') return term;
  throw new ConditionMistake(place(node), `a condition beside '${op}'`, 'a number');
}

function expectBool(term: Term, node: ASTNode, op: string): BoolTerm {
  if (term.type === 'bool') return term;
  throw new ConditionMistake(place(node), `a number beside '${op}'`, 'a condition such as change_1h > 1.6');
}

const describe = (node: ASTNode): string => node.input.slice(node.start, node.end);
