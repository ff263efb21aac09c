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
