/** What a request is answered with, before it is written. */
import { type ErrorCode, reasonOf, ScreenerError } from '@screener/errors';
import { SymbolUnknown } from '../instrument-names.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

export interface ApiRequest {
  readonly method: string;
  /** As the client wrote it, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Named parts of the path, decoded. */
  readonly parts: Readonly<Record<string, string>>;
  /** The whole body; rejects with BODY_TOO_LARGE. */
  body(): Promise<Buffer>;
}

export const json = (value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers },
  body: JSON.stringify(value),
});

const statuses: Partial<Record<ErrorCode, number>> = {
  SYMBOL_UNKNOWN: 404,
  PATH_UNKNOWN: 404,
  METHOD_REFUSED: 405,
  PARAMETER_INVALID: 400,
  BODY_INVALID: 400,
  BODY_TOO_LARGE: 413,
  QUERY_INVALID: 400,
  QUERY_TOO_LARGE: 400,
  ORIGIN_REFUSED: 403,
  CLIENTS_TOO_MANY: 503,
  NOT_PRIMED: 503,
  DATABASE_UNREACHABLE: 503,
};

/** An error of the table in the shape of the API; anything else is ours to look at, not the client's. */
export function errorAnswer(thrown: unknown, path: string, unexpected: (cause: unknown) => void): Answer {
  const known = thrown instanceof ScreenerError ? thrown : undefined;
  const status = known && statuses[known.code];
  if (!known || status === undefined) {
    unexpected(thrown);
    const reason = known ? reasonOf(known) : 'an unexpected error';
    const error = new ScreenerError('REQUEST_FAILED', { path, reason });
    return json({ error: { code: error.code, message: error.message } }, 500);
  }
  const candidates = known instanceof SymbolUnknown ? { candidates: known.candidates } : {};
  const headers: Record<string, string> = status === 503 ? { 'retry-after': '1' } : {};
  return json({ error: { code: known.code, message: known.message, ...candidates } }, status, headers);
}
