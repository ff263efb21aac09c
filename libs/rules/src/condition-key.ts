/**
 * One text for all conditions of the same meaning: parameters and numbers as they count, one spelling, `<` turned into
 * `>`, operands whose order means nothing sorted, variables of loops by their depth. Equal keys: equal results on every
 * input. (Not the other way round: that two conditions mean the same cannot be decided in general.)
 */
import type { Expression } from './expression.ts';

export function conditionKey(expression: Expression): string {
  const part = conditionKey;
  switch (expression.kind) {
    case 'constant':
      return typeof expression.value === 'number' ? numberText(expression.value) : JSON.stringify(expression.value);
    case 'name':
    case 'instrument':
      return expression.name;
    case 'element':
      return `$${expression.register}`;
    case 'field':
      return `${part(expression.candle)}.${expression.field}`;
    case 'index':
      return `${part(expression.list)}[${expression.index}]`;
    case 'negate':
      return `-(${part(expression.of)})`;
    case 'not':
      return `!(${part(expression.of)})`;
    case 'and':
      return `(${inOrder(expression.terms).join(' && ')})`;
    case 'or':
      return `(${inOrder(expression.terms).join(' || ')})`;
    case 'arithmetic': {
      const { operator, left, right } = expression;
      const commutes = operator === '+' || operator === '*';
      const sides = commutes ? inOrder([left, right]) : [part(left), part(right)];
      return `(${sides.join(` ${operator} `)})`;
    }
    case 'compare': {
      const { operator, left, right } = expression;
      const [greater, less] = operator.startsWith('<') ? [right, left] : [left, right];
      return `(${part(greater)} ${operator.replace('<', '>')} ${part(less)})`;
    }
    case 'equal':
      return `(${inOrder([expression.left, expression.right]).join(expression.equal ? ' == ' : ' != ')})`;
    case 'in':
      return `(${part(expression.value)} in ${part(expression.list)})`;
    case 'call':
      return `${expression.name}(${expression.args.map(part).join(', ')})`;
    case 'present':
      return `has(${expression.name})`;
    case 'text':
      return `${part(expression.of)}.${expression.name}(${part(expression.argument)})`;
    case 'choose':
      return `(${part(expression.test)} ? ${part(expression.yes)} : ${part(expression.no)})`;
    case 'literal':
      return `[${expression.items.map(part).join(', ')}]`;
    case 'last':
      return `candles.last(${expression.count})`;
    case 'quantifier':
      return `${part(expression.list)}.${expression.name}(${part(expression.body)})`;
    case 'filter':
    case 'map':
      return `${part(expression.list)}.${expression.kind}(${part(expression.body)})`;
    case 'aggregate':
      return `${part(expression.list)}.${expression.name}()`;
  }
}

const inOrder = (operands: readonly Expression[]): readonly string[] => operands.map(conditionKey).sort();

/** -0 is not 0: 1 / -0 is -Infinity. */
const numberText = (value: number): string => (Object.is(value, -0) ? '-0' : `${value}`);
