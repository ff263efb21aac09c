import { type FlatMetric, flatMetricTable, flatMetricTableWith } from '@screener/market';
import { type MarketName, marketNames } from './market-names.ts';

/** Where a number comes from: this minute, the minute before, or the market's record of the minute before. */
export type NumberOrigin = 'minute' | 'previous' | 'market';

/** A number that a condition can name. */
export interface NumberName {
  readonly name: string;
  readonly about: string;
  readonly origin: NumberOrigin;
  /** Where it stands among all numbers of an input. */
  readonly slot: number;
  /** It moves with the candle in progress. */
  readonly live: boolean;
}

export const PREVIOUS = 'previous.';

/** Texts of an instrument, in the order in which an input holds them. */
export const instrumentTexts = [
  { name: 'instrument.symbol', about: 'As the exchange writes it, for example `BTCUSDT`' },
  { name: 'instrument.exchange', about: 'For example `binance`' },
  { name: 'instrument.market', about: 'For example `spot` or `usdm`' },
  { name: 'instrument.quote', about: 'What it is priced in, for example `USDT`; absent where not known' },
] as const;

/**
 * All names that a condition can read and their places. Slots: the metrics of this minute, the same of the minute before,
 * then the market's numbers. Names are resolved once, when a condition is compiled; evaluation only knows slots.
 */
export class ConditionNames {
  readonly metrics: readonly FlatMetric[];
  readonly market: readonly MarketName[] = marketNames;
  readonly numbers: readonly NumberName[];
  readonly #byName: ReadonlyMap<string, NumberName>;

  constructor(metrics: readonly FlatMetric[]) {
    this.metrics = metrics;
    const ofMinute = metrics.map(({ name, about, source }, slot): NumberName => {
      return { name, about, origin: 'minute', slot, live: source === 'window' || source === 'price' };
    });
    const ofPrevious = ofMinute.map(({ name, about, slot }): NumberName => {
      const previousAbout = `${about}, of the minute before`;
      return {
        name: PREVIOUS + name,
        about: previousAbout,
        origin: 'previous',
        slot: metrics.length + slot,
        live: false,
      };
    });
    const ofMarket = marketNames.map(({ name, about }, place): NumberName => {
      return { name, about, origin: 'market', slot: 2 * metrics.length + place, live: false };
    });
    this.numbers = [...ofMinute, ...ofPrevious, ...ofMarket];
    this.#byName = new Map(this.numbers.map((number) => [number.name, number]));
  }

  find(name: string): NumberName | undefined {
    return this.#byName.get(name);
  }

  at(slot: number): NumberName {
    const number = this.numbers[slot];
    if (number === undefined) throw new RangeError(`no number at slot ${slot}`);
    return number;
  }
}

/** Names of everything that is computed for every instrument. */
export const conditionNames = new ConditionNames(flatMetricTable);

/** The same where other windows are computed too: `custom` are their lengths in minutes, from the setting CUSTOM_WINDOWS. */
export const conditionNamesWith = (custom: readonly number[]): ConditionNames =>
  custom.length === 0 ? conditionNames : new ConditionNames(flatMetricTableWith(custom));
