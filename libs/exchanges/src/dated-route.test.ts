import { describe, expect, it } from 'vitest';
import { spotRest } from './binance-spot/binance-spot.ts';
import { klineRoutes } from './binance-usdm/addresses.ts';
import { usdmRest } from './binance-usdm/binance-usdm.ts';
import { current, currentPath } from './dated-route.ts';

describe('versions of an API', () => {
  it.each([
    ['Binance spot', spotRest],
    ['Binance futures', usdmRest],
    ['streams of Binance futures', klineRoutes],
  ])('of %s stand in the order of their dates', (_name, rows) => {
    const dates = rows.map(({ since }) => since);
    for (const date of dates) expect(new Date(date).toISOString().slice(0, 10)).toBe(date);
    expect(dates).toEqual(dates.toSorted());
    expect(new Set(dates).size).toBe(dates.length);
  });

  it('hold until the next one: the last row is in force', () => {
    expect(current(spotRest)).toMatchObject({ weightPerMinute: 6_000, weights: { exchangeInfo: 20 } });
    expect(current(usdmRest)).toMatchObject({ limitGroup: 'binance-futures', apiPath: '/fapi/v1' });
    expect(currentPath(klineRoutes)).toBe('/market/stream');
  });
});
