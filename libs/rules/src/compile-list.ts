/** Lists and loops of a condition as closures. A list holds numbers, or the places of candles. */

import { nextPlace } from './candle-history.ts';
import { compileBool } from './compile-bool.ts';
import { compileNumber, type Reader, readAll } from './compile-number.ts';
import type { EvaluationInput } from './evaluation-input.ts';
import type { BoolExpression, ListExpression, NumberExpression, QuantifierName } from './expression.ts';

export function compileList(expression: ListExpression): Reader<readonly number[]> {
  switch (expression.kind) {
    case 'literal':
      return readAll(expression.items.map((item) => compileNumber(item as NumberExpression)));
    case 'last': {
      const { count } = expression;
      return (input) => {
        const oldest = input.candles.oldestOf(count);
        if (oldest === undefined) return undefined;
        const places = [oldest];
        while (places.length < count) places.push(nextPlace(places.at(-1) ?? 0));
        return places;
      };
    }
    case 'filter': {
      const body = compileBool(expression.body);
      return gather(expression, (input, element, found) => {
        const holds = body(input);
        if (holds === true) found.push(element);
        return holds !== undefined;
      });
    }
    case 'map': {
      const body = compileNumber(expression.body);
      return gather(expression, (input, _, found) => {
        const value = body(input);
        if (value !== undefined) found.push(value);
        return value !== undefined;
      });
    }
  }
}

/** `step` says whether it could: as in CEL, filter and map of a list with an absent element are absent. */
function gather(
  { list, register }: Extract<ListExpression, { kind: 'filter' | 'map' }>,
  step: (input: EvaluationInput, element: number, found: number[]) => boolean,
): Reader<readonly number[]> {
  const elements = compileList(list);
  return (input) => {
    const known = elements(input);
    if (known === undefined) return undefined;
    const found: number[] = [];
    for (const element of known) {
      input.setElement(register, element);
      if (!step(input, element, found)) return undefined;
    }
    return found;
  };
}

export function compileQuantifier(expression: Extract<BoolExpression, { kind: 'quantifier' }>): Reader<boolean> {
  const { name, list, register } = expression;
  const body = compileBool(expression.body);
  if (name === 'exists_one') return exactlyOne(compileList(list), register, body);
  if (list.kind === 'last') return quantifyCandles(name, list.count, register, body);
  const elements = compileList(list);
  const decisive = name === 'exists';
  return (input) => {
    const known = elements(input);
    if (known === undefined) return undefined;
    let absent = false;
    for (const element of known) {
      input.setElement(register, element);
      const holds = body(input);
      if (holds === decisive) return decisive;
      if (holds === undefined) absent = true;
    }
    return absent ? undefined : !decisive;
  };
}

/** The same without a list: most rules that loop, loop over the last candles. */
function quantifyCandles(
  name: QuantifierName,
  count: number,
  register: number,
  body: Reader<boolean>,
): Reader<boolean> {
  const decisive = name === 'exists';
  return (input) => {
    const oldest = input.candles.oldestOf(count);
    if (oldest === undefined) return undefined;
    let absent = false;
    for (let place = oldest, left = count; left > 0; place = nextPlace(place), left--) {
      input.places[register] = place;
      const holds = body(input);
      if (holds === decisive) return decisive;
      if (holds === undefined) absent = true;
    }
    return absent ? undefined : !decisive;
  };
}

function exactlyOne(elements: Reader<readonly number[]>, register: number, body: Reader<boolean>): Reader<boolean> {
  return (input) => {
    const known = elements(input);
    if (known === undefined) return undefined;
    let count = 0;
    for (const element of known) {
      input.setElement(register, element);
      const holds = body(input);
      if (holds === undefined) return undefined;
      if (holds) count++;
    }
    return count === 1;
  };
}
