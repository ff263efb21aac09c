import { expect, it } from 'vitest';
import { alertId } from './alert-id.ts';

const alert = { instrument: 'binance:usdm:BTCUSDT', rule: 'big_bull_60m', version: 1, openTime: 1_700_000_040_000 };

it('is the same for the same alert, for ever', () => {
  expect(alertId(alert)).toBe(alertId({ ...alert, ordinal: 0 }));
  expect(alertId(alert)).toMatchInlineSnapshot(`"de6e74b6-62f6-885b-9aef-f818b7a7f923"`);
  expect(alertId(alert)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

it('differs where anything differs', () => {
  const others = [
    alert,
    { ...alert, instrument: 'binance:usdm:ETHUSDT' },
    { ...alert, rule: 'big_bear_60m' },
    { ...alert, version: 2 },
    { ...alert, version: 11 },
    { ...alert, openTime: alert.openTime + 60_000 },
    { ...alert, ordinal: 1 },
  ];
  expect(new Set(others.map(alertId)).size).toBe(others.length);
});
