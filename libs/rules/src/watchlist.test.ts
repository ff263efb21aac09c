import { expect, it } from 'vitest';
import { assertWatchlist, type WatchlistDefinition, watchlistKey, watchlistLimits } from './watchlist.ts';

const majors: WatchlistDefinition = { owner: 'somebody', name: 'majors', symbols: ['BTCUSDT', 'binance:usdm:ETHUSDT'] };

it('is saved under its owner and name', () => {
  expect(() => assertWatchlist(majors)).not.toThrow();
  expect(watchlistKey(majors)).toBe('somebody/majors');
});

it('may be as large as its limits', () => {
  const symbols = Array.from({ length: watchlistLimits.symbols }, (_, index) => `S${index}`.padEnd(100, 'X'));
  const name = 'n'.repeat(watchlistLimits.nameLength);
  expect(() => assertWatchlist({ ...majors, name, symbols })).not.toThrow();
  expect(() => assertWatchlist({ ...majors, symbols: [...symbols, 'Y'] })).toThrow(
    "watchlist 'majors': it has 5001 symbols; expected at most 5000",
  );
});

it.each([
  [{ name: '' }, "watchlist '': its name is ''; expected 1 to 100 characters without / and blanks around them"],
  [{ name: ' majors' }, "its name is ' majors'"],
  [{ name: 'a/b' }, "its name is 'a/b'"],
  [{ name: 'n'.repeat(101) }, 'expected 1 to 100 characters'],
  [{ owner: 'some/body' }, "its owner is 'some/body'"],
  [{ owner: 'line\nbreak' }, 'its owner is'],
  [{ symbols: [] }, 'it has no symbols; expected at least one, for example BTCUSDT'],
  [{ symbols: ['BTC USDT'] }, "it has 'BTC USDT' among its symbols"],
  [{ symbols: [''] }, "it has '' among its symbols"],
  [{ symbols: ['B'.repeat(101)] }, 'expected names of at most 100 characters'],
  [{ symbols: ['BTCUSDT', 'ETHUSDT', 'BTCUSDT'] }, 'it has BTCUSDT twice; expected each symbol once'],
])('refuses %j', (change, line) => {
  expect(() => assertWatchlist({ ...majors, ...change })).toThrow(
    expect.objectContaining({ code: 'WATCHLIST_INVALID' }),
  );
  expect(() => assertWatchlist({ ...majors, ...change })).toThrow(line);
});
