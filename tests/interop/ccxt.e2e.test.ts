/** The simulated exchanges are real enough for a public client that knows nothing of them. */
import { MINUTE_MS } from '@screener/market';
import {
  type DialectName,
  dialectNames,
  type SimulatedCandle,
  type Simulator,
  startSimulator,
} from '@screener/simulator';
import { describe, expect, it, type TestContext } from 'vitest';
import { ensurePeers } from '../../scripts/peers.ts';
import { type CcxtExchange, ccxtOf, loadCcxt, type Ohlcv } from './ccxt-client.ts';

const installed = await ensurePeers();
const instruments = 12;
/** A minute a second. */
const speed = 60;
const watchedMsMax = 20_000;
const chinese = '币安人生';

const ccxt = installed ? loadCcxt() : undefined;

type AtEnd = TestContext['onTestFinished'];

async function start(dialect: DialectName, atEnd: AtEnd): Promise<{ simulator: Simulator; client: CcxtExchange }> {
  if (ccxt === undefined) throw new Error('ccxt is not installed');
  const common = { port: 0, host: '127.0.0.1', seed: 3, now: Date.now, notify: () => {} };
  const simulator = await startSimulator({ ...common, instruments, speed, dialect });
  atEnd(() => simulator.stop());
  const client = ccxtOf(ccxt, simulator);
  atEnd(() => client.close());
  return { simulator, client };
}

const ohlcv = ({ openTime, open, high, low, close, volume }: SimulatedCandle): Ohlcv => [
  openTime,
  open,
  high,
  low,
  close,
  volume,
];
const symbolOf = (dialect: DialectName, base: string): string =>
  dialect.endsWith('spot') ? `${base}/USDT` : `${base}/USDT:USDT`;
const idOf = ({ symbols }: Simulator, base: string): string => {
  const found = symbols.find((symbol) => symbol.startsWith(base));
  if (found === undefined) throw new Error(`no ${base} in ${symbols.join(', ')}`);
  return found;
};

// Side by side: most of it is waiting.
describe.skipIf(!installed).concurrent.each(dialectNames)('ccxt, unmodified, on the simulated %s', (dialect) => {
  it('fetches the markets', async ({ onTestFinished }) => {
    const { simulator, client } = await start(dialect, onTestFinished);
    const markets = await client.fetchMarkets();
    expect(markets.map(({ id }) => id).sort()).toEqual([...simulator.symbols].sort());
    const bitcoin = markets.find(({ base }) => base === 'BTC');
    expect(bitcoin).toMatchObject({
      symbol: symbolOf(dialect, 'BTC'),
      quote: 'USDT',
      type: dialect.endsWith('spot') ? 'spot' : 'swap',
      active: true,
    });
    expect(bitcoin?.precision.price).toBe(0.1);
    expect(markets.some(({ base }) => base === chinese)).toBe(true);
  });

  it.for(['ETH', chinese])(
    'fetches candles of %s: what the ledger says, and bars made of it',
    async (base, { onTestFinished }) => {
      const { simulator, client } = await start(dialect, onTestFinished);
      const id = idOf(simulator, base);
      const symbol = symbolOf(dialect, base);
      const newest = Math.floor(simulator.now() / MINUTE_MS) * MINUTE_MS;
      const since = newest - 90 * MINUTE_MS;
      const minutes = await client.fetchOHLCV(symbol, '1m', since, 60);
      expect(minutes).toEqual(simulator.ledger.candles(id, since, since + 59 * MINUTE_MS).map(ohlcv));
      const hour = Math.floor(newest / 3_600_000) * 3_600_000 - 2 * 3_600_000;
      const [bar] = await client.fetchOHLCV(symbol, '1h', hour, 1);
      const inside = simulator.ledger.candles(id, hour, hour + 59 * MINUTE_MS);
      const volume = inside.reduce((sum, candle) => sum + candle.volume, 0);
      expect(bar?.slice(0, 5)).toEqual([
        hour,
        inside[0]?.open,
        Math.max(...inside.map(({ high }) => high)),
        Math.min(...inside.map(({ low }) => low)),
        inside.at(-1)?.close,
      ]);
      expect(bar?.[5]).toBeCloseTo(volume, 3);
    },
  );

  it('watches candles to their final form', async ({ onTestFinished }) => {
    const { simulator, client } = await start(dialect, onTestFinished);
    const id = idOf(simulator, 'BTC');
    const symbol = symbolOf(dialect, 'BTC');
    await client.loadHttpProxyAgent();
    // ccxt keeps the latest of each minute: once a later one has begun, it was the final frame.
    const latest = new Map<number, Ohlcv>();
    const deadline = Date.now() + watchedMsMax;
    while (latest.size < 5 && Date.now() < deadline) {
      for (const row of await client.watchOHLCV(symbol, '1m')) latest.set(row[0], [...row]);
    }
    const times = [...latest.keys()].sort();
    expect(times.length).toBeGreaterThan(4);
    for (const time of times.slice(0, -1)) expect(latest.get(time)).toEqual(ohlcv(simulator.ledger.candleAt(id, time)));
  });
});
