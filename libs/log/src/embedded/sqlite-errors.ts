/** SQLite's result codes told apart by number: what they mean for people who run the log. */
import { reasonOf, ScreenerError } from '@screener/errors';

const resultCodes = {
  busy: 5,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const;

/** The primary result code, or undefined when `thrown` does not come from SQLite. */
function resultCodeOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !('errcode' in thrown) || typeof thrown.errcode !== 'number') return undefined;
  return thrown.errcode & 0xff;
}

export const isBusy = (thrown: unknown): boolean => resultCodeOf(thrown) === resultCodes.busy;

/** An error of the table where one fits; anything else as it came. */
export function translateSqliteError(thrown: unknown, file: string): unknown {
  switch (resultCodeOf(thrown)) {
    case resultCodes.corrupt:
    case resultCodes.notADatabase:
      return new ScreenerError('LOG_CORRUPT', { file, reason: reasonOf(thrown) }, { cause: thrown });
    case resultCodes.readOnly:
    case resultCodes.ioError:
    case resultCodes.full:
    case resultCodes.cannotOpen:
    case resultCodes.busy:
      return new ScreenerError('LOG_WRITE_FAILED', { file, reason: reasonOf(thrown) }, { cause: thrown });
    default:
      return thrown;
  }
}

/** Runs `work`, with SQLite's errors translated. */
export function translating<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw translateSqliteError(thrown, file);
  }
}
