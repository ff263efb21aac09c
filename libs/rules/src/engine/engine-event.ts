/** What the engine says, field by field as the events of the topic `alerts`; whoever writes them down encodes them. */
import type { Alert, AlertChange } from '../alert.ts';
import type { AlertTerm } from '../alert-terms.ts';
import type { RuleDefinition } from '../rule.ts';

interface AboutAlert {
  readonly id: string;
  readonly instrument: string;
  readonly rule: string;
  readonly ruleVersion: number;
  readonly openTime: number;
  readonly reason: string;
  readonly terms: readonly AlertTerm[];
}

export interface Amendment extends AboutAlert {
  readonly amendedAt: number;
  readonly provisional: boolean;
  readonly changes: readonly AlertChange[];
}

export interface Retraction extends AboutAlert {
  readonly retractedAt: number;
}

/** Alerts beyond what one instrument may have in a minute: they count as told, in one line. */
export interface AlertSummary {
  readonly instrument: string;
  readonly openTime: number;
  readonly summarisedAt: number;
  /** So many alerts this event stands for. */
  readonly count: number;
  readonly limit: number;
  readonly alerts: readonly { readonly id: string; readonly rule: string; readonly ruleVersion: number }[];
}

/** A rule that failed on numbers, which no rule that was checked should. */
export interface RuleFailure {
  readonly rule: RuleDefinition;
  readonly instrument: string;
  readonly openTime: number;
  readonly reason: string;
}

export type EngineEvent =
  | { readonly type: 'AlertTriggered'; readonly event: Alert }
  | { readonly type: 'AlertAmended'; readonly event: Amendment }
  | { readonly type: 'AlertRetracted'; readonly event: Retraction }
  | { readonly type: 'AlertsSummarised'; readonly event: AlertSummary }
  | { readonly type: 'RuleFailed'; readonly event: RuleFailure };
