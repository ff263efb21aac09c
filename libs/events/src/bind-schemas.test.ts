/** A registry that is down, refuses, or is none: one line each, and patience only where it helps. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ScreenerError } from '@screener/errors';
import { afterEach, expect, test } from 'vitest';
import { bindSchemas } from './bind-schemas.ts';
import { boundSource, fileSource, useSchemaIds } from './known-schemas.ts';

let server: Server | undefined;
afterEach(async () => {
  useSchemaIds(fileSource);
  server?.closeAllConnections();
  await new Promise((closed) => (server ? server.close(closed) : closed(undefined)));
  server = undefined;
});

async function listening(answer: RequestListener): Promise<number> {
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const failureOf = async (url: string, waitMs = 0): Promise<ScreenerError> => {
  const thrown: unknown = await bindSchemas({ registryUrl: url, notify: () => {}, waitMs }).catch(
    (cause: unknown) => cause,
  );
  if (thrown instanceof ScreenerError) return thrown;
  throw new Error(`expected a refusal, got ${String(thrown)}`);
};

test('without an address the file gives the ids', async () => {
  await bindSchemas({ registryUrl: undefined, notify: () => {} });
  expect(boundSource().kind).toBe('file');
});

test('a registry that comes up later is waited for, and each wait is one line', async () => {
  let asked = 0;
  const port = await listening((_request, response) => {
    asked++;
    response.writeHead(asked < 3 ? 503 : 200).end(asked < 3 ? 'starting' : '[]');
  });
  const lines: string[] = [];
  await bindSchemas({ registryUrl: `http://127.0.0.1:${port}/`, mode: 'read', notify: (line) => lines.push(line) });
  expect(boundSource()).toMatchObject({ kind: 'registry', name: `http://127.0.0.1:${port}`, current: {} });
  expect(lines).toEqual([
    `no schema registry answers at http://127.0.0.1:${port}: it answered 503; check SCHEMA_REGISTRY_URL and that the registry runs; it is asked again in 0.25 s`,
    `no schema registry answers at http://127.0.0.1:${port}: it answered 503; check SCHEMA_REGISTRY_URL and that the registry runs; it is asked again in 0.5 s`,
  ]);
});

test('nobody there: one line with the reason, once the wait is over', async () => {
  const port = await listening(() => {});
  await new Promise((closed) => server?.close(closed));
  server = undefined;
  const failure = await failureOf(`http://127.0.0.1:${port}`, 400);
  expect(failure.code).toBe('REGISTRY_UNREACHABLE');
  expect(failure.message).toMatch(/ECONNREFUSED/);
});

test('waiting ends when the process is asked to end', async () => {
  const port = await listening((_request, response) => void response.writeHead(503).end());
  const end = new AbortController();
  const bound = bindSchemas({ registryUrl: `http://127.0.0.1:${port}`, notify: () => end.abort(), signal: end.signal });
  await expect(bound).rejects.toThrow(/abort/);
});

test.each([
  ['a password that is wrong', 401, 'no', /it answered 401/],
  ['an address that is not the registry', 404, '{}', /it answered 404; .*ends in \/apis\/ccompat\/v7/],
  ['something that is no registry', 200, '<html>', /something else than a list of subjects/],
])('%s is not waited for', async (_what, status, body, message) => {
  const port = await listening((_request, response) => void response.writeHead(status).end(body));
  const failure = await failureOf(`http://user:hunter2@127.0.0.1:${port}`, 60_000);
  expect(failure.code).toBe('REGISTRY_REFUSED');
  expect(failure.message).toMatch(message);
  expect(failure.message).not.toMatch(/hunter2|\n/);
});

test('name and password of the address are sent, not shown', async () => {
  const seen: (string | undefined)[] = [];
  const port = await listening((request, response) => {
    seen.push(request.headers.authorization);
    response.end('[]');
  });
  await bindSchemas({ registryUrl: `http://user:p%40ss@127.0.0.1:${port}`, mode: 'read', notify: () => {} });
  expect(seen).toEqual([`Basic ${Buffer.from('user:p@ss').toString('base64')}`]);
  expect(boundSource().name).toBe(`http://127.0.0.1:${port}`);
});
