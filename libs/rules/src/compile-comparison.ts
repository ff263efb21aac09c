/** Comparisons as closures: the terms of nearly every rule. */
import { compileNumber, type Reader } from './compile-number.ts';
import type { BoolExpression } from './expression.ts';
import { compareByProgram, type NumberProgram, numberProgram } from './number-program.ts';
import { CONSTANT, load, NAME, type Operand, OTHER, operandOf } from './operand.ts';

type Comparison = Extract<BoolExpression, { kind: 'compare' }>;

export function compileComparison({ operator, left, right }: Comparison): Reader<boolean> {
  const [less, greater] = operator.startsWith('<') ? [left, right] : [right, left];
  const above = operandOf(greater, compileNumber(greater));
  const below = operandOf(less, compileNumber(less));
  const orEqual = operator.endsWith('=');
  const general = orEqual ? atLeast(above, below) : greaterThan(above, below);
  if (above.kind === NAME && below.kind === NAME) return namesCompared(above, below, orEqual, general);
  if (above.kind === NAME && below.kind === CONSTANT) return nameAbove(above, below.times, orEqual, general);
  if (above.kind === CONSTANT && below.kind === NAME) return nameBelow(below, above.times, orEqual, general);
  // One operand beside another is fastest where it is read; longer arithmetic as steps.
  if (above.kind !== OTHER && below.kind !== OTHER) return general;
  const program = numberProgram(greater, less);
  return program ? programReader(program, orEqual, general) : general;
}

function programReader(program: NumberProgram, orEqual: boolean, general: Reader<boolean>): Reader<boolean> {
  return (input) => {
    const order = compareByProgram(program, input);
    if (order === 1) return true;
    if (order === -1) return false;
    // NaN: a number is not read yet, absent, or really NaN.
    return order === 0 ? orEqual : general(input);
  };
}

function greaterThan(left: Operand, right: Operand): Reader<boolean> {
  return (input) => {
    const a = load(input, left);
    if (Number.isNaN(a) && input.takeAbsent()) return undefined;
    const b = load(input, right);
    return Number.isNaN(b) && input.takeAbsent() ? undefined : a > b;
  };
}

function atLeast(left: Operand, right: Operand): Reader<boolean> {
  return (input) => {
    const a = load(input, left);
    if (Number.isNaN(a) && input.takeAbsent()) return undefined;
    const b = load(input, right);
    return Number.isNaN(b) && input.takeAbsent() ? undefined : a >= b;
  };
}

// Nearly all terms of rules compare metrics with constants and with each other. NaN is left to the general closure.

function namesCompared(left: Operand, right: Operand, orEqual: boolean, general: Reader<boolean>): Reader<boolean> {
  const { at, times, over } = left;
  const { at: otherAt, times: otherTimes, over: otherOver } = right;
  return (input) => {
    const a = times * ((input.numbers[at] as number) / over);
    const b = otherTimes * ((input.numbers[otherAt] as number) / otherOver);
    if (a > b) return true;
    if (a < b) return false;
    return a === b ? orEqual : general(input);
  };
}

function nameAbove(left: Operand, bound: number, orEqual: boolean, general: Reader<boolean>): Reader<boolean> {
  const { at, times, over } = left;
  return (input) => {
    const a = times * ((input.numbers[at] as number) / over);
    if (a > bound) return true;
    if (a < bound) return false;
    return a === bound ? orEqual : general(input);
  };
}

function nameBelow(right: Operand, bound: number, orEqual: boolean, general: Reader<boolean>): Reader<boolean> {
  const { at, times, over } = right;
  return (input) => {
    const b = times * ((input.numbers[at] as number) / over);
    if (bound > b) return true;
    if (bound < b) return false;
    return bound === b ? orEqual : general(input);
  };
}
