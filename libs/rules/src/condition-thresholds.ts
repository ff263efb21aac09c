/** Terms without which a condition cannot hold: an index skips the rules whose thresholds the numbers do not pass. */
import type { BoolExpression, ComparisonOperator, NumberExpression } from './expression.ts';

export interface Threshold {
  readonly name: string;
  readonly slot: number;
  /** The number stands on the left: `name operator value`. */
  readonly operator: ComparisonOperator;
  readonly value: number;
}

export const turned: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/**
 * Comparisons of a name with a constant that stand in the outermost conjunction. Where one of them is false or absent,
 * the condition is false or absent: it does not fire.
 */
export function thresholdsOf(condition: BoolExpression): readonly Threshold[] {
  const terms = condition.kind === 'and' ? condition.terms : [condition];
  return terms.flatMap((term) => {
    if (term.kind !== 'compare') return [];
    return (
      threshold(term.left, term.operator, term.right) ?? threshold(term.right, turned[term.operator], term.left) ?? []
    );
  });
}

function threshold(
  left: NumberExpression,
  operator: ComparisonOperator,
  right: NumberExpression,
): Threshold | undefined {
  if (left.kind !== 'name' || right.kind !== 'constant') return undefined;
  return { name: left.name, slot: left.slot, operator, value: right.value };
}
