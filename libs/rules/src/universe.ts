import { ScreenerError } from '@screener/errors';
import { parseInstrument } from '@screener/market';
import type { RuleDefinition, RuleUniverse } from './rule.ts';

/** What is known of an instrument when a rule is asked whether it is for it. */
export interface InstrumentFacts {
  /** `exchange:market:symbol` */
  readonly instrument: string;
  /** What it is priced in; undefined: not known. */
  readonly quote: string | undefined;
  /** Its rank by the quote volume of 24 hours, 1 is the highest; undefined: it has none. */
  readonly volumeRank: number | undefined;
}

/** Symbols, as `BTCUSDT` or `binance:usdm:BTCUSDT`. */
export type Watchlist = ReadonlySet<string>;

export interface UniverseTest {
  /** It lets every instrument pass. */
  readonly isEverything: boolean;
  /** What it says may change every minute, because ranks do. */
  readonly readsRank: boolean;
  /** Nothing else can pass, for an index; undefined: it does not name them. */
  readonly symbols: Watchlist | undefined;
  readonly includes: (facts: InstrumentFacts) => boolean;
  /** Why an instrument does not belong to it, for people; undefined: it does. */
  readonly reasonAgainst: (facts: InstrumentFacts) => string | undefined;
}

/** `watchlist`: the one that the universe names, as it is now; undefined: there is none of that name. */
export function compileUniverse(
  universe: RuleUniverse | null | undefined,
  watchlist: Watchlist | undefined,
): UniverseTest {
  const { quotes = [], topByVolume = null, symbols = [], exclude = [] } = universe ?? {};
  const watchlistName = universe?.watchlist ?? null;
  const [anyOf, noneOf, pricedIn] = [new Set(symbols), new Set(exclude), new Set(quotes)];
  const reasonAgainst = ({ instrument, quote, volumeRank }: InstrumentFacts): string | undefined => {
    const symbol = parseInstrument(instrument)?.symbol ?? instrument;
    const isIn = (list: Watchlist): boolean => list.has(symbol) || list.has(instrument);
    if (noneOf.size > 0 && isIn(noneOf)) return 'it is excluded by name';
    if (anyOf.size > 0 && !isIn(anyOf)) return 'it is not among the symbols of the rule';
    if (watchlistName !== null && !(watchlist && isIn(watchlist))) return `it is not on the watchlist ${watchlistName}`;
    if (pricedIn.size > 0 && !(quote !== undefined && pricedIn.has(quote))) {
      return `it is priced in ${quote ?? 'something unknown'}, the rule is for ${quotes.join(', ')}`;
    }
    if (topByVolume !== null && !(volumeRank !== undefined && volumeRank <= topByVolume)) {
      return `its rank by volume is ${volumeRank ?? 'not known'}, the rule is for the first ${topByVolume}`;
    }
    return undefined;
  };
  return {
    isEverything: anyOf.size + noneOf.size + pricedIn.size === 0 && watchlistName === null && topByVolume === null,
    readsRank: topByVolume !== null,
    symbols: anyOf.size > 0 ? anyOf : watchlistName !== null ? (watchlist ?? new Set()) : undefined,
    includes: (facts) => reasonAgainst(facts) === undefined,
    reasonAgainst,
  };
}

/** Refuses at saving time a rule that could not fire on anything that is known now. */
export function assertUniverseMatches(
  rule: RuleDefinition,
  known: readonly InstrumentFacts[],
  watchlist: Watchlist | undefined,
): void {
  const { universe } = rule;
  const fail = (reason: string, expected: string): never => {
    throw new ScreenerError('RULE_INVALID', { rule: rule.rule, reason, expected });
  };
  if (universe?.watchlist && watchlist === undefined) {
    fail(`there is no watchlist '${universe.watchlist}' of ${rule.owner}`, 'the name of a watchlist of the owner');
  }
  // Ranks come and go: they are not what makes a universe impossible.
  const test = compileUniverse(universe && { ...universe, topByVolume: null }, watchlist);
  if (known.length === 0 || known.some(test.includes)) return;
  const example = known[0]?.instrument ?? 'binance:usdm:BTCUSDT';
  fail(
    `its universe matches none of the ${known.length} instruments known`,
    `at least one, for example symbols [${example}]`,
  );
}
