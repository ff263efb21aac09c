import { expect, it } from 'vitest';
import type { RuleUniverse } from './rule.ts';
import { everything, ruleOf } from './testing/rule-of.ts';
import { assertUniverseMatches, compileUniverse, type InstrumentFacts, type Watchlist } from './universe.ts';

const known: readonly InstrumentFacts[] = [
  { instrument: 'binance:usdm:BTCUSDT', quote: 'USDT', volumeRank: 1 },
  { instrument: 'binance:spot:BTCUSDT', quote: 'USDT', volumeRank: 2 },
  { instrument: 'binance:spot:ETHBTC', quote: 'BTC', volumeRank: 3 },
  { instrument: 'bybit:linear:NEWUSDT', quote: undefined, volumeRank: undefined },
];
const names = (universe: RuleUniverse | null, watchlist?: Watchlist): string[] => {
  const test = compileUniverse(universe, watchlist);
  return known.filter(test.includes).map(({ instrument }) => instrument);
};

it('everything, where nothing is asked for', () => {
  expect(names(null)).toHaveLength(4);
  expect(names(everything)).toHaveLength(4);
  expect(compileUniverse(everything, undefined).isEverything).toBe(true);
  expect(compileUniverse({ ...everything, exclude: ['X'] }, undefined).isEverything).toBe(false);
});

it('by quote, by rank, by symbol with or without its market, without those excluded, all at once', () => {
  expect(names({ ...everything, quotes: ['USDT'] })).toEqual(['binance:usdm:BTCUSDT', 'binance:spot:BTCUSDT']);
  expect(names({ ...everything, topByVolume: 2 })).toEqual(['binance:usdm:BTCUSDT', 'binance:spot:BTCUSDT']);
  expect(names({ ...everything, symbols: ['BTCUSDT'] })).toEqual(['binance:usdm:BTCUSDT', 'binance:spot:BTCUSDT']);
  expect(names({ ...everything, symbols: ['binance:spot:BTCUSDT', 'NEWUSDT'] })).toEqual([
    'binance:spot:BTCUSDT',
    'bybit:linear:NEWUSDT',
  ]);
  expect(names({ ...everything, exclude: ['BTCUSDT', 'binance:spot:ETHBTC'] })).toEqual(['bybit:linear:NEWUSDT']);
  expect(names({ ...everything, quotes: ['USDT'], topByVolume: 1, exclude: ['ETHBTC'] })).toEqual([
    'binance:usdm:BTCUSDT',
  ]);
});

it('by a watchlist; one that does not exist holds nothing', () => {
  const universe = { ...everything, watchlist: 'majors' };
  expect(names(universe, new Set(['ETHBTC', 'bybit:linear:NEWUSDT']))).toEqual([
    'binance:spot:ETHBTC',
    'bybit:linear:NEWUSDT',
  ]);
  expect(names(universe)).toEqual([]);
  expect(compileUniverse(universe, new Set(['ETHBTC'])).symbols).toEqual(new Set(['ETHBTC']));
  expect(compileUniverse(everything, undefined).symbols).toBeUndefined();
});

it('says why not', () => {
  const [, spot, ether, fresh] = known as [InstrumentFacts, InstrumentFacts, InstrumentFacts, InstrumentFacts];
  const why = (change: Partial<RuleUniverse>, facts: InstrumentFacts) =>
    compileUniverse({ ...everything, ...change }, undefined).reasonAgainst(facts);
  expect(why({}, spot)).toBeUndefined();
  expect(why({ quotes: ['USDT'] }, ether)).toBe('it is priced in BTC, the rule is for USDT');
  expect(why({ topByVolume: 1 }, spot)).toBe('its rank by volume is 2, the rule is for the first 1');
  expect(why({ topByVolume: 1 }, fresh)).toBe('its rank by volume is not known, the rule is for the first 1');
  expect(why({ symbols: ['X'] }, spot)).toBe('it is not among the symbols of the rule');
  expect(why({ exclude: ['BTCUSDT'] }, spot)).toBe('it is excluded by name');
  expect(why({ watchlist: 'mine' }, spot)).toBe('it is not on the watchlist mine');
});

it('one that matches nothing is refused when it is saved; ranks come and go', () => {
  const save =
    (change: Partial<RuleUniverse>, watchlist?: Watchlist, instruments = known) =>
    () =>
      assertUniverseMatches(ruleOf({ universe: { ...everything, ...change } }), instruments, watchlist);
  expect(save({ symbols: ['BTCUSD'] })).toThrow(
    'rule mine: its universe matches none of the 4 instruments known; expected at least one, for example symbols [binance:usdm:BTCUSDT]',
  );
  expect(save({ watchlist: 'mine' })).toThrow("there is no watchlist 'mine' of test");
  expect(save({ watchlist: 'mine' }, new Set(['X']))).toThrow('matches none');
  expect(save({ symbols: ['NEWUSDT'], topByVolume: 1 })).not.toThrow();
  expect(save({ symbols: ['BTCUSD'] }, undefined, [])).not.toThrow();
});
