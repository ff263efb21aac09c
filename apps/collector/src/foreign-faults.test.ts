/** What goes wrong at exchanges other than Binance futures: the log must not show it there either. */
import { createBinanceSpot, createBybit, createOkx, type Exchange, type ExchangeOptions } from '@screener/exchanges';
import { type DialectName, faultKindsOf, type Simulator, seededPlan } from '@screener/simulator';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Contents, contentsOf, expectMarkers } from './testing/log-contents.ts';
import { fireTheRest, unfiredOf, untilSimulated } from './testing/unfired-faults.ts';
import { createWorlds } from './testing/world.ts';

const minuteMs = 60_000;
/** Three worlds share a process. */
const speed = 120;
const { world, cleanUp } = createWorlds();
afterEach(cleanUp);

type Create = (options: ExchangeOptions) => Exchange;
const createLinear: Create = (options) => createBybit({ ...options, market: 'linear' });
const createSwap: Create = (options) => createOkx({ ...options, market: 'swap' });

describe('a collector while everything goes wrong', () => {
  it('on Binance spot, Bybit and OKX writes what they say in the end, every minute once', async () => {
    // Side by side: nearly all of it is waiting.
    await Promise.all([
      collectedRight('spot', createBinanceSpot),
      collectedRight('bybit-linear', createLinear),
      collectedRight('okx-swap', createSwap),
    ]);
  }, 180_000);
});

async function collectedRight(dialect: DialectName, create: Create): Promise<void> {
  const kinds = faultKindsOf(dialect);
  const { simulator, collect, log, reports, exchange } = await world(speed, 8, {
    ...{ dialect, create, frameEveryMs: 10_000 },
  });
  const symbols = ['BTC', 'ETH', 'SOL'].map((base) => simulator.symbols.find((one) => one.startsWith(base)) ?? '');
  const collector = await collect();
  await vi.waitFor(() => expect(reports.get('primedShare')).toBe(1), { timeout: 25_000, interval: 50 });
  const begin = simulator.now();
  const everyMs = minuteMs;
  for (const { atMs = 0, ...fault } of seededPlan({
    ...{ seed: 4, symbols, afterMs: minuteMs, everyMs, count: kinds.length, kinds },
  })) {
    await untilSimulated(simulator, begin + atMs);
    simulator.faults.inject(fault);
  }
  await untilSimulated(simulator, simulator.now() + everyMs);
  await fireTheRest(simulator, kinds, symbols);
  const over = simulator.now();
  // What was corrected last is found by the comparisons of the last quarter of an hour.
  await untilSimulated(simulator, over + 25 * minuteMs);
  await collector.stop();
  expect(unfiredOf(simulator, kinds), dialect).toEqual([]);
  expectSaid(await contentsOf(log), simulator, exchange, over);
}

/** As far as the exchange says it at all. */
function expectSaid(contents: Contents, { ledger }: Simulator, { capabilities }: Exchange, newest: number): void {
  expect(contents.gapReasons).toEqual([]);
  const unsaid = new Set<string>([...capabilities.candleFieldsAbsent, ...capabilities.candleFieldsDerived]);
  for (const [instrument, events] of contents.candles) {
    const first = events[0]?.openTime ?? 0;
    expect(
      events.map(({ openTime }) => openTime),
      instrument,
    ).toEqual(events.map((_, index) => first + index * minuteMs));
    const symbol = instrument.split(':')[2] ?? '';
    for (const event of events.filter(({ openTime }) => openTime <= newest)) {
      const said = ledger.hasCandle(symbol, event.openTime)
        ? Object.entries(ledger.candleAt(symbol, event.openTime)).filter(([field]) => !unsaid.has(field))
        : Object.entries({ source: 'synthetic', volume: 0, trades: 0 });
      expect(event, instrument).toMatchObject(Object.fromEntries(said));
    }
  }
  expectMarkers(contents);
}
