import { MINUTE_MS } from '@screener/market';
import { describe, expect, it } from 'vitest';
import { catalogue } from './catalogue.ts';
import { Ledger } from './ledger.ts';
import { Market } from './market.ts';
import { decimal, stepsPerMinute } from './units.ts';

const start = Date.UTC(2026, 6, 26, 12);
const market = (seed = 1, count = 50): Market => new Market(seed, catalogue(count));

/** What the pioneer presets ask of the candles up to a minute. */
function pioneers(ledger: Ledger, symbol: string, openTime: number): readonly string[] {
  const day = ledger.candles(symbol, openTime - 14 * MINUTE_MS, openTime);
  const change = (minutes: number): number => {
    const first = day.at(-minutes)?.open ?? Number.NaN;
    return (((day.at(-1)?.close ?? Number.NaN) - first) / first) * 100;
  };
  const volume = (minutes: number): number => day.slice(-minutes).reduce((sum, candle) => sum + candle.quoteVolume, 0);
  const busy = 2 * volume(5) > volume(15);
  const bull = change(5) > 1 && change(15) > 1 && 3 * change(5) > change(15) && busy;
  const bear = change(5) < -1 && change(15) < -1 && 3 * change(5) < change(15) && busy;
  return [bull ? 'bull' : '', bear ? 'bear' : ''].filter((name) => name !== '');
}

describe('the simulated market', () => {
  it('gives the same candle whatever was asked before', () => {
    const [forward, backward] = [new Ledger(market()), new Ledger(market())];
    const minutes = Array.from({ length: 3_000 }, (_, index) => start + index * MINUTE_MS);
    const one = minutes.map((time) => forward.candleAt('ETHUSDT', time));
    for (const time of [...minutes].reverse()) backward.candleAt('BTCUSDT', time);
    const other = [...minutes]
      .reverse()
      .map((time) => backward.candleAt('ETHUSDT', time))
      .reverse();
    expect(other).toEqual(one);
    expect(new Ledger(market(2)).candleAt('ETHUSDT', start)).not.toEqual(one[0]);
  });

  it('makes candles that an exchange could have made', () => {
    const ledger = new Ledger(market());
    for (const { symbol, price } of catalogue(50)) {
      const strange = ledger.candles(symbol, start, start + 200 * MINUTE_MS).filter((candle) => {
        const { open, high, low, close, volume, quoteVolume, trades, takerBuyVolume } = candle;
        const ordered = low > 0 && low <= Math.min(open, close) && high >= Math.max(open, close);
        const worth = quoteVolume >= low * volume * (1 - 1e-12) && quoteVolume <= high * volume * (1 + 1e-12);
        const near = close / price > 0.5 && close / price < 2;
        return !(ordered && worth && near && trades > 0 && takerBuyVolume <= volume);
      });
      expect(strange, symbol).toEqual([]);
    }
  });

  it('grows a candle towards its final form', () => {
    const one = market();
    const final = one.candle('SOLUSDT', start);
    let amount = 0;
    for (let step = 1; step <= stepsPerMinute; step++) {
      const partial = one.candle('SOLUSDT', start, step);
      expect(partial.open).toBe(final.open);
      expect(partial.high).toBeLessThanOrEqual(final.high);
      expect(partial.low).toBeGreaterThanOrEqual(final.low);
      expect(partial.amount).toBeGreaterThanOrEqual(amount);
      amount = partial.amount;
    }
    expect(one.candle('SOLUSDT', start, stepsPerMinute)).toEqual(final);
  });

  it('has a fresh pump and a fresh dump at the close of every minute', () => {
    const one = market(7);
    const ledger = new Ledger(one);
    for (let openTime = start; openTime < start + 45 * MINUTE_MS; openTime += MINUTE_MS) {
      const fired = new Set(one.instruments.flatMap(({ symbol }) => pioneers(ledger, symbol, openTime)));
      expect([...fired].sort(), new Date(openTime).toISOString()).toEqual(['bear', 'bull']);
    }
  });

  it('moves one symbol only now and then', () => {
    const ledger = new Ledger(market(3));
    let minutes = 0;
    for (let openTime = start; openTime < start + 720 * MINUTE_MS; openTime += MINUTE_MS) {
      minutes += pioneers(ledger, 'LINKUSDT', openTime).length;
    }
    expect(minutes).toBeGreaterThan(4);
    expect(minutes).toBeLessThan(150);
  });

  it('writes whole units as exact decimals', () => {
    expect(decimal(125, 8)).toBe('0.00000125');
    expect(decimal(643_500, 1)).toBe('64350.0');
    expect(decimal(42, 0)).toBe('42');
  });
});
