/** One version of a rule, as it stands in the topic `rules`. */
export interface RuleDefinition {
  /** Id, for example `big_bull_60m`. */
  readonly rule: string;
  /** 1 and up; the highest one counts. */
  readonly version: number;
  /** User id, or `preset` for those we ship. */
  readonly owner: string;
  readonly title: string;
  readonly text: string;
  /** CEL over the flat metric names; its numbers by name as `params.x`. */
  readonly condition: string;
  readonly parameters: Readonly<Record<string, number>>;
  /** The window that an alert of this rule is about, for example `1h`. */
  readonly timeframe: string;
  /** Event time that must pass between two alerts of this rule on one instrument. */
  readonly cooldownMs: number;
  /** False: kept, not evaluated. Absent: true. */
  readonly enabled?: boolean | undefined;
}

export const COOLDOWN_MS_DEFAULT = 300_000;
