/** Which rules are for which instruments, found out once and not at every minute. */
import type { RuleDefinition, RuleUniverse } from '../rule.ts';
import { compileUniverse, type InstrumentFacts, type UniverseTest, type Watchlist } from '../universe.ts';
import { watchlistKey } from '../watchlist.ts';

/** All rules with the same universe. */
export interface UniverseClass {
  /** Another one where what it says changed. */
  id: number;
  test: UniverseTest;
}

const NO = 1;
const YES = 2;
const BY_RANK = 3;

/** What one instrument belongs to; `undefined` ranks are looked up when a universe asks for them. */
export class Membership {
  readonly #instrument: string;
  readonly #quote: string | undefined;
  /** By class; 0: not asked yet. */
  #known = new Uint8Array(64);
  /** Of the moment at hand: by class, whether its rank belongs. */
  readonly #byRank = new Map<number, boolean>();

  constructor(instrument: string, quote: string | undefined) {
    this.#instrument = instrument;
    this.#quote = quote;
  }

  facts(volumeRank: number | undefined): InstrumentFacts {
    return { instrument: this.#instrument, quote: this.#quote, volumeRank };
  }

  /** `rank`: the instrument's by volume, as of the minute before; asked only where a universe asks. */
  has({ id, test }: UniverseClass, ranked: { readonly rank: () => number | undefined }): boolean {
    if (id >= this.#known.length) this.#grow(id);
    if (this.#known[id] === 0) this.#known[id] = this.#ask(test);
    const known = this.#known[id];
    if (known !== BY_RANK) return known === YES;
    let belongs = this.#byRank.get(id);
    if (belongs === undefined) {
      belongs = test.includes(this.facts(ranked.rank()));
      this.#byRank.set(id, belongs);
    }
    return belongs;
  }

  /** Ranks may be others from now on. */
  nextMoment(): void {
    if (this.#byRank.size > 0) this.#byRank.clear();
  }

  #ask(test: UniverseTest): number {
    if (test.isEverything) return YES;
    // The best rank of all: whoever does not pass with it never does.
    if (!test.includes(this.facts(1))) return NO;
    return test.readsRank ? BY_RANK : YES;
  }

  #grow(id: number): void {
    const larger = new Uint8Array(Math.max(id + 1, this.#known.length * 2));
    larger.set(this.#known);
    this.#known = larger;
  }
}

/** Classes by what they say. One that no rule has any more stays: edits go back and forth. */
export class Universes {
  readonly #classes = new Map<string, UniverseClass & { readonly universe: RuleUniverse; readonly owner: string }>();
  readonly #everything: UniverseClass = { id: 0, test: compileUniverse(null, undefined) };
  readonly #watchlists = new Map<string, Watchlist>();
  #nextId = 1;

  of({ universe, owner }: RuleDefinition): UniverseClass {
    if (!universe) return this.#everything;
    const { quotes, topByVolume, watchlist, symbols, exclude } = universe;
    const key = JSON.stringify([quotes, topByVolume, watchlist, symbols, exclude, watchlist === null ? null : owner]);
    let known = this.#classes.get(key);
    if (known === undefined) {
      known = { id: this.#nextId++, test: this.#compile(universe, owner), universe, owner };
      this.#classes.set(key, known);
    }
    return known;
  }

  /** undefined: it is gone, and nobody is on it. */
  watchlist(owner: string, name: string, symbols: readonly string[] | undefined): void {
    const key = watchlistKey({ owner, name });
    if (symbols === undefined) this.#watchlists.delete(key);
    else this.#watchlists.set(key, new Set(symbols));
    for (const known of this.#classes.values()) {
      if (known.owner !== owner || known.universe.watchlist !== name) continue;
      // Under a number that no membership knows yet.
      known.id = this.#nextId++;
      known.test = this.#compile(known.universe, owner);
    }
  }

  #compile(universe: RuleUniverse, owner: string): UniverseTest {
    const { watchlist: name } = universe;
    return compileUniverse(universe, name === null ? undefined : this.#watchlists.get(watchlistKey({ owner, name })));
  }
}
