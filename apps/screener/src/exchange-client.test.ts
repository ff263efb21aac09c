/** What a command asks an exchange for beside a running collector: bans hold for both. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { openBanMemory } from '@screener/collector';
import { readSettings } from '@screener/service';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openExchange } from './exchange-client.ts';
import { dataDirectory } from './open-project-log.ts';

let home: string;
let server: Server;
let port: number;
let asked: string[];
let status: number;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'exchange-client-'));
  [asked, status] = [[], 200];
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(status, { 'retry-after': '7200' }).end(JSON.stringify({ serverTime: Date.now() }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(home, { recursive: true });
});

const bansOf = (directory: string) => openBanMemory(directory, { warn: (text) => expect.unreachable(text) });

function opened() {
  const environment = { SCREENER_HOME: home, BINANCE_REST_BASE: `http://127.0.0.1:${port}` };
  const settings = readSettings(environment);
  const stderr = new Writable();
  const exchange = openExchange('binance:usdm', { settings, source: 'demo', io: { environment, stderr } });
  return { exchange, directory: dataDirectory(settings, 'demo') };
}

it('sends nothing while the collector is banned', async () => {
  const { exchange, directory } = opened();
  expect(await exchange.serverTime()).toBeGreaterThan(0);
  const group = `binance-futures@127.0.0.1:${port}`;
  bansOf(directory).remember(group, Date.now() + 3_600_000);
  const next = opened().exchange;
  await expect(next.serverTime()).rejects.toMatchObject({ code: 'EXCHANGE_BANNED' });
  expect(asked).toHaveLength(1);
});

it('lets the collector know of a ban of its own', async () => {
  const { exchange, directory } = opened();
  const collectors = bansOf(directory);
  status = 418;
  await expect(exchange.serverTime()).rejects.toMatchObject({ code: 'EXCHANGE_BANNED' });
  const [group = ''] = Object.keys(JSON.parse(readFileSync(join(directory, 'exchange-bans.json'), 'utf8')));
  expect(collectors.until(group)).toBeGreaterThan(Date.now() + 7_000_000);
  expect(asked).toHaveLength(1);
});
