/**
 * What must be so for a condition to hold, in a form that can be sorted: one number against a constant
 * (`change_5m > 3.0`), or the quotient of two (`volume_5m > 4.0 * volume_1h / 12.0`). What a loop over the last candles
 * asks of all of them, it asks of the newest one. Necessary, not sufficient: what passes is evaluated.
 */
import { turned } from './condition-thresholds.ts';
import type { EvaluationInput } from './evaluation-input.ts';
import type { BoolExpression, CandleExpression, ComparisonOperator, NumberExpression } from './expression.ts';

/** A number, or with `over` how many times the one is the other. */
export interface Measure {
  /** A number's slot; below 0 that of the newest candle in the field −1 − slot. */
  readonly slot: number;
  readonly over: number | undefined;
}

export interface NecessaryTerm extends Measure {
  /** The measure is at least the limit, or at most. */
  readonly above: boolean;
  readonly limit: number;
}

/** A quotient says it up to rounding; between these sizes the error is far smaller than this share. */
const ROUNDING = 1e-12;
const LEAST = 1e-100;
const MOST = 1e100;
/** Constants of a side: so few, and of such sizes, that with them, too, nothing becomes infinite or 0. */
const CONSTANTS_MAX = 4;
const CONSTANT_LEAST = 1e-20;
const CONSTANT_MOST = 1e20;

/**
 * Rows of terms: where each row has one that is not passed, the condition does not hold. A conjunction has one row, a
 * disjunction one for each of its terms; none: nothing is known.
 */
export function alternativesOf(
  condition: BoolExpression,
  newest: readonly number[] = [],
): readonly (readonly NecessaryTerm[])[] {
  const own = necessaryTerms(condition, newest);
  if (own.length > 0) return [own];
  if (condition.kind === 'or') {
    const ofTerms = condition.terms.map((term) => alternativesOf(term, newest));
    return ofTerms.some((rows) => rows.length === 0) ? [] : ofTerms.flat();
  }
  if (condition.kind === 'and') {
    return condition.terms.map((term) => alternativesOf(term, newest)).find((rows) => rows.length > 0) ?? [];
  }
  return isOfAllCandles(condition) ? alternativesOf(condition.body, [...newest, condition.register]) : [];
}

/** `newest`: places of loops that come to the newest candle. */
function necessaryTerms(condition: BoolExpression, newest: readonly number[]): readonly NecessaryTerm[] {
  if (condition.kind === 'and') return condition.terms.flatMap((term) => necessaryTerms(term, newest));
  if (isOfAllCandles(condition)) return necessaryTerms(condition.body, [...newest, condition.register]);
  if (condition.kind !== 'compare') return [];
  const [left, right] = [sideOf(condition.left, newest), sideOf(condition.right, newest)];
  const term =
    left && right && (termOf(left, condition.operator, right) ?? termOf(right, turned[condition.operator], left));
  return term === undefined ? [] : [term];
}

type OfAllCandles = Extract<BoolExpression, { kind: 'quantifier' }>;

const isOfAllCandles = (condition: BoolExpression): condition is OfAllCandles =>
  condition.kind === 'quantifier' && condition.name === 'all' && condition.list.kind === 'last';

/** `times` × the number of a slot, or a constant alone. */
interface Side {
  readonly slot: number | undefined;
  readonly over: number | undefined;
  readonly times: number;
  readonly constants: number;
}

function termOf(left: Side, operator: ComparisonOperator, right: Side): NecessaryTerm | undefined {
  if (left.slot === undefined) return undefined;
  const above = operator.startsWith('>');
  const { slot, over } = left;
  if (right.slot === undefined) {
    // A constant times a number against a constant would be the next; nobody writes it.
    if (left.constants > 0 || Number.isNaN(right.times)) return undefined;
    if (over === undefined) return { slot, over, above, limit: right.times };
    return Number.isFinite(right.times) ? { slot, over, above, limit: roundedLimit(right.times, above) } : undefined;
  }
  if (over !== undefined || right.over !== undefined) return undefined;
  return { slot, over: right.slot, above, limit: roundedLimit(right.times / left.times, above) };
}

const roundedLimit = (limit: number, above: boolean): number =>
  limit + Math.abs(limit) * (above ? -ROUNDING : ROUNDING);

function sideOf(expression: NumberExpression, newest: readonly number[]): Side | undefined {
  const plain = { over: undefined, times: 1, constants: 0 };
  switch (expression.kind) {
    case 'constant':
      return { ...plain, slot: undefined, times: expression.value };
    case 'name':
      return { ...plain, slot: expression.slot };
    case 'field':
      return isNewest(expression.candle, newest) ? { ...plain, slot: -1 - expression.field } : undefined;
    case 'arithmetic': {
      const [left, right] = [sideOf(expression.left, newest), sideOf(expression.right, newest)];
      if (left === undefined || right === undefined) return undefined;
      if (expression.operator === '*') return scaled(left, right, 1) ?? scaled(right, left, 1);
      return expression.operator === '/' ? (scaled(left, right, -1) ?? quotient(left, right)) : undefined;
    }
    default:
      return undefined;
  }
}

function scaled(side: Side, by: Side, exponent: 1 | -1): Side | undefined {
  const isUsual = by.times >= CONSTANT_LEAST && by.times <= CONSTANT_MOST;
  if (side.slot === undefined || side.over !== undefined || by.slot !== undefined) return undefined;
  if (!isUsual || side.constants >= CONSTANTS_MAX) return undefined;
  return { ...side, times: side.times * by.times ** exponent, constants: side.constants + 1 };
}

function quotient(left: Side, right: Side): Side | undefined {
  const arePlain = left.constants + right.constants === 0 && left.over === undefined && right.over === undefined;
  return arePlain && left.slot !== undefined && right.slot !== undefined ? { ...left, over: right.slot } : undefined;
}

function isNewest(candle: CandleExpression, newest: readonly number[]): boolean {
  if (candle.kind === 'element') return newest.includes(candle.register);
  return candle.list.kind === 'last' && candle.index === candle.list.count - 1;
}

const numberAt = (input: EvaluationInput, slot: number): number | undefined =>
  slot < 0 ? input.candles.newest(-1 - slot) : input.number(slot);

/** What the limits are compared with; undefined: a number is absent, and no term of this measure is passed. */
export function measured(input: EvaluationInput, { slot, over }: Measure, above: boolean): number | undefined {
  const number = numberAt(input, slot);
  if (over === undefined || number === undefined) return number;
  const other = numberAt(input, over);
  if (other === undefined) return undefined;
  const size = Math.abs(number);
  // Of what is not usual a quotient says nothing: each limit is passed.
  if (!(other >= LEAST && other <= MOST && (size === 0 || (size >= LEAST && size <= MOST)))) {
    return above ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  }
  const times = number / other;
  return times + Math.abs(times) * (above ? ROUNDING : -ROUNDING);
}

/** False also where the measure is NaN: nothing is above or below it. */
export const passes = (value: number, above: boolean, limit: number): boolean =>
  above ? limit <= value : limit >= value;
