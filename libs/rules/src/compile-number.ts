/** Numbers and texts of a condition as closures. undefined is CEL's error value: absent; it passes through every operation. */
import { compileBool } from './compile-bool.ts';
import { compileList } from './compile-list.ts';
import { aggregateByName, numberFunctionByName } from './condition-functions.ts';
import type { EvaluationInput } from './evaluation-input.ts';
import type { CandleExpression, ListExpression, NumberExpression, TextExpression } from './expression.ts';
import { load, operandOf } from './operand.ts';

export type Reader<Value> = (input: EvaluationInput) => Value | undefined;

export function compileNumber(expression: NumberExpression): Reader<number> {
  switch (expression.kind) {
    case 'constant': {
      const { value } = expression;
      return () => value;
    }
    case 'name':
      return nameReader(expression.slot);
    case 'element': {
      const { register } = expression;
      return (input) => input.elements[register];
    }
    case 'field':
      return fieldReader(expression.candle, expression.field);
    case 'negate': {
      const of = compileNumber(expression.of);
      return (input) => {
        const value = of(input);
        return value === undefined ? undefined : -value;
      };
    }
    case 'arithmetic':
      return arithmeticReader(expression);
    case 'call':
      return callReader(expression);
    case 'aggregate':
      return aggregateReader(expression.name, expression.list);
    case 'choose':
      return chooseReader(compileBool(expression.test), compileNumber(expression.yes), compileNumber(expression.no));
  }
}

function nameReader(slot: number): Reader<number> {
  return (input) => {
    const value = input.numbers[slot] as number;
    return Number.isNaN(value) ? input.number(slot) : value;
  };
}

function fieldReader(candle: CandleExpression, field: number): Reader<number> {
  if (candle.kind === 'element') {
    const { register } = candle;
    return (input) => input.candles.values[(input.places[register] as number) + field];
  }
  const find = compileCandle(candle);
  return (input) => {
    const place = find(input);
    return place === undefined ? undefined : input.candles.values[place + field];
  };
}

/** The place of a candle. */
function compileCandle(expression: CandleExpression): Reader<number> {
  if (expression.kind === 'element') {
    const { register } = expression;
    return (input) => input.places[register];
  }
  const { index } = expression;
  const list = compileList(expression.list);
  return (input) => list(input)?.[index];
}

/** One closure per operator: a shared one would have to call the operation. */
function arithmeticReader(expression: Extract<NumberExpression, { kind: 'arithmetic' }>): Reader<number> {
  const left = operandOf(expression.left, compileNumber(expression.left));
  const right = operandOf(expression.right, compileNumber(expression.right));
  switch (expression.operator) {
    case '+':
      return (input) => {
        const a = load(input, left);
        if (Number.isNaN(a) && input.takeAbsent()) return undefined;
        const b = load(input, right);
        return Number.isNaN(b) && input.takeAbsent() ? undefined : a + b;
      };
    case '-':
      return (input) => {
        const a = load(input, left);
        if (Number.isNaN(a) && input.takeAbsent()) return undefined;
        const b = load(input, right);
        return Number.isNaN(b) && input.takeAbsent() ? undefined : a - b;
      };
    case '*':
      return (input) => {
        const a = load(input, left);
        if (Number.isNaN(a) && input.takeAbsent()) return undefined;
        const b = load(input, right);
        return Number.isNaN(b) && input.takeAbsent() ? undefined : a * b;
      };
    case '/':
      return (input) => {
        const a = load(input, left);
        if (Number.isNaN(a) && input.takeAbsent()) return undefined;
        const b = load(input, right);
        return Number.isNaN(b) && input.takeAbsent() ? undefined : a / b;
      };
  }
}

function callReader({ name, args }: Extract<NumberExpression, { kind: 'call' }>): Reader<number> {
  const known = numberFunctionByName.get(name);
  if (known === undefined) throw new RangeError(`no function ${name}`);
  const { compute } = known;
  const readers = args.map(compileNumber);
  const [first] = readers;
  if (first !== undefined && readers.length === 1) {
    return (input) => {
      const value = first(input);
      return value === undefined ? undefined : compute(value);
    };
  }
  const all = readAll(readers);
  return (input) => {
    const values = all(input);
    return values && compute(...values);
  };
}

/** All of them; undefined where one is absent. */
export const readAll =
  (readers: readonly Reader<number>[]): Reader<readonly number[]> =>
  (input) => {
    const values: number[] = [];
    for (const read of readers) {
      const value = read(input);
      if (value === undefined) return undefined;
      values.push(value);
    }
    return values;
  };

function aggregateReader(name: string, list: ListExpression): Reader<number> {
  const elements = compileList(list);
  if (name === 'size') return (input) => elements(input)?.length;
  const compute = aggregateByName.get(name)?.compute;
  if (compute === undefined) throw new RangeError(`no aggregate ${name}`);
  return (input) => {
    const numbers = elements(input);
    return numbers && compute(numbers);
  };
}

export function chooseReader<Value>(test: Reader<boolean>, yes: Reader<Value>, no: Reader<Value>): Reader<Value> {
  return (input) => {
    const holds = test(input);
    if (holds === undefined) return undefined;
    return holds ? yes(input) : no(input);
  };
}

export function compileText(expression: TextExpression): Reader<string> {
  switch (expression.kind) {
    case 'constant': {
      const { value } = expression;
      return () => value;
    }
    case 'instrument': {
      const { place } = expression;
      return (input) => input.texts[place];
    }
    case 'choose':
      return chooseReader(compileBool(expression.test), compileText(expression.yes), compileText(expression.no));
  }
}
