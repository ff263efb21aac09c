import { aggregateCandles, MINUTE_MS } from '@screener/market';
import { expect, it } from 'vitest';
import { Bars } from './bars.ts';
import { catalogue } from './catalogue.ts';
import { okxIntervals } from './dialects/okx/rest-answers.ts';
import { barBegin, barEnd, interval, plainIntervals } from './intervals.ts';
import { Ledger } from './ledger.ts';
import { Market } from './market.ts';
import { MarketTruth } from './truth.ts';
import type { PrintedCandle } from './units.ts';

const hour = 60 * MINUTE_MS;
const now = Date.UTC(2026, 6, 26, 12, 34, 30);
const instruments = catalogue(53);
const exchange = () => {
  const truth = new MarketTruth(new Market(2, instruments));
  return { truth, ledger: new Ledger(truth), bars: new Bars(truth, () => now) };
};
const named = (symbol: string) => {
  const found = instruments.find((instrument) => instrument.symbol === symbol);
  if (found === undefined) throw new Error(symbol);
  return found;
};
const numbers = ({ openTime, open, high, low, close, volume, quoteVolume, trades }: PrintedCandle) =>
  [openTime, open, high, low, close, volume, quoteVolume, trades].map(Number);

it.each(['3m', '5m', '15m', '30m', '1h', '2h', '4h', '6h', '8h', '12h', '1d', '3d', '1w'])(
  'makes bars of %s that its minutes make',
  async (code) => {
    const { ledger, bars } = exchange();
    const length = plainIntervals.get(code);
    if (length?.minutes === undefined) throw new Error(code);
    const last = barBegin(length, barBegin(length, now) - 1);
    const first = barBegin(length, last - 1);
    const found = await bars.list(named('SOLUSDT'), length, { first, last, limit: 9, keep: 'oldest' });
    const made = ledger.candles('SOLUSDT', first, barEnd(length, last) - 1);
    const expected = aggregateCandles(made, length.minutes);
    expect(found.map(({ openTime }) => openTime)).toEqual([first, last]);
    expect(found.map(numbers)).toEqual(
      expected.map(({ openTime, open, high, low, close, volume, quoteVolume, trades }) => {
        const sums = [expect.closeTo(volume, 4), expect.closeTo(quoteVolume, 2)];
        return [openTime, open, high, low, close, ...sums, trades];
      }),
    );
  },
);

it('says the open bar as far as it has come, and nothing of what is to come', async () => {
  const { truth, bars } = exchange();
  const [open] = await bars.list(named('ETHUSDT'), interval(60), {
    first: now - hour,
    last: now,
    limit: 5,
    keep: 'newest',
  });
  expect(open?.openTime).toBe(now - 34.5 * MINUTE_MS);
  const minutes = Array.from({ length: 34 }, (_, index) => truth.candle('ETHUSDT', now - (34.5 - index) * MINUTE_MS));
  expect(open?.trades).toBeGreaterThan(minutes.reduce((sum, { trades }) => sum + trades, 0));
  expect(open?.closeTime).toBe(now + 25.5 * MINUTE_MS - 1);
});

it('keeps the newest or the oldest of a range, ascending, and nothing before the listing', async () => {
  const { bars } = exchange();
  const bitcoin = named('BTCUSDT');
  const days = plainIntervals.get('1d') ?? interval(1);
  const wide = { first: 0, last: now, limit: 3 };
  const oldest = await bars.list(bitcoin, days, { ...wide, keep: 'oldest' });
  expect(oldest.map(({ openTime }) => (openTime - bitcoin.listedAt) / (24 * hour))).toEqual([0, 1, 2]);
  const newest = await bars.list(bitcoin, days, { ...wide, keep: 'newest' });
  expect(newest.map(({ openTime }) => new Date(openTime).getUTCDate())).toEqual([24, 25, 26]);
});

it('knows months, and days that begin in Hong Kong', async () => {
  const month = plainIntervals.get('1M') ?? interval(1);
  expect(new Date(barBegin(month, now)).toISOString()).toBe('2026-07-01T00:00:00.000Z');
  expect(new Date(barEnd(month, barBegin(month, now))).toISOString()).toBe('2026-08-01T00:00:00.000Z');
  const [local, utc] = [okxIntervals.get('1D') ?? month, okxIntervals.get('1Dutc') ?? month];
  expect(new Date(barBegin(local, now)).toISOString()).toBe('2026-07-25T16:00:00.000Z');
  expect(new Date(barBegin(utc, now)).toISOString()).toBe('2026-07-26T00:00:00.000Z');
  expect(new Date(barBegin(okxIntervals.get('1Wutc') ?? month, now)).getUTCDay()).toBe(1);
  const { bars } = exchange();
  const [bar] = await bars.list(named('BTCUSDT'), month, {
    first: 0,
    last: now - 30 * 24 * hour,
    limit: 1,
    keep: 'newest',
  });
  expect(bar?.openTime).toBe(Date.UTC(2026, 5, 1));
});

it('adds to the last digit what no double could hold', async () => {
  const { truth, bars } = exchange();
  const week = plainIntervals.get('1w') ?? interval(1);
  const symbol = '1000SATSUSDT';
  const range = { first: 0, last: barBegin(week, now) - 1, limit: 1, keep: 'newest' } as const;
  const [bar] = await bars.list(named(symbol), week, range);
  let value = 0n;
  for (let time = bar?.openTime ?? 0; time < (bar?.closeTime ?? 0); time += MINUTE_MS) {
    value += BigInt(truth.candle(symbol, time).value);
  }
  expect(value).toBeGreaterThan(BigInt(Number.MAX_SAFE_INTEGER));
  expect(bar?.quoteVolume.replace('.', '')).toBe(String(value));
});

it('tells a bar anew after a correction of one of its minutes', async () => {
  const { truth, bars } = exchange();
  const range = { first: now - 26 * hour, last: now - 26 * hour, limit: 1, keep: 'newest' } as const;
  const day = { ...range, first: now - 60 * hour };
  const one = async () => (await bars.list(named('BTCUSDT'), plainIntervals.get('1d') ?? interval(1), day))[0]?.trades;
  const before = (await one()) ?? 0;
  expect(truth.correct('BTCUSDT', Date.UTC(2026, 6, 25, 3), now)).toBe(true);
  expect(await one()).toBe(before + 1);
});
