import type { AlertChange } from '@screener/events';
import { expect, test } from 'vitest';
import { aboutAlert, alert, term } from '../testing/gateway-fixture.ts';
import { amendAlert, retractAlert, toldAlert } from './told-alert.ts';

const T = 1_733_740_200_000;
const told = toldAlert(alert(1, T));
const about = { ...aboutAlert(told), amendedAt: T + 60_000, retractedAt: T + 60_000 };
const changed = (name: string, before: number | null, after: number | null): AlertChange => ({ name, before, after });

test('numbers and terms become those of the amendment, and what was told first is kept', () => {
  const once = amendAlert(told, {
    ...about,
    changes: [changed('volume', 1_250_000, 1_300_000), changed('change_1h', 3.2, 3.5), changed('rsi_1h', null, 55)],
    terms: [term('change_1h > least', 3.5, 1.6, true)],
  });
  expect(once).toMatchObject({
    ...{ status: 'amended', statusAt: T + 60_000, reason: about.reason, volume: 1_300_000, price: told.price },
    metrics: { change_1h: 3.5, rsi_1h: 55, volume_1h: 1_250_000 },
    terms: [{ left: 3.5 }],
  });
  const twice = amendAlert(once, {
    ...about,
    amendedAt: T + 120_000,
    changes: [changed('volume', 1_300_000, null), changed('change_1h', 3.5, 3.2), changed('rsi_1h', 55, 56)],
  });
  expect(twice).toMatchObject({ volume: null, statusAt: T + 120_000, terms: [{ left: 3.5 }] });
  expect(twice.metrics).toMatchObject({ change_1h: 3.2, rsi_1h: 56 });
  // The change is again as it was told: nobody has to be told of it.
  expect(twice.changes).toEqual([changed('volume', 1_250_000, null), changed('rsi_1h', null, 56)]);
  expect(told.changes).toEqual([]);
});

test('a provisional alert whose minute closed as it was told is confirmed, not amended', () => {
  const live = toldAlert(alert(1, T, { provisional: true }));
  expect(amendAlert(live, { ...about, changes: [] })).toEqual({ ...live, provisional: false });
  const still = amendAlert(live, { ...about, provisional: true, changes: [changed('price', 42_350.5, 42_351)] });
  expect(still).toMatchObject({ provisional: true, status: 'amended', price: 42_351 });
});

test('a retracted one says why, with the terms as they are now, and stays retracted', () => {
  const terms = [term('change_1h > least', 1.5, 1.6, false)];
  const retracted = retractAlert(told, { ...about, terms });
  expect(retracted).toEqual({ ...told, status: 'retracted', statusAt: T + 60_000, reason: about.reason, terms });
  expect(retractAlert(told, about).terms).toEqual(told.terms);
  expect(amendAlert(retracted, { ...about, changes: [changed('volume', 1_250_000, 7)] })).toBe(retracted);
});
