/** A gateway on an embedded log of its own, and events to put into that log. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AlertTerm,
  type EventName,
  type EventTypes,
  encodeEvent,
  type KlineClosed,
  type Window,
} from '@screener/events';
import { type Log, openLog, readTopology, type Writer } from '@screener/log';
import { createLogger, createMetrics, createOperatorPages, type OperatorPages, readSettings } from '@screener/service';
import { createGateway, type GatewayOptions, type RunningGateway } from '../gateway-app.ts';

export const MINUTE_MS = 60_000;
export const btc = 'binance:usdm:BTCUSDT';
export const eth = 'binance:usdm:ETHUSDT';

export interface GatewayFixture {
  readonly gateway: RunningGateway;
  readonly log: Log;
  readonly directory: string;
  readonly pageDirectory: string;
  /** Open time of the minute before the one in progress when the fixture was made. */
  readonly lastMinute: number;
  readonly reports: ReadonlyMap<string, number>;
  append<N extends EventName>(topic: string, name: N, ...events: readonly EventTypes[N][]): Promise<void>;
  get(path: string, init?: RequestInit): Promise<{ status: number; headers: Headers; body: unknown; text: string }>;
  query(query: string, variables?: object): Promise<{ data?: Record<string, unknown>; errors?: GraphQLErrorShape[] }>;
  close(): Promise<void>;
}

