export type Verdict = 'ok' | 'warning' | 'problem';

export interface Finding {
  readonly check: string;
  readonly verdict: Verdict;
  /** One line for people. */
  readonly text: string;
}
