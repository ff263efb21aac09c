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
const OTHER = 3;

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

/** NaN: not read yet, absent, or really NaN; `read` tells. */
export function load(input: EvaluationInput, operand: Operand): number {
  switch (operand.kind) {
    case CONSTANT:
      return operand.times;
    case NAME:
      return operand.times * ((input.numbers[operand.at] as number) / operand.over);
    case FIELD:
      return input.candles.values[(input.places[operand.at] as number) + operand.field] as number;
    default:
      return operand.read(input) ?? Number.NaN;
  }
}

/** Both sides with absent told apart; undefined: one of them is absent. */
export function readBoth(
  input: EvaluationInput,
  left: Operand,
  right: Operand,
): { readonly left: number; readonly right: number } | undefined {
  const a = left.read(input);
  if (a === undefined) return undefined;
  const b = right.read(input);
  return b === undefined ? undefined : { left: a, right: b };
}