export interface GraphQLErrorShape {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export interface FixtureOptions extends Partial<GatewayOptions> {
  /** Fills the log before the gateway starts. */
  readonly before?: (append: GatewayFixture['append'], lastMinute: number) => Promise<void>;
  readonly environment?: Readonly<Record<string, string>>;
}

const topology = readTopology(join(import.meta.dirname, '../../../../topology/topics.yaml'));

const keyAndTime: Partial<{ [N in EventName]: (event: EventTypes[N]) => readonly [string | null, number] }> = {
  InstrumentChanged: (event) => [event.instrument, Date.now()],
  Heartbeat: (event) => [`${event.app}/${event.instance}`, event.at],
  RuleSaved: (event) => [`${event.rule}/${event.version}`, Date.now()],
  KlineClosed: (event) => [event.instrument, event.openTime + MINUTE_MS - 1],
  MetricsClosed: (event) => [event.instrument, event.openTime + MINUTE_MS - 1],
  AlertTriggered: (event) => [event.instrument, event.triggeredAt],
  AlertAmended: (event) => [event.instrument, event.amendedAt - 1],
  AlertsSummarised: (event) => [event.instrument, event.summarisedAt - 1],
  AlertRetracted: (event) => [event.instrument, event.retractedAt - 1],
  KlineLive: (event) => [event.instrument, event.eventTime],
  MetricsLive: (event) => [event.instrument, event.eventTime],
  MarketClosed: (event) => [new Date(event.openTime).toISOString(), event.openTime + MINUTE_MS - 1],
};

/** What a supervisor would say of the gateway alone. */
export const testPages = (metrics = createMetrics()): OperatorPages =>
  createOperatorPages({
    states: () => [
      {
        name: 'gateway',
        status: 'running',
        text: 'well',
        numbers: {},
        startedAt: 0,
        crashes: 0,
        failed: false,
        ready: true,
        metrics,
      },
    ],
    expected: ['gateway'],
    logCheck: () => ({ ok: true, text: 'well' }),
    processMetrics: createMetrics(),
    instance: 'test-1',
    version: '0.1.0',
    startedAt: 0,
  });

export async function startFixture(options: FixtureOptions = {}): Promise<GatewayFixture> {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-'));
  const pageDirectory = options.pageDirectory ?? join(directory, 'page');
  const log = await openLog({ directory: join(directory, 'log') });
  await log.ensureTopics(topology);
  const writer: Writer = log.writer();
  const append: GatewayFixture['append'] = async (topic, name, ...events) => {
    await writer.append(
      events.map((event) => {
        const [key, timestamp] = keyAndTime[name]?.(event) ?? [null, Date.now()];
        return { topic, key, timestamp, value: encodeEvent(name, event) };
      }),
    );
  };
  const lastMinute = (Math.floor(Date.now() / MINUTE_MS) - 1) * MINUTE_MS;
  await options.before?.(append, lastMinute);
  const reports = new Map<string, number>();
  const { before: _before, environment, ...gatewayOptions } = options;
  const metrics = createMetrics();
  const operatorPages = testPages(metrics);
  const gateway = await createGateway({ simulated: true, operatorPages, ...gatewayOptions, pageDirectory }).start({
    log,
    logger: createLogger({ level: 'silent', name: 'gateway', json: false, write: () => {}, now: Date.now }),
    settings: readSettings({ PORT: '0', ...environment }),
    metrics,
    instance: 'test-1',
    now: Date.now,
    report: (_status, _text, numbers = {}) => {
      for (const [name, value] of Object.entries(numbers)) reports.set(name, value);
    },
  });
  return {
    gateway,
    log,
    directory,
    pageDirectory,
    lastMinute,
    reports,
    append,
    async get(path, init) {
      const response = await fetch(gateway.address + path, init);
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json');
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: isJson && text !== '' ? JSON.parse(text) : text,
      };
    },
    async query(query, variables = {}) {
      const response = await fetch(`${gateway.address}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as { data?: Record<string, unknown>; errors?: GraphQLErrorShape[] };
    },
    async close() {
      await gateway.stop();
      await writer.close();
      await log.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Waits until the condition gives something, with a deadline. */
export async function eventually<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
  withinMs = 5_000,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`still not so after ${withinMs} ms: ${look}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export const instrument = (name: string): EventTypes['InstrumentChanged'] => {
  const [exchange = '', market = '', symbol = ''] = name.split(':');
  const base = symbol.replace(/USDT$/, '');
  return { instrument: name, exchange, market, symbol, base, quote: 'USDT', status: 'trading', simulated: true };
};

/** A candle whose numbers follow from its minute, so that tests can say what to expect. */
export const kline = (name: string, openTime: number, close = 100): KlineClosed => ({
  instrument: name,
  openTime,
  open: close - 1,
  high: close + 2,
  low: close - 3,
  close,
  volume: 10,
  quoteVolume: 10 * close,
  trades: 5,
  takerBuyVolume: 4,
  takerBuyQuoteVolume: 4 * close,
  source: 'stream',
});

export const rollingWindow = (minutes: number, changes: Partial<Window> = {}): Window => ({
  minutes,
  open: 100,
  oldestClose: 101,
  high: 120,
  low: 90,
  close: 110,
  volume: 50,
  quoteVolume: 5_250,
  trades: 99,
  takerBuyQuoteVolume: 2_100,
  ...changes,
});

export const metricsClosed = (
  name: string,
  openTime: number,
  changes: Partial<EventTypes['MetricsClosed']> = {},
): EventTypes['MetricsClosed'] => ({
  instrument: name,
  openTime,
  price: 110,
  windows: [5, 15, 60, 240, 480, 1_440].map((minutes) => rollingWindow(minutes)),
  indicators: [{ interval: '1h', barOpenTime: openTime - (openTime % 3_600_000) - 3_600_000, rsi: 62.5 }],
  ...changes,
});

export const marketClosed = (
  openTime: number,
  changes: Partial<EventTypes['MarketClosed']> = {},
): EventTypes['MarketClosed'] => ({
  openTime,
  missingPartitions: [],
  missing: [],
  instruments: 2,
  aboveVwap_1h: 0.5,
  advancing_1h: 1,
  declining_1h: 1,
  advancing_1d: 2,
  declining_1d: 0,
  btc: { instrument: btc, price: 110, change_1h: 1.5, change_1d: null },
  eth: null,
  ranks: [{ instrument: btc, change_1h: 1, volume_1d: 2, beta_1d: 1 }],
  ...changes,
});

export const alert = (
  id: number,
  triggeredAt: number,
  changes: Partial<EventTypes['AlertTriggered']> = {},
): EventTypes['AlertTriggered'] => ({
  id: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
  instrument: btc,
  rule: 'big_bull_60m',
  ruleVersion: 1,
  title: '60 Big Bull',
  openTime: triggeredAt - MINUTE_MS + 1,
  triggeredAt,
  timeframe: '1h',
  price: 42_350.5,
  volume: 1_250_000,
  changePct: 3.2,
  metrics: { change_1h: 3.2, volume_1h: 1_250_000, volume_8h: 5_000_000, vcp_1h: 0.85 },
  ordinal: 0,
  provisional: false,
  severity: 'warning',
  owner: 'preset',
  message: 'BTCUSDT moves',
  volumeIncrease: 2.3,
  candleSizePct: 4.1,
  momentumScore: 61.2,
  terms: [term('change_1h > least', 3.2, 1.6, true)],
  ...changes,
});

export const term = (text: string, left: number | null, right: number | null, held: boolean | null): AlertTerm => ({
  ...{ term: text, element: null, left, leftText: null, right, rightText: null, held },
});

/** Who an amendment or retraction of an alert is about, and why. */
export const aboutAlert = ({ id, instrument, rule, ruleVersion, openTime }: EventTypes['AlertTriggered']) => ({
  ...{ id, instrument, rule, ruleVersion, openTime },
  reason: 'the exchange corrected a candle',
});

export const heartbeat = (
  app: string,
  at: number,
  changes: Partial<EventTypes['Heartbeat']> = {},
): EventTypes['Heartbeat'] => ({
  app,
  instance: 'test-1',
  version: '0.1.0',
  startedAt: at - 1_000,
  at,
  status: 'running',
  text: 'well',
  numbers: {},
  ...changes,
});
