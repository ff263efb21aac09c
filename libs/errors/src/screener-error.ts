import { type ErrorCode, errorTable } from './error-table.ts';

export type Facts = Readonly<Record<string, string | number>>;

/** An error of the table. Told apart by `code`, never by its text. */
export class ScreenerError extends Error {
  override readonly name = 'ScreenerError';
  readonly code: ErrorCode;
  readonly facts: Facts;

  constructor(code: ErrorCode, facts: Facts, options?: ErrorOptions) {
    super(fill(errorTable[code].message, facts), options);
    this.code = code;
    this.facts = facts;
  }

  get retryable(): boolean {
    return errorTable[this.code].retryable;
  }

  get exitCode(): number {
    return errorTable[this.code].exitCode;
  }
}

const fill = (message: string, facts: Facts): string =>
  message.replace(/\{(\w+)\}/g, (whole, name: string) => String(facts[name] ?? whole));

/** The reason of any thrown value in one line, for use as a fact. */
export function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  if (thrown instanceof AggregateError && thrown.message === '') return reasonOf(thrown.errors[0]);
  return (thrown.message || thrown.name).split('\n')[0]!;
}

/** Of what caused it in the end: `fetch failed` says nothing. */
export function rootReasonOf(thrown: unknown): string {
  let deepest = thrown;
  while (deepest instanceof Error && deepest.cause !== undefined) deepest = deepest.cause;
  return reasonOf(deepest);
}
