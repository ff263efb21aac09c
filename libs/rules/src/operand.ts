/**
 * What stands on one side of a comparison or an operation. Most are a constant, a metric (perhaps times or through a
 * constant) or a number of a candle: `load` reads these where it is inlined, without a call and without a boxed number.
 */
import type { Reader } from './compile-number.ts';
import type { EvaluationInput } from './evaluation-input.ts';
import type { NumberExpression } from './expression.ts';

export const CONSTANT = 0;
export const NAME = 1;
const FIELD = 2;
export const OTHER = 3;

/** All of one shape, whatever the kind. */
export interface Operand {
  readonly kind: number;
  /** The constant; of a name what it is multiplied with: times × (metric / over), where multiplying by 1 and dividing by 1 change no bit. */
  readonly times: number;
  readonly over: number;
  /** Slot of the name, register of the candle. */
  readonly at: number;
  readonly field: number;
  /** The whole of it, absent told apart. */
  readonly read: Reader<number>;
}

export function operandOf(expression: NumberExpression, read: Reader<number>): Operand {
  const none = { times: 1, over: 1, at: 0, field: 0, read };
  if (expression.kind === 'constant') return { ...none, kind: CONSTANT, times: expression.value };
  if (expression.kind === 'field' && expression.candle.kind === 'element') {
    return { ...none, kind: FIELD, at: expression.candle.register, field: expression.field };
  }
  return { ...none, kind: OTHER, ...scaledName(expression) };
}

function scaledName(expression: NumberExpression): Partial<Operand> {
  if (expression.kind !== 'arithmetic' || expression.operator !== '*') return dividedName(expression);
  const { left, right } = expression;
  const [constant, name] = left.kind === 'constant' ? [left, right] : [right, left];
  const divided = dividedName(name);
  return constant.kind === 'constant' && divided.kind === NAME ? { ...divided, times: constant.value } : {};
}

function dividedName(expression: NumberExpression): Partial<Operand> {
  if (expression.kind === 'name') return { kind: NAME, at: expression.slot };
  if (expression.kind !== 'arithmetic' || expression.operator !== '/') return {};
  const { left, right } = expression;
  if (left.kind !== 'name' || right.kind !== 'constant') return {};
  return { kind: NAME, at: left.slot, over: right.value };
}

/**
 * NaN: really NaN, or absent; `input.takeAbsent()` has to be asked at once, it tells which. Each operand is evaluated once:
 * once more where it is NaN would be twice for each level of an expression, which is without end.
 */
export function load(input: EvaluationInput, operand: Operand): number {
  switch (operand.kind) {
    case CONSTANT:
      return operand.times;
    case NAME: {
      const value = input.numbers[operand.at] as number;
      return Number.isNaN(value) ? loaded(input, operand) : operand.times * (value / operand.over);
    }
    case FIELD:
      return input.candles.values[(input.places[operand.at] as number) + operand.field] as number;
    default:
      return loaded(input, operand);
  }
}

function loaded(input: EvaluationInput, operand: Operand): number {
  return operand.read(input) ?? input.putAbsent();
}
