/** What one candle must be seen to do on its whole way, from the exchange to the browser; the same on each engine. */

import { Client } from 'pg';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appNames } from '../../apps/screener/src/start/app-catalog.ts';
import { type RunningScreener, startScreener, waitFor } from './running-screener.ts';

const SYMBOL = 'BTCUSDT';
const ALERT_WITHIN_MS = 130_000;

const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

interface RestAlert {
  readonly id: string;
  readonly symbol: string;
  readonly alert_type: string;
  readonly triggered_at: string;
  readonly price: number;
  readonly severity: string;
  readonly message: string;
  readonly status: string;
  readonly terms: readonly { readonly term: string; readonly held: boolean | null }[];
}

export function describePipeline(engine: 'embedded' | 'kafka', executablePath: string): void {
  let screener: RunningScreener;
  let browser: Browser;
  let page: Page;
  let database: Client;
  const startedAt = Date.now();
  const complaints: string[] = [];

  beforeAll(async () => {
    screener = await startScreener({ engine });
    browser = await chromium.launch({ executablePath, args: chromiumFlags });
    page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    database = new Client({ connectionString: screener.databaseUrl });
    await database.connect();
    await page.goto(screener.url);
  }, 150_000);

  afterAll(async () => {
    await browser?.close();
    await database?.end();
    const ended = await screener?.stop();
    expect(ended).toMatchObject({ code: 0 });
    expect(ended?.tookMs).toBeLessThan(15_000);
  }, 60_000);

  const rest = async <T>(path: string): Promise<T> => (await fetch(`${screener.url}${path}`)).json() as Promise<T>;
  const graphql = async <T>(query: string, variables: Record<string, unknown> = {}): Promise<T> => {
    const answer = await fetch(`${screener.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await answer.json()) as { data: T; errors?: unknown };
    expect(errors).toBeUndefined();
    return data;
  };
  const row = () => page.getByTestId(`row-${SYMBOL}`);
  const priceOnPage = async (): Promise<number> =>
    Number(((await row().getByTestId('price').textContent()) ?? '').replaceAll(',', ''));

  test('all instruments are on the page, marked as simulated, and the price moves', async () => {
    await waitFor(
      async () => (await page.getByTestId('row-count').textContent())?.includes('50') === true,
      60_000,
      () => screener.output(),
    );
    expect(await page.getByTestId('simulated').first().isVisible()).toBe(true);
    await waitFor(
      async () => (await priceOnPage()) > 0,
      60_000,
      () => 'no price',
    );
    const first = await priceOnPage();
    await waitFor(
      async () => (await priceOnPage()) !== first,
      30_000,
      () => `the price stays ${first}`,
    );
    const { tickers } = await graphql<{ tickers: { symbol: string; price: number }[] }>('{ tickers { symbol price } }');
    const known = tickers.find((ticker) => ticker.symbol === SYMBOL)?.price ?? 0;
    expect(Math.abs((await priceOnPage()) / known - 1)).toBeLessThan(0.01);
  }, 160_000);

  test('the metric on the page is the one of the APIs', async () => {
    const cell = async (): Promise<string> => (await row().locator('td').allTextContents()).join(' ');
    await waitFor(
      async () => /[+−]\d+\.\d+%.*[+−]\d+\.\d+%/.test(await cell()),
      90_000,
      () => 'no changes in the row',
    );
    type Metrics = {
      timestamp: string;
      timeframes: Record<string, { change_pct: number; rsi_14: number | null; high: number | null }>;
    };
    const metrics = (): Promise<Metrics> => rest(`/api/metrics/${SYMBOL}`);
    // While history is still being read, the numbers are those of some minute of the past.
    const isPresent = async (): Promise<boolean> => {
      const { timestamp, timeframes } = await metrics();
      return Date.now() - Date.parse(timestamp) < 150_000 && timeframes['1d']?.high != null;
    };
    await waitFor(isPresent, 90_000, () => 'no full day window of the present');
    const { metrics: same } = await graphql<{ metrics: { windows: { window: string; high: number }[] } }>(
      'query ($symbol: String!) { metrics(symbol: $symbol) { windows { window high } } }',
      { symbol: SYMBOL },
    );
    const { timeframes } = await metrics();
    expect(same.windows.find(({ window }) => window === '1d')?.high).toBe(timeframes['1d']?.high);
    expect(timeframes['1h']?.rsi_14).toBeGreaterThan(0);
    // The page shows the day's change with the minute in progress: close to that of the closed minute.
    const shownAndKnown = async (): Promise<[number, number]> => {
      const [shown] = /[+−]\d+\.\d+%(?=\s+[\d.]+[KMB])/.exec(await cell()) ?? [''];
      return [
        Number(shown.replace('−', '-').replace('%', '')),
        (await metrics()).timeframes['1d']?.change_pct ?? Number.NaN,
      ];
    };
    await waitFor(
      async () => {
        const [shown, known] = await shownAndKnown();
        return Math.abs(shown - known) < 0.5;
      },
      30_000,
      () => 'the page shows another change than the API',
    );
  }, 220_000);

  test('a fresh alert reaches the feed, REST, GraphQL and the database as one and the same', async () => {
    const fresh = async (): Promise<RestAlert | undefined> => {
      const { alerts } = await rest<{ alerts: RestAlert[] }>('/api/alerts?limit=50');
      return alerts.find((alert) => Date.parse(alert.triggered_at) > startedAt);
    };
    await waitFor(
      async () => (await fresh()) !== undefined,
      ALERT_WITHIN_MS,
      () => `no fresh alert\n${screener.output()}`,
    );
    const alert = (await fresh()) as RestAlert;
    const item = page.locator(`[data-testid="alert"][data-alert-id="${alert.id}"]`);
    await waitFor(
      async () => (await item.count()) === 1,
      10_000,
      () => `alert ${alert.id} is not in the feed`,
    );
    expect(await item.getAttribute('data-rule')).toBe(alert.alert_type);
    const { id, alert_type: rule, price, severity, message, status } = alert;
    const terms = alert.terms.map(({ term, held }) => ({ term, held }));
    expect(terms).not.toEqual([]);
    const { alerts } = await graphql<{ alerts: { alerts: { id: string }[] } }>(
      '{ alerts(limit: 100) { alerts { id rule price severity message status terms { term held } } } }',
    );
    expect(alerts.alerts.find((found) => found.id === id)).toEqual({
      ...{ id, rule, price, severity, message, status, terms },
    });
    // Opened, it shows its proof and the chart of its instrument.
    await item.getByRole('button').click();
    expect(await item.getByTestId('alert-terms').locator('tbody code').allTextContents()).toEqual(
      terms.map(({ term }) => term),
    );
    expect(await page.getByTestId('chart').getAttribute('data-symbol')).toBe(alert.symbol);
    await row().click();
    const inDatabase = async () =>
      (
        await database.query(
          `SELECT rule, price, severity, message, status,
                  jsonb_path_query_array(terms, '$[*].term') AS terms FROM alerts WHERE id = $1`,
          [id],
        )
      ).rows;
    await waitFor(
      async () => (await inDatabase()).length === 1,
      15_000,
      () => `alert ${alert.id} is not in the database`,
    );
    expect(await inDatabase()).toEqual([
      { rule, price, severity, message, status, terms: terms.map(({ term }) => term) },
    ]);
  }, 180_000);

  test('the candle of a closed minute is one row in the database, equal to the one of the API', async () => {
    const { candles } = await rest<{ candles: { time: number; open: number; close: number; volume: number }[] }>(
      `/candles/${SYMBOL}/1m?limit=10`,
    );
    const closed = candles.findLast(({ time }) => time * 1000 + 60_000 <= Date.now() - 5_000);
    const found = async () =>
      (
        await database.query(
          'SELECT open, close, volume FROM candles WHERE instrument = $1 AND open_time = to_timestamp($2)',
          [`binance:usdm:${SYMBOL}`, closed?.time],
        )
      ).rows;
    await waitFor(
      async () => (await found()).length === 1,
      15_000,
      () => 'no row',
    );
    expect(await found()).toEqual([{ open: closed?.open, close: closed?.close, volume: closed?.volume }]);
  }, 60_000);

  test('every app answers for its health, and its metrics can be read', async () => {
    // In one process the port of the page has them all; a process of its own has printed its port.
    const printed = [...screener.output().matchAll(/(http:\/\/\S+)\/health \/ready \/metrics/g)].map(([, url]) => url);
    const urls = engine === 'embedded' ? [screener.url] : printed;
    expect(urls).toHaveLength(engine === 'embedded' ? 1 : appNames.length);
    const up: string[] = [];
    for (const url of urls) {
      expect((await fetch(`${url}/ready`)).status).toBe(200);
      const health = await fetch(`${url}/health`);
      expect(health.status).toBe(200);
      expect(await health.json()).toMatchObject({ status: 'running', checks: { log: { ok: true } } });
      const metrics = await (await fetch(`${url}/metrics`)).text();
      expect(metrics).toMatch(/^process_cpu_seconds_total \d/m);
      up.push(...[...metrics.matchAll(/^screener_app_up\{app="(\w+)"\} 1$/gm)].map(([, app = '']) => app));
    }
    expect(up.sort()).toEqual(appNames.toSorted());
  });

  test('every number of an instrument is on the page as the API has it, and the market as a whole', async () => {
    await page.getByTestId('show-numbers').click();
    type Known = { metrics: { numbers: { name: string; value: number }[] }; market: { advancing1h: number } | null };
    const known = (): Promise<Known> =>
      graphql(
        'query ($symbol: String!) { metrics(symbol: $symbol) { numbers { name value } } market { advancing1h } }',
        {
          symbol: SYMBOL,
        },
      );
    const shown = async (name: string): Promise<string> =>
      (await page.locator(`[data-number="${name}"]`).textContent({ timeout: 2_000 })) ?? '';
    await waitFor(
      async () => {
        const { metrics } = await known();
        const rsi = metrics.numbers.find(({ name }) => name === 'rsi_1h')?.value;
        return rsi !== undefined && Math.abs(Number(await shown('rsi_1h')) - rsi) < 0.006;
      },
      20_000,
      () => 'rsi_1h of the page is not the one of the API',
    );
    await waitFor(
      async () =>
        (await page.getByTestId('market').textContent())?.includes(`${(await known()).market?.advancing1h} up`) ===
        true,
      20_000,
      () => 'the page does not say how many instruments rose',
    );
    await page.getByTestId('show-numbers').click();
  }, 60_000);

  test('the chart follows the chosen row, and the page had nothing to complain of', async () => {
    await page.getByTestId('row-ETHUSDT').click();
    await waitFor(
      async () => (await page.getByTestId('chart-symbol').textContent())?.includes('ETH') === true,
      10_000,
      () => 'the chart shows another one',
    );
    expect(await page.locator('canvas').count()).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
  }, 60_000);
}
