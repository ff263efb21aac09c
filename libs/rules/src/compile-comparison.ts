/**
 * Comparisons as closures. Most terms of rules compare a metric, perhaps times or through a constant, with a constant or
 * with another such metric: these read their slots themselves, without a call and a boxed number per operand.
 */
import { compileNumber, type Reader } from './compile-number.ts';
import type { BoolExpression, NumberExpression } from './expression.ts';

type Comparison = Extract<BoolExpression, { kind: 'compare' }>;

/** times × (metric / over): multiplying by 1 and dividing by 1 change no bit, so either may be 1. */
interface ScaledName {
  readonly slot: number;
  readonly times: number;
  readonly over: number;
}

export function compileComparison({ operator, left, right }: Comparison): Reader<boolean> {
  switch (operator) {
    case '>':
      return greater(left, right, false);
    case '>=':
      return greater(left, right, true);
    case '<':
      return greater(right, left, false);
    case '<=':
      return greater(right, left, true);
  }
}

function greater(left: NumberExpression, right: NumberExpression, orEqual: boolean): Reader<boolean> {
  const general = orEqual
    ? atLeast(compileNumber(left), compileNumber(right))
    : above(compileNumber(left), compileNumber(right));
  const leftName = scaledName(left);
  const rightName = scaledName(right);
  if (leftName && rightName)
    return orEqual ? namesAtLeast(leftName, rightName, general) : namesAbove(leftName, rightName, general);
  if (leftName && right.kind === 'constant') return nameAgainst(leftName, right.value, orEqual, general);
  if (rightName && left.kind === 'constant') return againstName(left.value, rightName, orEqual, general);
  return general;
}

function scaledName(expression: NumberExpression): ScaledName | undefined {
  if (expression.kind !== 'arithmetic') return dividedName(expression);
  const { operator, left, right } = expression;
  if (operator !== '*') return dividedName(expression);
  const [constant, name] = left.kind === 'constant' ? [left, right] : [right, left];
  const divided = dividedName(name);
  return constant.kind === 'constant' && divided ? { ...divided, times: constant.value } : undefined;
}

function dividedName(expression: NumberExpression): ScaledName | undefined {
  if (expression.kind === 'name') return { slot: expression.slot, times: 1, over: 1 };
  if (expression.kind !== 'arithmetic' || expression.operator !== '/') return undefined;
  const { left, right } = expression;
  if (left.kind !== 'name' || right.kind !== 'constant') return undefined;
  return { slot: left.slot, times: 1, over: right.value };
}

const above =
  (left: Reader<number>, right: Reader<number>): Reader<boolean> =>
  (input) => {
    const a = left(input);
    if (a === undefined) return undefined;
    const b = right(input);
    return b === undefined ? undefined : a > b;
  };

const atLeast =
  (left: Reader<number>, right: Reader<number>): Reader<boolean> =>
  (input) => {
    const a = left(input);
    if (a === undefined) return undefined;
    const b = right(input);
    return b === undefined ? undefined : a >= b;
  };

// In all of them NaN (a number not read yet, absent, or really NaN) is left to the general closure.

function namesAbove(left: ScaledName, right: ScaledName, general: Reader<boolean>): Reader<boolean> {
  const { slot, times, over } = left;
  const { slot: otherSlot, times: otherTimes, over: otherOver } = right;
  return (input) => {
    const a = input.numbers[slot] as number;
    const b = input.numbers[otherSlot] as number;
    if (Number.isNaN(a) || Number.isNaN(b)) return general(input);
    return times * (a / over) > otherTimes * (b / otherOver);
  };
}

function namesAtLeast(left: ScaledName, right: ScaledName, general: Reader<boolean>): Reader<boolean> {
  const { slot, times, over } = left;
  const { slot: otherSlot, times: otherTimes, over: otherOver } = right;
  return (input) => {
    const a = input.numbers[slot] as number;
    const b = input.numbers[otherSlot] as number;
    if (Number.isNaN(a) || Number.isNaN(b)) return general(input);
    return times * (a / over) >= otherTimes * (b / otherOver);
  };
}

function nameAgainst(
  { slot, times, over }: ScaledName,
  bound: number,
  orEqual: boolean,
  general: Reader<boolean>,
): Reader<boolean> {
  if (orEqual) {
    return (input) => {
      const a = input.numbers[slot] as number;
      return Number.isNaN(a) ? general(input) : times * (a / over) >= bound;
    };
  }
  return (input) => {
    const a = input.numbers[slot] as number;
    return Number.isNaN(a) ? general(input) : times * (a / over) > bound;
  };
}

function againstName(
  bound: number,
  { slot, times, over }: ScaledName,
  orEqual: boolean,
  general: Reader<boolean>,
): Reader<boolean> {
  if (orEqual) {
    return (input) => {
      const a = input.numbers[slot] as number;
      return Number.isNaN(a) ? general(input) : bound >= times * (a / over);
    };
  }
  return (input) => {
    const a = input.numbers[slot] as number;
    return Number.isNaN(a) ? general(input) : bound > times * (a / over);
  };
}
