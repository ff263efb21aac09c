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

/** Waiting can help: somebody frees space, or lets go of the file. */
export function mayPass(thrown: unknown): boolean {
  const code = resultCodeOf(thrown);
  return code === resultCodes.full || code === resultCodes.busy;
}

/** An error of the table where one fits; anything else as it came. `place`: what was being read. */
export function translateSqliteError(thrown: unknown, file: string, place?: string): unknown {
  switch (resultCodeOf(thrown)) {
    case resultCodes.corrupt:
    case resultCodes.notADatabase:
      return new ScreenerError('LOG_CORRUPT', { file, reason: reasonAt(thrown, place) }, { cause: thrown });
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
export function translating<T>(file: string, work: () => T, place?: string): T {
  try {
    return work();
  } catch (thrown) {
    throw translateSqliteError(thrown, file, place);
  }
}

const reasonAt = (thrown: unknown, place: string | undefined): string =>
  place === undefined ? reasonOf(thrown) : `${reasonOf(thrown)}, found in ${place}`;
