/** Errors of kafkajs as those of the seam. */
import { RequestFailed } from '../client.ts';
import { nameOfCode } from './internals.ts';

/** Not connected, disconnected or timed out. kafkajs tells its errors apart by these names. */
const timeout = 'KafkaJSRequestTimeoutError';
const unanswered = new Set(['KafkaJSConnectionError', 'KafkaJSConnectionClosedError', timeout]);

export function toRequestFailed(error: unknown): unknown {
  if (error instanceof RequestFailed || !(error instanceof Error)) return error;
  const { code } = error as { readonly code?: unknown };
  if (error.name === 'KafkaJSProtocolError' && typeof code === 'number') return refused(code, error);
  if (!unanswered.has(error.name)) return error;
  const message = error.message.replace(/^Connection error: /, '');
  return new RequestFailed(undefined, message, { cause: error, timedOut: error.name === timeout });
}

export function refused(code: number, cause?: unknown): RequestFailed {
  const name = nameOfCode(code) ?? 'NONE';
  return new RequestFailed(name, name, { cause });
}

/** Throws where any part of the answer failed. */
export function allOf<T>(answer: T): T {
  const code = firstErrorCode(answer);
  if (code !== 0) throw refused(code);
  return answer;
}

const codeNames = new Set(['errorCode', 'topicErrorCode', 'partitionErrorCode']);

function firstErrorCode(part: unknown): number {
  if (typeof part !== 'object' || part === null || Buffer.isBuffer(part)) return 0;
  for (const [name, value] of Object.entries(part)) {
    const code = codeNames.has(name) ? Number(value) : firstErrorCode(value);
    if (code !== 0) return code;
  }
  return 0;
}
