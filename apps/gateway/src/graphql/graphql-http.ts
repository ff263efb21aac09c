/** GraphQL over HTTP: POST /graphql with a JSON body. */
import { ScreenerError } from '@screener/errors';
import { type Answer, type ApiRequest, json } from '../http/answer.ts';
import type { Route } from '../http/router.ts';
import type { OperationRequest, Operations } from './operations.ts';

const RESPONSE_TYPE = 'application/graphql-response+json';

export const graphqlRoute = (operations: Operations): Route => ({
  method: 'POST',
  path: '/graphql',
  async answer(request): Promise<Answer> {
    const prepared = operations.prepare(await operationOf(request));
    const wantsResponseType = String(request.headers.accept ?? '').includes(RESPONSE_TYPE);
    const headers = wantsResponseType ? { 'content-type': `${RESPONSE_TYPE}; charset=utf-8` } : {};
    // The older media type has no status for an operation that never ran: 200, and errors say it.
    if (!('document' in prepared)) return json({ errors: prepared }, wantsResponseType ? 400 : 200, headers);
    return json(await operations.run(prepared), 200, headers);
  },
});

async function operationOf(request: ApiRequest): Promise<OperationRequest> {
  const refuse = (found: string, cause?: unknown): never => {
    throw new ScreenerError(
      'BODY_INVALID',
      { path: request.path, found, expected: 'JSON with a query', example: '{"query":"{ status { health } }"}' },
      { cause },
    );
  };
  // A form of another site can send any other type without asking.
  if (!/^application\/(graphql\+)?json\b/i.test(String(request.headers['content-type'] ?? ''))) {
    refuse('is not marked as application/json');
  }
  const text = (await request.body()).toString('utf8');
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (cause) {
    refuse('is not JSON', cause);
  }
  if (!isObject(body)) return refuse('is not an object');
  const { query, variables, operationName } = body;
  if (typeof query !== 'string' || query.trim() === '') return refuse('has no query');
  if (variables !== undefined && variables !== null && !isObject(variables))
    return refuse('has variables that are no object');
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') {
    return refuse('has an operationName that is no text');
  }
  return { query, variables, operationName };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
