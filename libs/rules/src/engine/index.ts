export type { AlertSummary, Amendment, EngineEvent, Retraction, RuleFailure } from './engine-event.ts';
export type { Explanation } from './explain-decision.ts';
export { type ClosedMinute, triggerOf, type WatchSnapshot } from './instrument-watch.ts';
export type { LiveMinute, LiveSample } from './live-sample.ts';
export {
  type PreparedRule,
  type PrepareRule,
  prepareRule,
  type RuleState,
  type RuleStatus,
  sharedPreparation,
} from './rule-book.ts';
export { ALERTS_PER_MINUTE_DEFAULT, RuleEngine, type RuleEngineOptions } from './rule-engine.ts';
