/** Errors of the client as those of the seam. They are told apart by the protocol's own names, never by their text. */
import { findErrorBy, NetworkError, ProtocolError, protocolErrorsCodesById, TimeoutError } from '@platformatic/kafka';
import { reasonOf, ScreenerError } from '@screener/errors';
import { RequestFailed } from '../client.ts';

const CAUSES_MAX = 8;

/** An error that is none of the protocol's and none of the network's stays what it is. */
export function toRequestFailed(error: unknown): unknown {
  if (error instanceof RequestFailed || error instanceof ScreenerError || !(error instanceof Error)) return error;
  const refusal = findErrorBy(error, 'code', ProtocolError.code);
  if (refusal !== null) {
    const { apiId } = refusal as unknown as { readonly apiId: string };
    return new RequestFailed(apiId, apiId, { cause: error });
  }
  if (findErrorBy(error, 'code', NetworkError.code) === null) return error;
  const inner = innermost(error);
  // It has the code of any other error of the network (2.12.1), but a class of its own.
  return new RequestFailed(undefined, reasonOf(inner), { cause: error, timedOut: inner instanceof TimeoutError });
}

function innermost(error: unknown): unknown {
  let inner = error;
  for (let depth = 0; depth < CAUSES_MAX && inner instanceof Error; depth += 1) {
    const next: unknown = inner.cause ?? (inner instanceof AggregateError ? inner.errors[0] : undefined);
    if (next === undefined) break;
    inner = next;
  }
  return inner;
}

/** The answer that came with an error: it may hold good parts beside failed ones. */
export function answerIn(error: unknown): unknown {
  return (error as { response?: unknown } | null)?.response ?? undefined;
}

/** undefined where there was no error. */
export function nameOfCode(code: number): string | undefined {
  return code === 0 ? undefined : ((protocolErrorsCodesById as Record<number, string>)[code] ?? `error ${code}`);
}
