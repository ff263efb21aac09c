import { describe, expect, it } from 'vitest';
import { type ExchangeMarket, exchanges } from '../exchanges.ts';
import { primingPlan } from './priming-plan.ts';

const capabilities = (name: ExchangeMarket) => exchanges[name]({ now: () => 0, random: () => 0 }).capabilities;

describe('priming', () => {
  it('takes 19 weight an instrument of Binance futures: 400 of them 3.2 minutes of the limit', () => {
    expect(primingPlan(capabilities('binance:usdm'), 1)).toMatchObject({ weight: 19, requests: 10 });
    const { weight, requests, minutes } = primingPlan(capabilities('binance:usdm'), 400);
    expect([weight, requests, minutes.toFixed(1)]).toEqual([7_600, 4_000, '3.2']);
  });

  it.each([
    // Two pages of candles and one of each kind of bar.
    ['binance:spot', 16, 8, 400 * (16 / 6_000)],
    // Bars of 8h are twice as many of 4h: still one page.
    ['bybit:linear', 8, 8, (400 * 8) / 7_200],
    // 1,429 candles and all bars of the fast path, 71 of the slow one.
    ['okx:swap', 20, 20, (400 * 19) / 1_200],
    // It has no more than 720 candles and bars.
    ['kraken:spot', 7, 7, (400 * 7) / 60],
    // 4h, 8h of 2h.
    ['deribit:futures', 4_500, 9, (400 * 4_500) / 600_000],
  ] as const)('takes of %s %i weight and %i requests an instrument', (name, weight, requests, minutes) => {
    expect(primingPlan(capabilities(name), 1)).toMatchObject({ weight, requests });
    expect(primingPlan(capabilities(name), 400).minutes).toBeCloseTo(minutes, 5);
  });

  it('can be of less', () => {
    expect(primingPlan(capabilities('binance:usdm'), 10, [{ interval: '1m', bars: 40 }])).toEqual({
      weight: 10,
      requests: 10,
      minutes: 10 / 2_400,
    });
    expect(primingPlan(capabilities('binance:usdm'), 0)).toEqual({ weight: 0, requests: 0, minutes: 0 });
  });
});
