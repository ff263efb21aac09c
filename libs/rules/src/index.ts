export * from './alert-id.ts';
export {
  type CompiledCondition,
  type ConditionNames,
  compileCondition,
  type MetricLookup,
} from './compile-condition.ts';
export * from './compile-rule.ts';
export { CONDITION_LENGTH_MAX, ConditionMistake } from './parse-condition.ts';
export * from './presets.ts';
export * from './rule.ts';
export * from './rule-trigger.ts';
export * from './schedule.ts';
export * from './timeframe.ts';
