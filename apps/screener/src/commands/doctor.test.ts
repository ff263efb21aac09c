/** The doctor looks at real servers on loopback: an exchange whose clock is wrong, ports that somebody holds. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ExchangeMarket, exchanges } from '@screener/exchanges';
import { createMetrics, createOperatorPages, startAppServer } from '@screener/service';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { examineExchanges } from '../doctor/examine-exchange.ts';
import type { Finding } from '../doctor/finding.ts';
import { type CommandBed, openCommandBed } from '../testing/command-bed.ts';

let bed: CommandBed;
/** Read anew by each command. */
const environment: Record<string, string> = {};
const servers: Server[] = [];

beforeAll(async () => {
  bed = await openCommandBed(environment);
});
afterAll(() => bed.close());
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serve(answer: RequestListener): Promise<number> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A port that nobody listens on: somebody did a moment ago. */
async function deadPort(): Promise<number> {
  const port = await serve(() => undefined);
  await new Promise((resolve) => servers.pop()?.close(resolve));
  return port;
}

async function diagnose(settings: Readonly<Record<string, string>>) {
  for (const name of Object.keys(environment)) delete environment[name];
  Object.assign(environment, settings);
  const { code, lines } = await bed.screener('doctor', '--json');
  const findings = lines.map((line) => JSON.parse(line) as Finding);
  return { code, of: (check: string) => findings.filter((finding) => finding.check === check) };
}

const exchangeAt = (restPort: number, wsPort: number) => ({
  PORT: '0',
  BINANCE_REST_BASE: `http://127.0.0.1:${restPort}`,
  BINANCE_WS_BASE: `ws://127.0.0.1:${wsPort}`,
});

const timeServer = (aheadMs: number) =>
  serve((request, response) => {
    const known = request.url === '/fapi/v1/time';
    response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(known ? { serverTime: Date.now() + aheadMs } : {}));
  });

test('an exchange that answers, with a clock like ours', async () => {
  const port = await timeServer(0);
  const { of, code } = await diagnose(exchangeAt(port, port));
  const address = `127.0.0.1:${port}`;
  expect(of('binance:usdm')).toEqual([
    {
      check: 'binance:usdm',
      verdict: 'ok',
      text: expect.stringMatching(`REST: http://${address} answers in \\d+ ms; this machine's clock is \\d+ ms`),
    },
    { check: 'binance:usdm', verdict: 'ok', text: `streams: ws://${address} takes connections` },
  ]);
  expect(of('port')).toEqual([{ check: 'port', verdict: 'ok', text: 'PORT: any free port of 127.0.0.1' }]);
  expect(code).toBe(0);
});

test('every exchange that is collected, each at its own addresses', async () => {
  const [port, dead] = [await timeServer(0), await deadPort()];
  const clock = { now: Date.now, random: Math.random };
  const exchange = (name: ExchangeMarket, at: number) =>
    exchanges[name]({ ...clock, restBase: `http://127.0.0.1:${at}`, wsBase: `ws://127.0.0.1:${at}` });
  const found = await examineExchanges([exchange('binance:usdm', port), exchange('deribit:futures', dead)], 5_000);
  expect(found.map(({ check, verdict }) => [check, verdict])).toEqual([
    ['binance:usdm', 'ok'],
    ['binance:usdm', 'ok'],
    ['deribit:futures', 'warning'],
    ['deribit:futures', 'warning'],
  ]);
}, 20_000);

test('the exchanges are those of the setting', async () => {
  const { of, code } = await diagnose({ ...exchangeAt(1, 1), EXCHANGES: 'nobody:spot' });
  expect(of('exchange')).toEqual([
    { check: 'exchange', verdict: 'problem', text: expect.stringContaining("EXCHANGES is 'nobody:spot'") },
  ]);
  expect([of('binance:usdm'), code]).toEqual([[], 1]);
});

test.each([
  [60_000, /clock is (60|59)\d{3} ms behind that of the exchange, .*: set the clock/],
  [-60_000, /clock is (60|59)\d{3} ms ahead of that of the exchange, .*: set the clock/],
])('a clock that is off by %d ms', async (aheadMs, text) => {
  const port = await timeServer(aheadMs);
  const [rest] = (await diagnose(exchangeAt(port, port))).of('binance:usdm');
  expect(rest).toMatchObject({ verdict: 'warning', text: expect.stringMatching(text) });
});

test('each address that cannot be reached, and why', async () => {
  const [alive, dead] = [await timeServer(0), await deadPort()];
  const { of } = await diagnose(exchangeAt(alive, dead));
  expect(of('binance:usdm')).toMatchObject([
    { verdict: 'ok' },
    { verdict: 'warning', text: expect.stringMatching(/^streams: ws:.* cannot be reached: .*ECONNREFUSED/) },
  ]);
  const [rest] = (await diagnose(exchangeAt(dead, alive))).of('binance:usdm');
  expect(rest).toMatchObject({ verdict: 'warning', text: expect.stringMatching(/^REST: http:.* cannot be reached/) });
}, 20_000);

test('a port that another program holds, and one that a running screener holds', async () => {
  const exchange = await timeServer(0);
  const other = await serve((_, response) => response.end('{"status":"ok"}'));
  const pages = createOperatorPages({
    states: () => [],
    expected: ['calculator'],
    logCheck: () => ({ ok: true, text: 'well' }),
    processMetrics: createMetrics(),
    instance: 'host-1',
    version: '1.2.3',
    startedAt: 0,
  });
  const running = await startAppServer({ host: '127.0.0.1', port: 0, pages });
  try {
    const { of, code } = await diagnose({
      ...exchangeAt(exchange, exchange),
      PORT: String(other),
      APP_PORT: String(running.port),
    });
    expect(of('port')).toEqual([
      { check: 'port', verdict: 'problem', text: expect.stringContaining(`port ${other} is in use`) },
      {
        check: 'port',
        verdict: 'ok',
        text: `APP_PORT: 127.0.0.1:${running.port} is held by calculator 1.2.3 (host-1), which is starting`,
      },
    ]);
    expect(code).toBe(1);
  } finally {
    await running.close();
  }
});
