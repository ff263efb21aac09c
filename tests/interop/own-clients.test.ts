/** Two that were written apart agree: our clients of the exchanges, and the exchanges that we simulate. */
import { type Exchange, type ExchangeMarket, exchanges, type KlineUpdate } from '@screener/exchanges';
import { aggregateCandles, type Candle, intervalMinutes, intervalNames, MINUTE_MS } from '@screener/market';
import { type DialectName, dialectNames, type Simulator, startSimulator } from '@screener/simulator';
import { describe, expect, it, type TestContext, vi } from 'vitest';

const markets: Readonly<Record<DialectName, ExchangeMarket>> = {
  usdm: 'binance:usdm',
  spot: 'binance:spot',
  'bybit-linear': 'bybit:linear',
  'bybit-spot': 'bybit:spot',
  'okx-swap': 'okx:swap',
  'okx-spot': 'okx:spot',
};
const instruments = 12;
const speed = 60;

type AtEnd = TestContext['onTestFinished'];

async function start(dialect: DialectName, atEnd: AtEnd): Promise<{ simulator: Simulator; exchange: Exchange }> {
  const common = { port: 0, host: '127.0.0.1', seed: 9, now: Date.now, notify: () => {} };
  const simulator = await startSimulator({ ...common, instruments, speed, dialect });
  atEnd(() => simulator.stop());
  const { restBase, wsBase } = simulator;
  const exchange = exchanges[markets[dialect]]({ restBase, wsBase, now: Date.now, random: () => 0.5 });
  atEnd(() => exchange.close());
  return { simulator, exchange };
}

/** What the exchange does not say is 0 in ours. */
function told(candle: Candle, { capabilities: { candleFieldsAbsent } }: Exchange): Candle {
  return { ...candle, ...Object.fromEntries(candleFieldsAbsent.map((field) => [field, 0])) };
}

// Side by side: most of it is waiting.
describe.concurrent.each(dialectNames)('our client on the simulated %s', (dialect) => {
  it('lists instruments, and what they are worth a day', async ({ onTestFinished }) => {
    const { simulator, exchange } = await start(dialect, onTestFinished);
    const problems: unknown[] = [];
    const listed = await exchange.instruments((problem) => problems.push(problem));
    expect(problems).toEqual([]);
    expect(listed.map(({ symbol }) => symbol)).toEqual(simulator.symbols);
    expect(new Set(listed.map(({ status }) => status))).toEqual(new Set(['trading']));
    expect(listed[0]).toMatchObject({ base: 'BTC', quote: 'USDT', tickSize: 0.1, stepSize: 0.001 });
    const values = await exchange.dayValues();
    expect([...values.keys()].sort()).toEqual([...simulator.symbols].sort());
    expect(values.get(listed[0]?.symbol ?? '')).toBeGreaterThan(1e9);
    expect(Math.abs((await exchange.serverTime()) - simulator.now())).toBeLessThan(speed * 1_000);
  });

  it('fetches minutes, and bars of every length that its minutes make', async ({ onTestFinished }) => {
    const { simulator, exchange } = await start(dialect, onTestFinished);
    const { ledger, symbols } = simulator;
    const symbol = symbols[7] ?? '';
    const to = Math.floor(simulator.now() / MINUTE_MS) * MINUTE_MS - MINUTE_MS;
    const fetched: Candle[] = [];
    for await (const page of exchange.klines({ symbol, from: to - 699 * MINUTE_MS, to, priority: 'repair' })) {
      fetched.push(...page);
    }
    const minutes = ledger.candles(symbol, to - 699 * MINUTE_MS, to);
    expect(fetched).toEqual(minutes.map((candle) => told(candle, exchange)));
    for (const interval of intervalNames.filter((name) => name !== '1w' && name !== '1m')) {
      const length = intervalMinutes[interval] * MINUTE_MS;
      const last = Math.floor(to / length) * length - length;
      const bars: Candle[] = [];
      const range = { symbol, interval, from: last - length, to: last, priority: 'prime' } as const;
      for await (const page of exchange.klines(range)) bars.push(...page);
      const made = aggregateCandles(ledger.candles(symbol, last - length, last + length - 1), length / MINUTE_MS);
      expect([
        interval,
        bars.map(({ openTime, open, high, low, close, trades }) => [openTime, open, high, low, close, trades]),
      ]).toEqual([
        interval,
        made
          .map((bar) => told(bar, exchange))
          .map(({ openTime, open, high, low, close, trades }) => [openTime, open, high, low, close, trades]),
      ]);
      for (const [index, { volume }] of bars.entries()) expect(volume / (made[index]?.volume ?? 0)).toBeCloseTo(1, 9);
    }
  });

  it('streams every candle to its end', async ({ onTestFinished }) => {
    const { simulator, exchange } = await start(dialect, onTestFinished);
    const closed: KlineUpdate[] = [];
    const problems: unknown[] = [];
    const live = new Set<string>();
    const prices = new Set<string>();
    const stream = exchange.streamKlines(simulator.symbols, {
      kline: (update) => {
        if (update.closed) closed.push(update);
        else live.add(update.symbol);
      },
      price: ({ symbol }) => prices.add(symbol),
      problem: (problem) => problems.push(problem),
    });
    onTestFinished(() => stream.close());
    await vi.waitFor(() => expect(closed.length).toBeGreaterThan(3 * instruments), { timeout: 20_000 });
    expect(problems).toEqual([]);
    expect([...live].sort()).toEqual([...simulator.symbols].sort());
    for (const { symbol, candle, eventTime } of closed) {
      expect(candle).toEqual(told(simulator.ledger.candleAt(symbol, candle.openTime), exchange));
      expect(eventTime).toBeGreaterThanOrEqual(candle.openTime + MINUTE_MS);
    }
    if (dialect === 'spot') expect([...prices].sort()).toEqual([...simulator.symbols].sort());
    const { unserved, circuitsOpen } = stream.state();
    expect([unserved.size, circuitsOpen]).toEqual([0, 0]);
  });
});
