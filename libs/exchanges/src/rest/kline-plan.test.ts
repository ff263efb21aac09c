import { intervalMinutes } from '@screener/market';
import { describe, expect, it } from 'vitest';
import type { KlineSource } from '../exchange.ts';
import { type BarRange, type KlinePage, klinePages } from './kline-plan.ts';

const minute = 60_000;
const open = Date.UTC(2026, 6, 26, 6, 48);
const recent: KlineSource = { path: '/recent', weights: [{ limitMax: 300, weight: 1 }], reach: 1_430 };
const older: KlineSource = { path: '/older', weights: [{ limitMax: 100, weight: 2 }], reach: null };
const plan = (range: BarRange, sources = [recent, older]): readonly KlinePage[] => [
  ...klinePages(sources, range, open + 30_000),
];
const seamless = (pages: readonly KlinePage[], { minutes, from, to }: BarRange): void => {
  let next = from;
  for (const page of pages) {
    expect(page.from).toBe(next);
    expect((page.to - page.from) / (minutes * minute) + 1).toBe(page.limit);
    next = page.to + minutes * minute;
  }
  expect(next).toBe(to + minutes * minute);
};

describe('pages of candles', () => {
  it('come from where old ones are and then from where new ones are, without a hole or a double', () => {
    const range = { minutes: 1, from: open - 2_000 * minute, to: open };
    const pages = plan(range);
    seamless(pages, range);
    const counts = Object.entries(Object.groupBy(pages, ({ path }) => path)).map(([path, some = []]) => [
      path,
      some.length,
      some.reduce((sum, { limit }) => sum + limit, 0),
    ]);
    expect(counts).toEqual([
      ['/older', 6, 571],
      ['/recent', 5, 1_430],
    ]);
  });

  it.each(['5m', '4h', '1d', '1w'] as const)('of %s begin and end where the clock says', (interval) => {
    const minutes = intervalMinutes[interval];
    const pages = plan({ minutes, from: open - 500 * minutes * minute, to: open });
    expect(pages.reduce((sum, { limit }) => sum + limit, 0)).toBe(500);
    const first = new Date(pages[0]?.from ?? 0);
    if (interval === '1w') expect(first.getUTCDay()).toBe(1);
    else expect(first.getTime() % (minutes * minute)).toBe(0);
  });

  it('leave out what no source reaches, and are none for an empty range', () => {
    const near = { ...recent, reach: 720 };
    const [page, ...others] = plan({ minutes: 1, from: open - 2_000 * minute, to: open }, [
      { ...near, weights: [{ limitMax: 720, weight: 1 }] },
    ]);
    expect(others).toEqual([]);
    expect([page?.from, page?.limit]).toEqual([open - 719 * minute, 720]);
    expect(plan({ minutes: 1, from: open, to: open - minute })).toEqual([]);
    expect(plan({ minutes: 5, from: open, to: open + minute })).toEqual([]);
    expect(plan({ minutes: 1, from: open - 900 * minute, to: open - 800 * minute }, [near])).toEqual([]);
  });
});
