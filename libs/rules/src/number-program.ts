/**
 * Comparisons of longer arithmetic as a list of steps on a stack: no call and no boxed number per operation, which counts
 * where a loop asks each candle. Only for numbers that need nothing else: constants, metrics, numbers of loops.
 */
import type { EvaluationInput } from './evaluation-input.ts';
import type { ArithmeticOperator, NumberExpression } from './expression.ts';

const CONSTANT = 0;
const NAME = 1;
const FIELD = 2;
const ELEMENT = 3;
const NEGATE = 4;
const stepOf: Readonly<Record<ArithmeticOperator, number>> = { '+': 5, '-': 6, '*': 7, '/': 8 };
const ADD = stepOf['+'];
const SUBTRACT = stepOf['-'];
const MULTIPLY = stepOf['*'];

/** Deeper ones are left to closures. */
const STACK_MAX = 32;
const stack = new Float64Array(STACK_MAX);

export interface NumberProgram {
  /** Steps, each followed by what it needs. */
  readonly steps: Int32Array;
  readonly constants: Float64Array;
}

/** Puts left and right on the stack; undefined where they need more than steps can do. */
export function numberProgram(left: NumberExpression, right: NumberExpression): NumberProgram | undefined {
  const steps: number[] = [];
  const constants: number[] = [];
  const depth = Math.max(write(left, steps, constants), 1 + write(right, steps, constants));
  return depth <= STACK_MAX ? { steps: Int32Array.from(steps), constants: Float64Array.from(constants) } : undefined;
}

/** How much of the stack it needs. */
function write(expression: NumberExpression, steps: number[], constants: number[]): number {
  switch (expression.kind) {
    case 'constant':
      steps.push(CONSTANT, constants.push(expression.value) - 1);
      return 1;
    case 'name':
      steps.push(NAME, expression.slot);
      return 1;
    case 'element':
      steps.push(ELEMENT, expression.register);
      return 1;
    case 'field':
      if (expression.candle.kind !== 'element') return Infinity;
      steps.push(FIELD, expression.candle.register, expression.field);
      return 1;
    case 'negate': {
      const depth = write(expression.of, steps, constants);
      steps.push(NEGATE);
      return depth;
    }
    case 'arithmetic': {
      const { operator, left, right } = expression;
      const depth = Math.max(write(left, steps, constants), 1 + write(right, steps, constants));
      steps.push(stepOf[operator]);
      return depth;
    }
    default:
      return Infinity;
  }
}

/** Left minus right would do, were it not for infinities: 1 where left is greater, 0 equal, −1 less; NaN where one of them is. */
export function compareByProgram({ steps, constants }: NumberProgram, input: EvaluationInput): number {
  const { numbers, places, elements } = input;
  const { values } = input.candles;
  let top = -1;
  for (let at = 0; at < steps.length; ) {
    const step = steps[at++] as number;
    switch (step) {
      case CONSTANT:
        stack[++top] = constants[steps[at++] as number] as number;
        break;
      case NAME:
        stack[++top] = numbers[steps[at++] as number] as number;
        break;
      case FIELD:
        stack[++top] = values[(places[steps[at] as number] as number) + (steps[at + 1] as number)] as number;
        at += 2;
        break;
      case ELEMENT:
        stack[++top] = elements[steps[at++] as number] as number;
        break;
      case NEGATE:
        stack[top] = -(stack[top] as number);
        break;
      default: {
        const right = stack[top--] as number;
        const left = stack[top] as number;
        if (step === ADD) stack[top] = left + right;
        else if (step === SUBTRACT) stack[top] = left - right;
        else stack[top] = step === MULTIPLY ? left * right : left / right;
      }
    }
  }
  const left = stack[0] as number;
  const right = stack[1] as number;
  if (left > right) return 1;
  if (left < right) return -1;
  return left === right ? 0 : Number.NaN;
}
