/** Conditions as closures: true, false, or undefined where a number that decides is absent. */
import { compileComparison } from './compile-comparison.ts';
import { compileList, compileQuantifier } from './compile-list.ts';
import { chooseReader, compileNumber, compileText, type Reader } from './compile-number.ts';
import { textTestByName } from './condition-functions.ts';
import type { BoolExpression, ListExpression, ScalarExpression } from './expression.ts';

export function compileBool(expression: BoolExpression): Reader<boolean> {
  switch (expression.kind) {
    case 'constant': {
      const { value } = expression;
      return () => value;
    }
    case 'not': {
      const of = compileBool(expression.of);
      return (input) => {
        const holds = of(input);
        return holds === undefined ? undefined : !holds;
      };
    }
    case 'and':
      return logicalReader(expression.terms.map(compileBool), false);
    case 'or':
      return logicalReader(expression.terms.map(compileBool), true);
    case 'compare':
      return compileComparison(expression);
    case 'equal':
      return equalReader(compileScalar(expression.left), compileScalar(expression.right), expression.equal);
    case 'in':
      return membershipReader(compileScalar(expression.value), compileItems(expression.list));
    case 'text': {
      const test = textTestByName.get(expression.name)?.test;
      if (test === undefined) throw new RangeError(`no test ${expression.name}`);
      const of = compileText(expression.of);
      const argument = compileText(expression.argument);
      return (input) => {
        const text = of(input);
        const other = argument(input);
        return text === undefined || other === undefined ? undefined : test(text, other);
      };
    }
    case 'quantifier':
      return compileQuantifier(expression);
    case 'present': {
      const { slot } = expression;
      return (input) => input.number(slot) !== undefined;
    }
    case 'choose':
      return chooseReader(compileBool(expression.test), compileBool(expression.yes), compileBool(expression.no));
  }
}

export function compileScalar(expression: ScalarExpression): Reader<number | boolean | string> {
  if (expression.type === 'number') return compileNumber(expression);
  return expression.type === 'bool' ? compileBool(expression) : compileText(expression);
}

/** `decisive` settles it whatever the others are, absent ones too: true for `||`, false for `&&`. */
function logicalReader(terms: readonly Reader<boolean>[], decisive: boolean): Reader<boolean> {
  return (input) => {
    let absent = false;
    for (let index = 0; index < terms.length; index++) {
      const holds = (terms[index] as Reader<boolean>)(input);
      if (holds === decisive) return decisive;
      if (holds === undefined) absent = true;
    }
    return absent ? undefined : !decisive;
  };
}

function equalReader(
  left: Reader<number | boolean | string>,
  right: Reader<number | boolean | string>,
  equal: boolean,
): Reader<boolean> {
  return (input) => {
    const a = left(input);
    if (a === undefined) return undefined;
    const b = right(input);
    return b === undefined ? undefined : (a === b) === equal;
  };
}

function compileItems(list: ListExpression): Reader<readonly (number | boolean | string)[]> {
  if (list.element !== 'text' || list.kind !== 'literal') return compileList(list);
  const items = list.items.map(compileScalar);
  return (input) => {
    const values = items.map((item) => item(input));
    return values.every((value) => value !== undefined) ? values : undefined;
  };
}

function membershipReader(
  value: Reader<number | boolean | string>,
  items: Reader<readonly (number | boolean | string)[]>,
): Reader<boolean> {
  return (input) => {
    const found = value(input);
    if (found === undefined) return undefined;
    const known = items(input);
    if (known === undefined) return undefined;
    // Not `includes`, for which NaN is like NaN.
    return known.some((item) => item === found);
  };
}
