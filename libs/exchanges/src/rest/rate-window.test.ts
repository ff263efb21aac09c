import { describe, expect, it } from 'vitest';
import { FixedWindow, SlidingWindow } from './rate-window.ts';

const minute = 60_000;
const start = 100 * minute;

describe('a limit that slides', () => {
  it('is never exceeded, whenever between sending and answer the exchange counts, and nearly all of it is used', () => {
    let time = 1_234_567;
    const [limit, windowMs] = [40, 2_000];
    const window = new SlidingWindow(windowMs, () => time);
    const counted: number[] = [];
    const underWay: { readonly endAt: number; readonly settle: () => void }[] = [];
    const settleDue = (): void => {
      while (underWay[0] !== undefined && underWay[0].endAt <= time) underWay.shift()?.settle();
    };
    while (counted.length < 400) {
      settleDue();
      const waitMs = window.waitMs(1, limit);
      if (waitMs > 0) {
        time = Math.min(time + waitMs, underWay[0]?.endAt ?? Number.POSITIVE_INFINITY);
        continue;
      }
      const taken = window.take(1);
      const delayMs = (counted.length * 37) % 100; // the exchange counts at any moment of the hundred ms that it takes
      counted.push(time + delayMs);
      underWay.push({ endAt: time + 100, settle: () => window.settle(taken) });
      if (counted.length % 40 === 17) time += 313;
    }
    const busiest = Math.max(
      ...counted.map((from) => counted.filter((at) => at >= from && at < from + windowMs).length),
    );
    expect(busiest).toBeLessThanOrEqual(limit);
    const seconds = (Math.max(...counted) - Math.min(...counted)) / 1_000;
    expect(counted.length / seconds).toBeGreaterThan(0.8 * (limit / 2));
  });

  it('lets go what is heavier than itself once nothing else is used', () => {
    let time = start;
    const window = new SlidingWindow(1_000, () => time);
    expect(window.waitMs(50, 40)).toBe(0);
    window.settle(window.take(50));
    expect(window.waitMs(1, 40)).toBe(1_000);
    time += 1_000;
    expect([window.used(), window.waitMs(50, 40)]).toEqual([0, 0]);
  });
});

describe('a limit with windows of a minute', () => {
  const at = (time: number) => {
    const clock = { time };
    return { clock, window: new FixedWindow(minute, () => clock.time) };
  };

  it('begins anew shortly after the minute, when the exchange has certainly forgotten', () => {
    const { clock, window } = at(start + 59_000);
    window.settle(window.take(95));
    expect(window.waitMs(6, 100)).toBe(1_200);
    clock.time = start + minute + 100;
    expect(window.waitMs(6, 100)).toBe(100);
    clock.time = start + minute + 200;
    expect([window.waitMs(6, 100), window.used()]).toEqual([0, 0]);
  });

  it('counts in both what was under way at the border, and what ended just before it', () => {
    const { clock, window } = at(start + 30_000);
    window.settle(window.take(10));
    const across = window.take(20);
    clock.time = start + minute - 50;
    window.settle(window.take(5));
    clock.time = start + minute + 300;
    expect(window.used()).toBe(25);
    window.settle(across, 2_000); // of the minute before, which is over
    expect(window.used()).toBe(25);
  });

  it('believes what the exchange says, with what is under way besides', () => {
    const { window } = at(start + 30_000);
    const one = window.take(2);
    const other = window.take(3);
    window.settle(one, 80);
    expect(window.used()).toBe(83);
    window.settle(other, 50);
    expect(window.used()).toBe(83);
  });

  it('follows the clock of the exchange once that is known', () => {
    const { clock, window } = at(start + 30_000);
    window.settle(window.take(95));
    window.align(7_000, 300);
    expect(window.used()).toBe(95);
    // The exchange's minute ends at our 53 s; half a second is left for what is not known.
    clock.time = start + 53_499;
    expect(window.waitMs(6, 100)).toBe(1);
    clock.time = start + 53_500;
    expect([window.waitMs(6, 100), window.used()]).toEqual([0, 0]);
  });

  it('makes nothing undone when a clock turns out to be days off', () => {
    const { window } = at(start + 30_000);
    window.settle(window.take(95));
    window.align(-3 * 86_400_000, 0);
    expect(window.used()).toBe(95);
  });

  it('forgets all of it after a longer pause', () => {
    const { clock, window } = at(start + 59_990);
    window.settle(window.take(95));
    clock.time = start + 5 * minute;
    expect(window.used()).toBe(0);
  });
});
