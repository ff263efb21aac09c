/** What start finds out about the machine and the settings before it begins: ports, directories, addresses. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exchangeMarkets } from '@screener/exchanges';
import { createLogger, readSettings, settingsTable } from '@screener/service';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeDirectory } from '../make-directory.ts';
import { chooseSource } from './choose-source.ts';
import { collectedMarkets, createCollectedExchanges, createMarketCaps, probeOf } from './collected-exchanges.ts';
import { checkPortFree, freePort } from './free-port.ts';
import { warnOfRetiredAddress } from './retired-address.ts';

const listening = (port = 0): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer((socket) => socket.on('error', () => {}));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

describe('ports', () => {
  it('that are free, taken, or of no address of this machine', async () => {
    const server = await listening();
    const port = portOf(server);
    await expect(checkPortFree('127.0.0.1', port)).rejects.toMatchObject({ code: 'PORT_IN_USE', facts: { port } });
    await new Promise((resolve) => server.close(resolve));
    await checkPortFree('127.0.0.1', port);
    expect(await freePort()).toBeGreaterThan(0);
    const refused = { code: 'SETTING_INVALID', facts: { setting: 'HOST', found: '192.0.2.1' } };
    await expect(checkPortFree('192.0.2.1', port)).rejects.toMatchObject(refused);
  });
});

describe('the data directory', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'screener-directory-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is made with those above it, and may be there', () => {
    const directory = join(folder, 'a/b/c');
    makeDirectory(directory);
    makeDirectory(directory);
    expect(existsSync(directory)).toBe(true);
  });

  it('is refused where it cannot be made', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => makeDirectory(join(folder, 'file/a/b'))).toThrow(/cannot write into the data directory .*ENOTDIR/);
  });

  // mkdir's own recursion never comes back from here.
  it.runIf(existsSync('/proc/self'))('is refused in a file system of the kernel', () => {
    expect(() => makeDirectory('/proc/screener/demo')).toThrow(
      /cannot write into the data directory \/proc\/screener\/demo/,
    );
  });
});

describe('the exchanges that are collected', () => {
  it('are those of the setting, each once; the simulated market is one', () => {
    const settings = readSettings({ EXCHANGES: 'bybit:linear, okx:swap,bybit:linear' });
    expect(collectedMarkets(settings, false)).toEqual(['bybit:linear', 'okx:swap']);
    expect(collectedMarkets(settings, true)).toEqual(['binance:usdm']);
    for (const name of exchangeMarkets) expect(settingsTable.EXCHANGES.expected).toContain(name);
    expect(() => collectedMarkets(readSettings({ EXCHANGES: 'nobody:spot' }), false)).toThrow(
      /EXCHANGES is 'nobody:spot': expected some of binance:usdm/,
    );
  });

  it('use the addresses of the settings, and the first is asked whether it is there', () => {
    const settings = readSettings({
      ...{ BINANCE_REST_BASE: 'http://127.0.0.1:1', EXCHANGES: 'binance:usdm,okx:spot', STREAMS_PER_CONNECTION: '50' },
    });
    const made = createCollectedExchanges(settings, false, { warn: () => {} });
    expect(made.map(({ exchange, market }) => `${exchange}:${market}`)).toEqual(['binance:usdm', 'okx:spot']);
    expect(made[0]?.capabilities.restBase).toBe('http://127.0.0.1:1');
    expect(made.map(({ capabilities }) => capabilities.streamsPerConnectionMax)).toEqual([50, 50]);
    expect(probeOf(settings).url.href).toBe('http://127.0.0.1:1/fapi/v1/ping');
    expect(probeOf(readSettings({ EXCHANGES: 'okx:spot' })).url.pathname).toBe('/');
  });
});

describe('market capitalisations', () => {
  it('are those of the real market, for whoever has a key, and a line of the log where they cannot be had', async () => {
    const said: string[] = [];
    const logger = { info: (text: string) => void said.push(text) };
    const server = await listening();
    const base = `http://127.0.0.1:${portOf(server)}`;
    const settings = readSettings({ COINGECKO_API_KEY: 'secret', COINGECKO_REST_BASE: base });
    expect(createMarketCaps(readSettings({}), false, logger)).toBeUndefined();
    expect(createMarketCaps(settings, true, logger)).toBeUndefined();
    const caps = createMarketCaps(settings, false, logger);
    const asked = caps?.refresh();
    await caps?.close();
    await asked;
    server.close();
    expect(said).toEqual([expect.stringMatching(/^market capitalisations cannot be had for now: .*CoinGecko/)]);
    expect(said.join()).not.toContain('secret');
  });
});

describe('the exchange', () => {
  it('that never answers is given up in time, and refused when it was insisted on', async () => {
    const server = await listening();
    const probe = { exchange: 'Binance futures', url: new URL(`http://127.0.0.1:${portOf(server)}/fapi/v1/ping`) };
    const choice = await chooseSource({ live: false, demo: false, probe, withinMs: 50 });
    expect(choice.source).toBe('demo');
    expect(choice.reason).toContain('SIMULATED');
    const insisting = chooseSource({ live: true, demo: false, probe, withinMs: 50 });
    await expect(insisting).rejects.toMatchObject({ code: 'EXCHANGE_UNREACHABLE', exitCode: 1 });
    server.close();
  });

  it.each([
    ['wss://fstream.binance.com/ws', true],
    ['wss://fstream.binance.com/stream', true],
    ['wss://fstream.binance.com', false],
    ['ws://127.0.0.1:9000/', false],
  ])('at %s is a retired address: %s', (address, retired) => {
    const lines: string[] = [];
    const write = (line: string): void => void lines.push(line);
    const logger = createLogger({ level: 'info', name: 'screener', json: false, write, now: Date.now });
    warnOfRetiredAddress(readSettings({ BINANCE_WS_URL: address }), logger);
    expect(lines).toHaveLength(retired ? 1 : 0);
    if (retired) expect(lines[0]).toContain('wss://fstream.binance.com is used');
  });
});
