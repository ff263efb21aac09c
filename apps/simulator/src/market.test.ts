import { MINUTE_MS } from '@screener/market';
import { describe, expect, it } from 'vitest';
import { catalogue } from './catalogue.ts';
import { Ledger } from './ledger.ts';
import { Market } from './market.ts';
import { MarketTruth } from './truth.ts';
import { decimal, padded, stepsPerMinute, trimmed } from './units.ts';

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

  it('has something new for a newcomer in nearly every minute, and never three without', () => {
    const one = market(1);
    const ledger = new Ledger(one);
    const minutes = 240;
    const news = new Set<number>();
    for (const { symbol } of one.instruments) {
      let before: readonly string[] = [];
      for (let minute = -1; minute < minutes; minute++) {
        const fired = pioneers(ledger, symbol, start + minute * MINUTE_MS);
        if (minute >= 0 && fired.some((name) => !before.includes(name))) news.add(minute);
        before = fired;
      }
    }
    const silent = Array.from({ length: minutes }, (_, minute) => minute).filter((minute) => !news.has(minute));
    expect(silent.length).toBeLessThan(minutes / 4);
    expect(silent.filter((minute) => silent.includes(minute + 1) && silent.includes(minute + 2))).toEqual([]);
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

  it('has calm minutes and wild ones, as real markets do', () => {
    const one = market(5);
    for (const symbol of ['BTCUSDT', 'SOLUSDT', 'ADAUSDT']) {
      const ranges = Array.from({ length: 10_000 }, (_, index) => one.candle(symbol, start + index * MINUTE_MS))
        .map(({ high, low }) => (high / low - 1) * 10_000)
        .sort((left, right) => left - right);
      const quantile = (share: number): number => ranges[Math.floor(share * (ranges.length - 1))] ?? Number.NaN;
      expect(quantile(0.1), symbol).toBeLessThan(3);
      expect(quantile(0.5) / quantile(0.1), symbol).toBeGreaterThan(2);
      expect(quantile(0.99) / quantile(0.5), symbol).toBeGreaterThan(4);
    }
  });

  it('has dead symbols: silent minutes, with a flat candle or none, and some that never trade', () => {
    const instruments = catalogue(500);
    const truth = new MarketTruth(new Market(1, instruments));
    const dead = instruments.filter(({ tradedShare }) => tradedShare < 1);
    expect(dead.length).toBeGreaterThan(20);
    expect(new Set(dead.map(({ tradedShare }) => tradedShare))).toEqual(new Set([0, 0.03, 0.35]));
    const minutes = Array.from({ length: 1_000 }, (_, index) => start + index * MINUTE_MS);
    for (const { symbol, tradedShare, emptyMinutes } of dead) {
      const traded = minutes.filter((time) => truth.trades(symbol, time));
      expect(Math.abs(traded.length / minutes.length - tradedShare), symbol).toBeLessThan(0.06);
      const told = minutes.filter((time) => truth.has(symbol, time)).length;
      expect(told, symbol).toBe(tradedShare > 0 && emptyMinutes === 'flat' ? minutes.length : traded.length);
      if (told !== minutes.length) continue;
      // The price of a silent minute is that of the last trade.
      for (const [index, time] of minutes.entries()) {
        if (index === 0 || truth.trades(symbol, time)) continue;
        const [before, silent] = [truth.candle(symbol, time - MINUTE_MS), truth.candle(symbol, time)];
        expect([silent.open, silent.high, silent.low, silent.close, silent.amount, silent.trades]).toEqual([
          before.close,
          before.close,
          before.close,
          before.close,
          0,
          0,
        ]);
      }
    }
  });

  it('has prices of every size', () => {
    const prices = catalogue(53).map(({ price }) => price);
    expect(Math.min(...prices)).toBeLessThan(1e-7);
    expect(Math.max(...prices)).toBeGreaterThan(1e5);
    const { close, open } = new Ledger(market(1, 53)).candleAt('NANOCATUSDT', start);
    for (const price of [open, close]) expect(Math.abs(price / 2.37e-8 - 1)).toBeLessThan(0.5);
  });

  it('is the same market on every exchange', () => {
    const okx = new Market(
      1,
      catalogue(5, (base, quote) => `${base}-${quote}-SWAP`),
    );
    expect(okx.candle('ETH-USDT-SWAP', start)).toEqual(market(1, 5).candle('ETHUSDT', start));
  });

  it('writes whole units as exact decimals', () => {
    expect(decimal(125, 8)).toBe('0.00000125');
    expect(decimal(643_500, 1)).toBe('64350.0');
    expect(decimal(42, 0)).toBe('42');
    expect(decimal(12_345_678_901_234_567_890n, 8)).toBe('123456789012.34567890');
    expect(['1.500', '0.0', '100', '0.10'].map(trimmed)).toEqual(['1.5', '0', '100', '0.1']);
    expect(['1.5', '7', '0.123456789'].map((text) => padded(text, 4))).toEqual(['1.5000', '7.0000', '0.123456789']);
  });
});
