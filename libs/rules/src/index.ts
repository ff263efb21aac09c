export * from './alert.ts';
export * from './alert-id.ts';
export * from './alert-numbers.ts';
export * from './alert-terms.ts';
export * from './backtest/index.ts';
export * from './check-rule.ts';
export {
  CONDITION_COST_MAX,
  type CompiledCondition,
  type ConditionReads,
  compileCondition,
} from './compile-condition.ts';
export * from './compile-rule.ts';
export { ConditionMistake } from './condition-mistake.ts';
export { ConditionNames, conditionNames, conditionNamesWith, type NumberName } from './condition-names.ts';
export type { Threshold } from './condition-thresholds.ts';
export * from './engine/index.ts';
export {
  createEvaluationInput,
  EvaluationInput,
  type EvaluationInputOptions,
  type InstrumentMinutes,
  inputOfLookup,
} from './evaluation-input.ts';
export { TERMS_MAX, type Term, type TermValue } from './explain-condition.ts';
export {
  type LanguageRow,
  type LanguageSection,
  languageLimits,
  languageSections,
} from './language-reference.ts';
export { MarketMinute, type MarketSource } from './market-names.ts';
export * from './message-template.ts';
export * from './owner-cost.ts';
export { CONDITION_LENGTH_MAX } from './parse-condition.ts';
export * from './presets.ts';
export * from './price-level.ts';
export * from './read-rule.ts';
export * from './restore-presets.ts';
export * from './rule.ts';
export * from './rule-trigger.ts';
export * from './schedule.ts';
export * from './timeframe.ts';
export * from './universe.ts';
export * from './watchlist.ts';
