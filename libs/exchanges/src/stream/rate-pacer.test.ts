import { describe, expect, it } from 'vitest';
import { ManualClock } from '../testing/manual-clock.ts';
import { RatePacer } from './rate-pacer.ts';

const paced = (count: number, windowMs: number) => {
  const clock = new ManualClock(1_000_000);
  return { clock, pacer: new RatePacer({ rate: { count, windowMs }, now: clock.now, timers: clock }) };
};

describe('a pacer', () => {
  it('never lets more through than the rate in any window, in order, and no later than it must', () => {
    const { clock, pacer } = paced(3, 1_000);
    const passed: (readonly [number, number])[] = [];
    for (let index = 0; index < 10; index++) {
      pacer.pass(() => passed.push([index, clock.now()]));
      clock.advance(100);
    }
    clock.advance(5_000);
    expect(passed.map(([index]) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const times = passed.map(([, at]) => at - 1_000_000);
    expect(times).toEqual([0, 100, 200, 1_000, 1_100, 1_200, 2_000, 2_100, 2_200, 3_000]);
  });

  it('counts what cannot wait, forgets what is called off, and leaves no timer behind', () => {
    const { clock, pacer } = paced(2, 1_000);
    const passed: string[] = [];
    pacer.count();
    pacer.pass(() => passed.push('a'));
    const cancel = pacer.pass(() => passed.push('b'));
    pacer.pass(() => passed.push('c'));
    expect([passed, pacer.waiting]).toEqual([['a'], 2]);
    cancel();
    clock.advance(1_000);
    expect([passed, pacer.waiting, clock.waiting]).toEqual([['a', 'c'], 0, 0]);
    pacer.pass(() => passed.push('d'))();
    expect(clock.waiting).toBe(0);
    pacer.close();
  });
});
