import type { Threshold } from '../condition-thresholds.ts';
import type { EvaluationInput } from '../evaluation-input.ts';
import type { NecessaryTerm } from '../necessary-terms.ts';
import type { ReadyRule } from './rule-book.ts';

/** A condition, and all rules that have it. */
export interface SharedCondition {
  readonly evaluate: (input: EvaluationInput) => boolean | undefined;
  readonly thresholds: readonly Threshold[];
  readonly alternatives: readonly (readonly NecessaryTerm[])[];
  readonly rules: ReadyRule[];
  /** Of the evaluation `stamp`. */
  result: boolean | undefined;
  stamp: number;
  /** Input at which it was last a candidate: one that stands in several buckets is one only once. */
  taken: number;
}
