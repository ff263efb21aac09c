/** Turns what the driver throws into an error of the table: may waiting help, or must somebody act? */
import { reasonOf, ScreenerError } from '@screener/errors';
import pg from 'pg';

/** SQLSTATE classes and states that pass: connection lost, out of resources, shutting down, given up for another's sake. */
const passingStates = ['08', '53', '57P', '40001', '40P01', '25P03', '55P03', '57014', '58030'];

export const NO_SUCH_DATABASE = '3D000';
export const UNIQUE_VIOLATION = '23505';

export function sqlStateOf(thrown: unknown): string | undefined {
  return thrown instanceof pg.DatabaseError ? thrown.code : undefined;
}

/** Host, port and database of an address; never user or password. */
export function whereOf(url: string): string {
  if (!URL.canParse(url)) return 'DATABASE_URL';
  const { hostname, port, pathname } = new URL(url);
  return `${hostname || 'localhost'}:${port || 5432}${pathname}`;
}

export function databaseError(thrown: unknown, where: string): ScreenerError {
  if (thrown instanceof ScreenerError) return thrown;
  const reason = reasonOf(thrown);
  const state = sqlStateOf(thrown);
  // Without a state it never came to an answer: the connection failed or broke.
  const passes = state === undefined ? isOfConnection(thrown) : passingStates.some((start) => state.startsWith(start));
  const facts = { where, reason: state === undefined ? reason : `${reason} (${state})` };
  return new ScreenerError(passes ? 'DATABASE_UNREACHABLE' : 'DATABASE_REFUSED', facts, { cause: thrown });
}

/** Mistakes in our own code must not be retried for ever. */
const isOfConnection = (thrown: unknown): boolean =>
  thrown instanceof Error &&
  !(thrown instanceof TypeError || thrown instanceof RangeError || thrown instanceof SyntaxError);
