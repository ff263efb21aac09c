/** Lists of symbols that rules refer to by name, checked before they are saved. */
import { ScreenerError } from '@screener/errors';

/** The event WatchlistSaved, field by field. */
export interface WatchlistDefinition {
  readonly owner: string;
  readonly name: string;
  /** `BTCUSDT` (on every exchange and market) or `binance:usdm:BTCUSDT`. */
  readonly symbols: readonly string[];
}

/** What is larger is refused: an event of the largest list stays well below the megabyte that brokers take. */
export const watchlistLimits = { nameLength: 100, symbols: 5_000, symbolLength: 100 } as const;

/** Where a list stands in the topic `watchlists`. */
export const watchlistKey = ({ owner, name }: Pick<WatchlistDefinition, 'owner' | 'name'>): string =>
  `${owner}/${name}`;

/** Throws WATCHLIST_INVALID with the first thing that is wrong. */
export function assertWatchlist(list: WatchlistDefinition): void {
  const problem = watchlistProblem(list);
  if (problem) throw new ScreenerError('WATCHLIST_INVALID', { watchlist: list.name, ...problem });
}

function watchlistProblem({ owner, name, symbols }: WatchlistDefinition) {
  const { nameLength, symbols: symbolsMax, symbolLength } = watchlistLimits;
  for (const [what, text, example] of [
    ['name', name, 'majors'],
    ['owner', owner, 'a user id'],
  ] as const) {
    if (text.trim() === text && text !== '' && text.length <= nameLength && !/[/\p{Cc}]/u.test(text)) continue;
    const expected = `1 to ${nameLength} characters without / and blanks around them, for example ${example}`;
    return { reason: `its ${what} is '${text}'`, expected };
  }
  if (symbols.length === 0) return { reason: 'it has no symbols', expected: 'at least one, for example BTCUSDT' };
  if (symbols.length > symbolsMax) {
    return { reason: `it has ${symbols.length} symbols`, expected: `at most ${symbolsMax}` };
  }
  const strange = symbols.find((symbol) => !/^\S+$/.test(symbol) || symbol.length > symbolLength);
  if (strange !== undefined) {
    const expected = `names of at most ${symbolLength} characters, for example BTCUSDT or binance:usdm:BTCUSDT`;
    return { reason: `it has '${strange.slice(0, symbolLength)}' among its symbols`, expected };
  }
  const twice = symbols.find((symbol, index) => symbols.indexOf(symbol) !== index);
  return twice === undefined ? undefined : { reason: `it has ${twice} twice`, expected: 'each symbol once' };
}
