import { checkCondition } from './check-condition.ts';
import { compileBool } from './compile-bool.ts';
import { conditionKey } from './condition-key.ts';
import { ConditionMistake } from './condition-mistake.ts';
import { type ConditionNames, conditionNames } from './condition-names.ts';
import { type Threshold, thresholdsOf } from './condition-thresholds.ts';
import type { EvaluationInput } from './evaluation-input.ts';
import { type Explain, explainCondition } from './explain-condition.ts';
import { type BoolExpression, costOf, visitExpressions } from './expression.ts';
import { alternativesOf, type NecessaryTerm } from './necessary-terms.ts';
import { parseCondition } from './parse-condition.ts';

/**
 * Steps of one evaluation: one per part of the condition, in a loop once per element. A step takes some nanoseconds, so
 * the dearest condition that is accepted stays in the order of a tenth of a millisecond per instrument and minute.
 */
export const CONDITION_COST_MAX = 5_000;

/** What a condition looks at. */
export interface ConditionReads {
  /** Something that moves with the candle in progress. */
  readonly live: boolean;
  /** Something that follows from the newest price. */
  readonly price: boolean;
  /** Numbers of the minute before. */
  readonly previous: boolean;
  /** The market's record of the minute before. */
  readonly market: boolean;
  /** So many of the last candles; 0: none. */
  readonly candles: number;
}

export interface CompiledCondition {
  /** Numbers it reads, by name, in the order of their first appearance. */
  readonly names: readonly string[];
  readonly reads: ConditionReads;
  /** At most CONDITION_COST_MAX. */
  readonly cost: number;
  /** Conditions of equal keys have equal results on every input. */
  readonly conditionKey: string;
  /** Where one of them does not hold, the condition does not. */
  readonly thresholds: readonly Threshold[];
  /** Rows of such terms: where each row has one that does not hold, the condition does not; none: nothing is known. */
  readonly alternatives: readonly (readonly NecessaryTerm[])[];
  /** undefined: absent, so it does not hold. */
  readonly evaluate: (input: EvaluationInput) => boolean | undefined;
  readonly explain: Explain;
}

/** Parses, checks types and names, and compiles into closures. Throws ConditionMistake. */
export function compileCondition(
  text: string,
  parameters: Readonly<Record<string, number>> = {},
  names: ConditionNames = conditionNames,
): CompiledCondition {
  const read = (): BoolExpression => checkCondition(parseCondition(text), names, parameters);
  const condition = read();
  const cost = costOf(condition);
  if (cost > CONDITION_COST_MAX) {
    const expected = `at most ${CONDITION_COST_MAX}: shorter candles.last(n), fewer loops in loops`;
    throw new ConditionMistake(1, `it takes ${cost} steps`, expected);
  }
  return {
    ...readsOf(condition, names),
    cost,
    conditionKey: conditionKey(condition),
    thresholds: thresholdsOf(condition),
    alternatives: alternativesOf(condition),
    evaluate: compileBool(condition),
    explain: explainCondition(read, text),
  };
}

function readsOf(condition: BoolExpression, known: ConditionNames): Pick<CompiledCondition, 'names' | 'reads'> {
  const names = new Set<string>();
  const reads = { live: false, price: false, previous: false, market: false, candles: 0 };
  visitExpressions(condition, (part) => {
    if (part.kind === 'last') {
      reads.live = true;
      reads.price = true;
      reads.candles = Math.max(reads.candles, part.count);
    }
    if (part.kind !== 'name' && part.kind !== 'present') return;
    const { name, origin, live, metric } = known.at(part.slot);
    names.add(name);
    reads.live ||= live;
    reads.price ||= origin === 'minute' && metric?.movesWithPrice === true;
    reads.previous ||= origin === 'previous';
    reads.market ||= origin === 'market';
  });
  return { names: [...names], reads };
}
