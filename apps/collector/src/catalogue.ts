/** The instruments of one exchange as they stand: asked for again and again, filtered, ranked. */
import { reasonOf } from '@screener/errors';
import type { Exchange, ExchangeProblem, ListedInstrument, MarketCaps } from '@screener/exchanges';
import { formatInstrument } from '@screener/market';
import type { Logger } from '@screener/service';
import { chooseInstruments, type InstrumentFilter } from './instrument-filter.ts';
import type { Phase } from './tracked.ts';

export interface CatalogueOptions {
  readonly exchange: Exchange;
  readonly filter: InstrumentFilter;
  readonly logger: Logger;
  readonly now: () => number;
  readonly problem: (problem: ExchangeProblem) => void;
  readonly marketCaps?: Pick<MarketCaps, 'of' | 'refresh'> | undefined;
}

export interface Chosen {
  readonly instrument: string;
  readonly listed: ListedInstrument;
  readonly phase: Phase;
  /** 0 is the most traded. */
  readonly rank: number;
}

/** An instrument that is missing in so many lists in a row is not listed any more; an entry may be unreadable once. */
const absencesMax = 3;
const shareMin = 0.5;
const valuesEveryMs = 15 * 60_000;
const valuesRetryMs = 60_000;

export class Catalogue {
  readonly #options: CatalogueOptions;
  #listed: readonly ListedInstrument[] = [];
  #byInstrument: ReadonlyMap<string, ListedInstrument> = new Map();
  #chosen: ReadonlyMap<string, Chosen> = new Map();
  #dayValues: ReadonlyMap<string, number> = new Map();
  #valuesAt = Number.NEGATIVE_INFINITY;
  readonly #absences = new Map<string, number>();
  #readableRefreshes = 0;
  /** Entries that could not be read when all that were known could: they hide nobody. */
  #unreadableUsual = 0;
  #wasShort = false;
  /** Of the last list: what is wrong with it is told once, not with every list. */
  #told: ReadonlySet<string> = new Set();
  /** Symbols that somebody collected until now, by the log. */
  readonly #collectedBefore = new Set<string>();

  constructor(options: CatalogueOptions) {
    this.#options = options;
  }

  /** All that the exchange names, chosen or not. */
  get listed(): readonly ListedInstrument[] {
    return this.#listed;
  }

  /** By instrument, most traded first. */
  get chosen(): ReadonlyMap<string, Chosen> {
    return this.#chosen;
  }

  find(instrument: string): ListedInstrument | undefined {
    return this.#byInstrument.get(instrument);
  }

  /** Known from earlier, and not listed any more. */
  isGone(instrument: string): boolean {
    return !this.#byInstrument.has(instrument) && this.#readableRefreshes >= absencesMax;
  }

  /** Who was collected until now, here or at another collector, stays chosen as if it had been chosen here. */
  keep(symbols: readonly string[]): void {
    if (symbols.length === 0) return;
    for (const symbol of symbols) this.#collectedBefore.add(symbol);
    if (this.#listed.length > 0) this.#choose();
  }

  /** Asks anew; throws where the exchange does not answer. */
  async refresh(): Promise<void> {
    const { exchange, problem, marketCaps } = this.#options;
    // Nobody waits for these.
    void marketCaps?.refresh();
    let unreadable = 0;
    const told = new Set<string>();
    const listed = await exchange.instruments((found) => {
      if (found.reason !== 'unknown-status') unreadable++;
      const fact = `${found.reason} ${found.text} ${found.sample}`;
      if (!this.#told.has(fact) && !told.has(fact)) problem(found);
      told.add(fact);
    });
    this.#told = told;
    this.#listed = this.#withThoseAbsent(listed, unreadable).map((one) => ({
      ...one,
      marketCap: marketCaps === undefined ? null : marketCaps.of(one.base),
    }));
    this.#byInstrument = new Map(this.#listed.map((one) => [formatInstrument(one), one]));
    await this.#refreshValues();
    this.#choose();
  }

  /** The last list's entry of what is not in this one: it may only be unreadable. Then it is no longer listed. */
  #withThoseAbsent(listed: readonly ListedInstrument[], unreadable: number): readonly ListedInstrument[] {
    const there = new Set(listed.map(({ symbol }) => symbol));
    for (const symbol of this.#absences.keys()) if (there.has(symbol)) this.#absences.delete(symbol);
    const absent = this.#listed.filter(({ symbol }) => !there.has(symbol));
    if (absent.length === 0) this.#unreadableUsual = unreadable;
    const mayBeThere = unreadable > this.#unreadableUsual || this.#isTooShort(listed);
    if (!mayBeThere) this.#readableRefreshes++;
    return [
      ...listed,
      ...absent.map((one) => {
        const count = (this.#absences.get(one.symbol) ?? 0) + (mayBeThere ? 0 : 1);
        this.#absences.set(one.symbol, count);
        return count < absencesMax ? one : { ...one, status: 'delisted' as const };
      }),
    ];
  }

  /** No exchange ends half of its markets between two lists: such a list is one of a bad day. */
  #isTooShort(listed: readonly ListedInstrument[]): boolean {
    const { exchange, logger } = this.#options;
    const before = this.#listed.filter(({ status }) => status !== 'delisted').length;
    const isShort = listed.length < before * shareMin;
    if (isShort && !this.#wasShort) {
      const text = `${exchange.exchange}:${exchange.market} lists ${listed.length} instruments, ${before} a while ago`;
      logger.warn(`${text}: nobody is taken for delisted until it lists more again`);
    }
    this.#wasShort = isShort;
    return isShort;
  }

  #choose(): void {
    const { filter } = this.#options;
    const before = new Set([...this.#chosen.values()].map(({ listed: { symbol } }) => symbol));
    for (const symbol of this.#collectedBefore) before.add(symbol);
    if (this.#listed.length > 0) this.#collectedBefore.clear();
    const chosen = chooseInstruments(this.#listed, filter, this.#dayValues, before);
    this.#chosen = new Map(
      chosen.map((listed, rank): [string, Chosen] => {
        const instrument = formatInstrument(listed);
        return [instrument, { instrument, listed, phase: this.#phaseOf(listed), rank }];
      }),
    );
  }

  #phaseOf({ status }: ListedInstrument): Phase {
    if (this.#options.filter.statuses.includes(status)) return 'trading';
    return status === 'delisted' ? 'ending' : 'halted';
  }

  async #refreshValues(): Promise<void> {
    const { exchange, logger, now } = this.#options;
    if (now() - this.#valuesAt < valuesEveryMs) return;
    try {
      this.#dayValues = await exchange.dayValues();
      this.#valuesAt = now();
    } catch (cause) {
      logger.warn(`the traded values of the day cannot be had, the order of the list stays: ${reasonOf(cause)}`, {
        cause,
      });
      this.#valuesAt = now() - valuesEveryMs + valuesRetryMs;
    }
  }
}
