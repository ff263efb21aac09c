import { ScreenerError } from '@screener/errors';
import { expect, test } from 'vitest';
import { readSettings } from './settings.ts';

test('defaults are usable and aliases of existing deployments are read', () => {
  const settings = readSettings({
    TIMESCALEDB_URL: 'postgres://u:p@db/x',
    SYMBOLS: 'BTCUSDT, ETHUSDT',
    KAFKA_BROKERS: '',
  });
  expect(settings).toMatchObject({
    PORT: 3000,
    CHANGE_BASIS: 'open',
    DATABASE_URL: 'postgres://u:p@db/x',
    SYMBOLS: ['BTCUSDT', 'ETHUSDT'],
  });
  expect(settings.KAFKA_BROKERS).toBeUndefined();
  expect(settings.CUSTOM_WINDOWS).toEqual([]);
  expect(readSettings({ CUSTOM_WINDOWS: '45m, 2h,120m,24h' }).CUSTOM_WINDOWS).toEqual([45, 120, 1_440]);
});

test.each([
  [{ PORT: '99999' }, "PORT is '99999': expected a port number, for example 3000"],
  [{ CHANGE_BASIS: 'Open' }, "CHANGE_BASIS is 'Open': expected open or oldest-close, for example open"],
  [
    { POSTGRES_URL: 'mysql://u:secret@h/d' },
    "POSTGRES_URL is '(hidden)': expected a postgres:// address, for example postgres://user:password@localhost:5432/screener",
  ],
])('a wrong setting names itself, what was expected and an example', (environment, message) => {
  expect(() => readSettings(environment)).toThrow(
    expect.objectContaining({ code: 'SETTING_INVALID', message, exitCode: 2 }),
  );
  expect(() => readSettings(environment)).toThrow(ScreenerError);
});

test.each(['45', '0m', '1441m', '25h', '1d', '4.5h', '2h,2', '1m,2m,3m,4m,5m,6m,7m,8m,9m'])(
  'windows of %s cannot be',
  (text) => {
    const expected = 'at most 8 lengths in whole minutes or hours, from 1m to 24h, separated by commas';
    const message = `CUSTOM_WINDOWS is '${text}': expected ${expected}, for example 45m,2h,12h`;
    expect(() => readSettings({ CUSTOM_WINDOWS: text })).toThrow(expect.objectContaining({ message }));
  },
);
