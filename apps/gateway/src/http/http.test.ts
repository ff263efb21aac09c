import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGateway } from '../index.ts';
import { limits } from '../limits.ts';
import { eventually, type GatewayFixture, startFixture, testPages } from '../testing/gateway-fixture.ts';
import { isOwnPage } from './http-server.ts';

let fixture: GatewayFixture;

beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.close());

/** As it stands: fetch would tidy the path up before it asks. */
function rawGet(path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    request({ port: fixture.gateway.port, host: '127.0.0.1', path }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    })
      .on('error', reject)
      .end();
  });
}

describe('the page', () => {
  test('one friendly line while it is not built; then it is there without a restart', async () => {
    const before = await fixture.get('/');
    expect(before.status).toBe(503);
    expect(before.text).toMatch(/^The page is not built yet: .*npm start.*\n$/);
    mkdirSync(join(fixture.pageDirectory, 'assets'), { recursive: true });
    writeFileSync(join(fixture.pageDirectory, 'index.html'), '<!doctype html><title>page</title>');
    writeFileSync(join(fixture.pageDirectory, 'assets/index-abc123.js'), `export const text = '${'x'.repeat(5_000)}';`);
    writeFileSync(join(fixture.pageDirectory, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    writeFileSync(join(fixture.directory, 'secret.txt'), 'secret');
    symlinkSync(join(fixture.directory, 'secret.txt'), join(fixture.pageDirectory, 'link.txt'));
    const after = await eventually(async () => {
      const answer = await fixture.get('/');
      return answer.status === 200 && answer;
    });
    expect(after.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(after.headers.get('cache-control')).toBe('no-cache');
    expect(after.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(after.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('hashed assets are kept by browsers, and come compressed', async () => {
    const { headers, text } = await fixture.get('/assets/index-abc123.js');
    expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(headers.get('content-encoding')).toBe('gzip');
    expect(text).toContain('export const text');
    expect((await fixture.get('/icon.svg')).headers.get('content-type')).toBe('image/svg+xml');
  });

  test('views of the page get its index, missing files and unknown paths of the API do not', async () => {
    expect((await fixture.get('/chart/binance:usdm:BTCUSDT')).text).toContain('<title>page');
    expect((await fixture.get('/assets/gone.js')).status).toBe(404);
    const api = await fixture.get('/api/nothing');
    expect(api.status).toBe(404);
    expect(api.body).toMatchObject({
      error: { code: 'PATH_UNKNOWN', message: expect.stringContaining('/api/metrics/{symbol}') },
    });
    expect((await fixture.get('/streaming/status')).status).toBe(404);
  });

  test.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/link.txt',
    '/%00/secret.txt',
    '//etc/passwd',
    '/%',
    '/etc/passwd.txt',
  ])('nothing beside the page can be asked for: %s', async (path) => {
    const { status, body } = await rawGet(path);
    expect(body).not.toMatch(/secret$|root:/);
    // Without an extension it is a view of the page; anything else is not there.
    if (!body.includes('<title>page')) expect(status).toBe(404);
  });
});

describe('requests', () => {
  test('a wrong method names the right one', async () => {
    const { status, body } = await fixture.get('/graphql');
    expect(status).toBe(405);
    expect(body).toEqual({ error: { code: 'METHOD_REFUSED', message: 'GET /graphql: expected POST' } });
    expect((await fixture.get('/api/health', { method: 'DELETE' })).status).toBe(405);
    expect((await fixture.get('/health', { method: 'HEAD' })).status).toBe(200);
  });

  test.each([
    ['no JSON', '{', 'application/json', 400, 'is not JSON'],
    ['a list', '[]', 'application/json', 400, 'is not an object'],
    ['no query', '{"query":" "}', 'application/json', 400, 'has no query'],
    [
      'variables that are none',
      '{"query":"{a}","variables":[]}',
      'application/json',
      400,
      'variables that are no object',
    ],
    ['a form of another site', '{"query":"{ rules { id } }"}', 'text/plain', 400, 'not marked as application/json'],
    [
      'too much',
      `{"query":"${' '.repeat(limits.bodyBytes)}"}`,
      'application/json',
      413,
      `more than ${limits.bodyBytes} bytes`,
    ],
  ])('a body with %s is refused in one line', async (_what, body, type, status, line) => {
    const answer = await fixture.get('/graphql', { method: 'POST', body, headers: { 'content-type': type } });
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual({
      error: { code: expect.stringMatching(/^BODY_/), message: expect.stringContaining(line) },
    });
  });

  test('what is no HTTP is ended, and the next client is served', async () => {
    const socket = connect(fixture.gateway.port, '127.0.0.1', () => socket.write('\x16\x03\x01 hello\r\n\r\n'));
    const said = await new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('close', () => resolve(text));
    });
    expect(said).toMatch(/^HTTP\/1.1 400/);
    expect((await fixture.get('/health')).status).toBe(200);
  });

  test('only our own page may open a WebSocket from a browser', () => {
    expect(isOwnPage('http://screener.example:3000', 'screener.example:3000')).toBe(true);
    expect(isOwnPage('http://localhost:5173', 'localhost:3000')).toBe(true);
    expect(isOwnPage('https://evil.example', 'localhost:3000')).toBe(false);
    expect(isOwnPage('null', 'localhost:3000')).toBe(false);
  });
});

describe('start and stop', () => {
  test('a port in use is said in one line', async () => {
    const port = String(fixture.gateway.port);
    await expect(startFixture({ environment: { PORT: port } })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: expect.stringContaining(`port ${port} is in use`),
    });
    await expect(startFixture({ environment: { HOST: '203.0.113.7' } })).rejects.toMatchObject({
      code: 'SETTING_INVALID',
    });
  });

  test('tells its address and port, and frees the port when it stops', async () => {
    const second = await startFixture();
    expect(second.gateway.address).toBe(`http://127.0.0.1:${second.gateway.port}`);
    expect(second.reports.get('port')).toBe(second.gateway.port);
    const { port } = second.gateway;
    await second.close();
    const third = await startFixture({ environment: { PORT: String(port) } });
    expect(third.gateway.port).toBe(port);
    await third.close();
    expect(createGateway({ pageDirectory: '.', simulated: false, operatorPages: testPages() }).name).toBe('gateway');
  });
});
