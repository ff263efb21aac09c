/** A mistake in a condition, with the place where it is. */
export class ConditionMistake extends Error {
  override readonly name = 'ConditionMistake';
  /** Character, from 1. */
  readonly position: number;
  readonly reason: string;
  readonly expected: string;

  constructor(position: number, reason: string, expected: string, options?: ErrorOptions) {
    super(`character ${position}: ${reason}; expected ${expected}`, options);
    this.position = position;
    this.reason = reason;
    this.expected = expected;
  }
}
