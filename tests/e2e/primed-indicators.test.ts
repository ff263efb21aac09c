/** From the exchange to metrics: the collector fetches bars, and indicators with long memories are warm with the next minute. */
import { calculatorApp } from '@screener/calculator';
import { createWorlds } from '@screener/collector/testing';
import { decodeEvent, type MarketClosed, type MetricsClosed } from '@screener/events';
import type { Log } from '@screener/log';
import { createLogger, createSupervisor, readSettings, type Supervisor } from '@screener/service';
import { afterEach, expect, test } from 'vitest';
import { waitFor } from './running-screener.ts';

const { world, cleanUp } = createWorlds();
let supervisor: Supervisor | undefined;
afterEach(async () => {
  await supervisor?.stop();
  await cleanUp();
});

const instruments = 3;
const intervals = ['5m', '15m', '1h', '4h'] as const;

async function newestOf(log: Log): Promise<{ metrics: Map<string, MetricsClosed>; market: MarketClosed | undefined }> {
  const metrics = new Map<string, MetricsClosed>();
  let market: MarketClosed | undefined;
  for (const topic of ['metrics.closed', 'market.closed']) {
    for await (const batch of log.reader({ topic, from: 'beginning', until: 'end' })) {
      for (const { value } of batch) {
        const { type, event } = decodeEvent(value ?? new Uint8Array());
        if (type === 'MetricsClosed') metrics.set(event.instrument, event);
        if (type === 'MarketClosed') market = event;
      }
    }
  }
  return { metrics, market };
}

const isWarm = ({ indicators }: MetricsClosed): boolean =>
  intervals.every((interval) =>
    indicators.some(
      (bar) => bar.interval === interval && typeof bar.ema200 === 'number' && typeof bar.adx === 'number',
    ),
  );

test('an average of 200 bars of four hours is there minutes after the first sight of an instrument', async () => {
  const { log, collect } = await world(30, instruments);
  const logger = createLogger({ level: 'silent', name: 'test', json: false, write: () => undefined, now: Date.now });
  const context = { log, logger, settings: readSettings({}), instance: 'test', now: Date.now };
  supervisor = createSupervisor({ context });
  await supervisor.start(calculatorApp);
  await collect({ primeMinutes: 300, primeBars: 210, intervals });
  let found = await newestOf(log);
  await waitFor(
    async () => {
      found = await newestOf(log);
      const { metrics, market } = found;
      return metrics.size === instruments && [...metrics.values()].every(isWarm) && market?.instruments === instruments;
    },
    90_000,
    () =>
      JSON.stringify([[...found.metrics.values()].map(({ indicators }) => indicators), found.market]).slice(0, 2_000),
  );
  expect(found.market).toMatchObject({ missingPartitions: [], missing: [] });
  expect(found.market?.btc?.instrument).toBe('binance:usdm:BTCUSDT');
  expect(found.market?.aboveVwap_1h).toBeGreaterThanOrEqual(0);
}, 120_000);
