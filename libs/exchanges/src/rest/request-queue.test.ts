import { describe, expect, it } from 'vitest';
import { binanceUsdm } from '../binance-usdm/binance-usdm.ts';
import { exchanges } from '../exchanges.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { klineWeight } from './kline-plan.ts';
import type { Permit } from './limit-group.ts';
import { primingPlan } from './priming-plan.ts';
import { RateLimits } from './rate-limits.ts';

const minute = 60_000;
const start = 100 * minute;
const answerMs = 100;

/** What a minute of the exchange's own clock saw, and when the last answer came. */
async function primed(instruments: number, startAt: number) {
  const clock = new ManualClock(startAt);
  const queue = new RateLimits().queue('binance-futures', clock.now, clock);
  queue.group.enforce(exchanges['binance:usdm']({ now: clock.now, random: () => 0 }).capabilities.rateRules);
  const weights = [499, 499, 499, 3, 499, 499, 499, 499, 499, 499].map((limit) =>
    klineWeight(binanceUsdm.rest.klineWeights, limit),
  );
  const perMinute = new Map<number, number>();
  let answered = 0;
  const one = (weight: number) => ({
    exchange: 'Test',
    path: '/fapi/v1/klines',
    weight,
    priority: 'prime' as const,
    again: false,
    start(permit: Permit) {
      clock.after(answerMs, () => {
        const at = Math.floor(clock.now() / minute);
        perMinute.set(at, (perMinute.get(at) ?? 0) + weight);
        answered++;
        permit.settle(perMinute.get(at));
      });
    },
    refuse: () => expect.unreachable(),
  });
  const requests = Array.from({ length: instruments }, () => weights.map(one)).flat();
  for (const request of requests) queue.enter(request);
  while (answered < requests.length && clock.now() < startAt + 10 * minute) {
    clock.advance(10);
    await Promise.resolve();
  }
  return { perMinute, answered, minutes: (clock.now() - startAt) / minute };
}

describe('priming 400 instruments of Binance futures', () => {
  it.each([0, 20, 45])('takes the time that the limit makes it take, begun %i s into a minute', async (seconds) => {
    const {
      minutes: planned,
      requests,
      weight,
    } = primingPlan(exchanges['binance:usdm']({ now: () => 0, random: () => 0 }).capabilities, 400);
    const { perMinute, answered, minutes } = await primed(400, start + seconds * 1_000);
    expect(answered).toBe(requests);
    expect([...perMinute.values()].reduce((sum, used) => sum + used)).toBe(weight);
    expect(Math.max(...perMinute.values())).toBeLessThanOrEqual(2_400);
    expect(minutes).toBeLessThanOrEqual(planned + 0.1);
  });
});
