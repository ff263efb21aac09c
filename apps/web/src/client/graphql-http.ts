import type { Operation } from './operations.ts';

interface GraphqlAnswer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string }[];
}

/** One GraphQL question over HTTP; fails with the gateway's own line for people. */
export async function askGraphql<Variables, Data>(
  url: string,
  operation: Operation<Variables, Data>,
  variables: Variables,
  signal: AbortSignal,
): Promise<Data> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json' },
    body: JSON.stringify({ query: operation.query, variables }),
    signal,
  }).catch((cause: unknown) => {
    throw new Error(`no answer from ${url}`, { cause });
  });
  const answer = (await response.json().catch(() => ({}))) as GraphqlAnswer<Data>;
  const problem = answer.errors?.[0]?.message;
  if (problem !== undefined) throw new Error(problem);
  if (answer.data === undefined || answer.data === null)
    throw new Error(`The gateway answered HTTP ${response.status}.`);
  return answer.data;
}
