import { type Candle, type IntervalName, intervalMinutes, MINUTE_MS } from '@screener/market';
import { describe, expect, it } from 'vitest';
import type { KlineRange } from '../exchange.ts';
import { present, candles as recorded } from '../testing/real-payloads.ts';
import { plainCandle } from './candle-rows.ts';
import { fetchKlines, type KlineRequest } from './fetch-klines.ts';
import { nativeInterval } from './native-interval.ts';

const open = Date.UTC(2026, 6, 27, 8);
const flat = (openTime: number, volume = 1): Candle => plainCandle(openTime, [2, 3, 1, 2], volume, volume * 2);

interface Offer {
  readonly intervals: readonly string[];
  readonly has: (request: KlineRequest) => readonly Candle[];
  readonly now?: number;
  readonly limitMax?: number;
}

/** Every bar of the range. */
const all = ({ from, to, minutes }: KlineRequest): readonly Candle[] =>
  Array.from({ length: (to - from) / (minutes * MINUTE_MS) + 1 }, (_, index) =>
    flat(from + index * minutes * MINUTE_MS, index + 1),
  );

async function fetched(
  range: Pick<KlineRange, 'interval' | 'from' | 'to'>,
  { intervals, has, now = open + 86_400_000, limitMax = 1_000 }: Offer,
) {
  const requests: KlineRequest[] = [];
  const bars: Candle[] = [];
  const pages = fetchKlines(
    { symbol: 'A', priority: 'prime', ...range },
    {
      capabilities: {
        intervals,
        intervalCodes: { '2h': '120' },
        klineSources: [{ path: '/k', weights: [{ limitMax, weight: 1 }], reach: null }],
      },
      now: () => now,
      fetch: async (request) => {
        requests.push(request);
        return has(request);
      },
    },
  );
  for await (const page of pages) bars.push(...page);
  return { requests, bars };
}

describe('bars', () => {
  it('are asked for as the exchange writes them where it has them', async () => {
    const { requests, bars } = await fetched(
      { interval: '5m', from: open + 1, to: open + 20 * MINUTE_MS },
      { intervals: ['1m', '5m'], has: all },
    );
    expect(requests).toMatchObject([{ code: '5m', minutes: 5, from: open + 5 * MINUTE_MS, to: open + 20 * MINUTE_MS }]);
    expect(bars).toHaveLength(4);
  });

  it('are minutes unless something else is asked for', async () => {
    const { requests } = await fetched({ from: open, to: open }, { intervals: ['1m'], has: all });
    expect(requests).toMatchObject([{ code: '1m', minutes: 1, limit: 1 }]);
  });

  it.each([
    ['8h', ['1m', '1h', '2h', '3h', '6h', '12h', '1d'], '2h', 4],
    ['4h', ['1m', '2h', '3h', '1d', '1M'], '2h', 2],
    ['1w', ['1m', '12h', '1d', '3d'], '1d', 7],
    ['3m', ['1m', '5m'], '1m', 3],
    ['1d', ['1m', '1d', '1w'], '1d', 1],
  ] as const)('of %s are made of the longest of %j that divides them: %s', (interval, natives, name, parts) => {
    expect(nativeInterval(interval, natives)).toMatchObject({ name, parts });
  });

  it('are made over the borders of pages, and only whole ones', async () => {
    const { requests, bars } = await fetched(
      { interval: '8h', from: open, to: open + 3 * 480 * MINUTE_MS },
      { intervals: ['1m', '2h'], has: all, limitMax: 3, now: open + 30 * 86_400_000 },
    );
    expect(requests.map(({ code }) => code)).toEqual(Array.from({ length: 6 }, () => '120'));
    expect(requests.at(-1)?.to).toBe(open + (4 * 480 - 120) * MINUTE_MS);
    expect(bars.map(({ openTime }) => openTime)).toEqual([0, 1, 2, 3].map((at) => open + at * 480 * MINUTE_MS));
    expect(bars.map(({ volume }) => volume)).toEqual([7, 8, 9, 7]);
    expect(Object.keys(bars[0] ?? {}).sort()).toEqual(Object.keys(flat(open)).sort());
  });

  it('that lack a part in their middle are not made up', async () => {
    const without = open + 6 * MINUTE_MS;
    const { bars } = await fetched(
      { interval: '5m', from: open, to: open + 10 * MINUTE_MS },
      { intervals: ['1m'], has: (request) => all(request).filter(({ openTime }) => openTime !== without) },
    );
    expect(bars.map(({ openTime }) => (openTime - open) / MINUTE_MS)).toEqual([0, 10]);
  });

  it.each([
    ['the bar in progress is made of what there is', 3, open + 8 * MINUTE_MS, [0, 5]],
    ['but not with a hole', 2, open + 8 * MINUTE_MS, [0]],
    ['and not once its time is over', 3, open + 10 * MINUTE_MS, [0]],
  ])('%s', async (_name, minutes, now, expected) => {
    const parts = [0, 1, 2, 3, 4, 5, 6, 7].filter((at) => minutes === 3 || at !== 6);
    const { bars } = await fetched(
      { interval: '5m', from: open, to: open + 5 * MINUTE_MS },
      { intervals: ['1m'], now, has: () => parts.map((at) => flat(open + at * MINUTE_MS)) },
    );
    expect(bars.map(({ openTime }) => (openTime - open) / MINUTE_MS)).toEqual(expected);
  });

  it('are none where there is nothing', async () => {
    const { bars } = await fetched(
      { interval: '1h', from: open, to: open + 600 * MINUTE_MS },
      { intervals: ['1m'], has: () => [], limitMax: 100 },
    );
    expect(bars).toEqual([]);
  });
});

describe.skipIf(!present)('bars of minutes as Bybit sent them', () => {
  it.each(['5m', '15m', '30m', '1h', '4h'] as const)(
    'equal the %s bars that Bybit sent',
    async (interval: IntervalName) => {
      const minutes = recorded('bybit_DOGEUSDT_1m_2025-06');
      const theirs = recorded(`bybit_DOGEUSDT_${interval}_2025-06`);
      const first = theirs[0]?.openTime ?? 0;
      const last = theirs.at(-1)?.openTime ?? 0;
      const byTime = new Map(minutes.map((candle) => [candle.openTime, candle]));
      const has = (request: KlineRequest) => all(request).flatMap(({ openTime }) => byTime.get(openTime) ?? []);
      const { bars } = await fetched(
        { interval, from: first, to: last },
        { intervals: ['1m'], has, now: last + 86_400_000 },
      );
      const plain = ({ openTime, open, high, low, close, volume }: Candle) => [
        openTime,
        open,
        high,
        low,
        close,
        volume,
      ];
      expect(bars).toHaveLength(theirs.length);
      expect(theirs.length).toBeGreaterThanOrEqual(20_160 / intervalMinutes[interval]);
      for (const [index, bar] of bars.entries()) {
        const their = theirs[index];
        if (their === undefined) expect.unreachable();
        expect(plain(bar).slice(0, 5)).toEqual(plain(their).slice(0, 5));
        expect(bar.volume).toBeCloseTo(their.volume, 3);
      }
    },
  );
});
