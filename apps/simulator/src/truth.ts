/**
 * What became of the market: candles corrected afterwards, listings, delistings and halts, on top of the process that
 * makes the candles. REST, the streams and the ledger all ask here, so the ledger is the truth whatever faults say.
 */
import { MINUTE_MS } from '@screener/market';
import type { SimulatedInstrument } from './catalogue.ts';
import type { CandleSource } from './market.ts';
import { flat, type Units } from './units.ts';

export interface ListableSource extends CandleSource {
  list(instrument: SimulatedInstrument): void;
}

export interface Correction {
  readonly symbol: string;
  readonly openTime: number;
  /** From when REST tells the candle as `after`; `before` was the truth until then. */
  readonly atMs: number;
  readonly before: Units;
  readonly after: Units;
}

export type InstrumentStatus = 'trading' | 'halted' | 'delisted';

export interface Halt {
  readonly symbol: string;
  /** Open times of the halted minutes lie in [from, to). */
  readonly from: number;
  readonly to: number;
  /** flat: REST has candles without trades; missing: it has none at all. */
  readonly bars: 'flat' | 'missing';
  /** The last price before it, in ticks. */
  readonly price: number;
}

export interface Delisting {
  readonly symbol: string;
  /** The first minute without trade. */
  readonly from: number;
  /** From when the exchange no longer knows the symbol. */
  readonly removedAt: number;
}

export const minuteAfter = (time: number): number => Math.ceil(time / MINUTE_MS) * MINUTE_MS;

export class MarketTruth implements ListableSource {
  readonly #source: ListableSource;
  /** By symbol, then by open time. */
  readonly #corrections = new Map<string, Map<number, Correction>>();
  readonly #correctionsMade: Correction[] = [];
  readonly #halts = new Map<string, Halt[]>();
  readonly #delistings = new Map<string, Delisting>();
  readonly #listings: SimulatedInstrument[] = [];
  readonly #oddStatus = new Map<string, string>();
  readonly #changes = new Map<string, number>();

  constructor(source: ListableSource) {
    this.#source = source;
  }

  get instruments(): readonly SimulatedInstrument[] {
    return this.#source.instruments;
  }

  get corrections(): readonly Correction[] {
    return this.#correctionsMade;
  }

  get halts(): readonly Halt[] {
    return [...this.#halts.values()].flat();
  }

  get delistings(): readonly Delisting[] {
    return [...this.#delistings.values()];
  }

  /** Listed while the simulation ran. */
  get listings(): readonly SimulatedInstrument[] {
    return this.#listings;
  }

  instrument(symbol: string): SimulatedInstrument | undefined {
    return this.#source.instrument(symbol);
  }

  has(symbol: string, openTime: number): boolean {
    const delisting = this.#delistings.get(symbol);
    if (delisting !== undefined && openTime >= delisting.from) return false;
    if (this.#haltAt(symbol, openTime)?.bars === 'missing') return false;
    return this.#source.has(symbol, openTime);
  }

  /** True where trades happen, so that streams have something to say. */
  trades(symbol: string, openTime: number): boolean {
    if (!this.has(symbol, openTime) || this.#haltAt(symbol, openTime) !== undefined) return false;
    return this.#source.trades(symbol, openTime);
  }

  candle(symbol: string, openTime: number, steps?: number): Units {
    const corrected = this.#corrections.get(symbol)?.get(openTime);
    if (corrected !== undefined) return corrected.after;
    const halt = this.#haltAt(symbol, openTime);
    return halt === undefined ? this.#source.candle(symbol, openTime, steps) : flat(openTime, halt.price);
  }

  /** One of ours, or a word that a fault has put in its place. */
  statusAt(symbol: string, now: number): InstrumentStatus | { readonly odd: string } {
    const odd = this.#oddStatus.get(symbol);
    if (odd !== undefined) return { odd };
    const delisting = this.#delistings.get(symbol);
    if (delisting !== undefined && now >= delisting.from) return 'delisted';
    return this.#haltAt(symbol, now) === undefined ? 'trading' : 'halted';
  }

  /** Whether the exchange still knows the symbol. */
  known(symbol: string, now: number): boolean {
    return this.instrument(symbol) !== undefined && now < (this.#delistings.get(symbol)?.removedAt ?? now + 1);
  }

  list(instrument: SimulatedInstrument): void {
    this.#source.list(instrument);
    this.#listings.push(instrument);
  }

  /** Grows when something of an instrument's past is told otherwise. */
  changes(symbol: string): number {
    return this.#changes.get(symbol) ?? 0;
  }

  delist(symbol: string, now: number, removeAfterMs: number): void {
    const from = minuteAfter(now);
    this.#delistings.set(symbol, { symbol, from, removedAt: from + removeAfterMs });
  }

  /** Full minutes only, from the next one on. */
  halt(symbol: string, now: number, durationMs: number, bars: Halt['bars']): void {
    const from = minuteAfter(now);
    const price = this.candle(symbol, from - MINUTE_MS).close;
    const halts = this.#halts.get(symbol) ?? [];
    halts.push({ symbol, from, to: minuteAfter(from + durationMs), bars, price });
    this.#halts.set(symbol, halts);
  }

  /** One more trade is found, a tick above the high; false where no trade was or can be. */
  correct(symbol: string, openTime: number, atMs: number): boolean {
    if (!this.trades(symbol, openTime)) return false;
    const before = this.candle(symbol, openTime);
    const high = before.high + 1;
    const after: Units = {
      ...before,
      high,
      amount: before.amount + 1,
      value: before.value + high,
      trades: before.trades + 1,
    };
    const correction = { symbol, openTime, atMs, before, after };
    const ofSymbol = this.#corrections.get(symbol) ?? new Map<number, Correction>();
    this.#corrections.set(symbol, ofSymbol.set(openTime, correction));
    this.#changes.set(symbol, this.changes(symbol) + 1);
    this.#correctionsMade.push(correction);
    return true;
  }

  setStatus(symbol: string, status: string | undefined): void {
    if (status === undefined) this.#oddStatus.delete(symbol);
    else this.#oddStatus.set(symbol, status);
  }

  #haltAt(symbol: string, time: number): Halt | undefined {
    if (this.#halts.size === 0) return undefined;
    return this.#halts.get(symbol)?.find(({ from, to }) => time >= from && time < to);
  }
}
