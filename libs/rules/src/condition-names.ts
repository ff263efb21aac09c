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
  /** What it is computed by; one of the two. */
  readonly metric?: FlatMetric;
  readonly market?: MarketName;
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
 * All names that a condition can read. Names are resolved once, when a condition is compiled; evaluation only knows slots.
 * A number is given its slot when somebody first asks for it: what rules read stands together at the beginning of an
 * input, and few lines of memory are touched of the many that an input has.
 */
export class ConditionNames {
  readonly metrics: readonly FlatMetric[];
  readonly numbers: readonly NumberName[];
  readonly #byName: ReadonlyMap<string, NumberName>;
  readonly #bySlot: NumberName[] = [];

  constructor(metrics: readonly FlatMetric[]) {
    this.metrics = metrics;
    this.numbers = [
      ...metrics.map((metric) => {
        const live = metric.source === 'window' || metric.source === 'price';
        return this.#number({ name: metric.name, about: metric.about, origin: 'minute', live, metric });
      }),
      ...metrics.map((metric) => {
        const about = `${metric.about}, of the minute before`;
        return this.#number({ name: PREVIOUS + metric.name, about, origin: 'previous', live: false, metric });
      }),
      ...marketNames.map((market) => {
        return this.#number({ name: market.name, about: market.about, origin: 'market', live: false, market });
      }),
    ];
    this.#byName = new Map(this.numbers.map((number) => [number.name, number]));
  }

  #number(number: Omit<NumberName, 'slot'>): NumberName {
    const bySlot = this.#bySlot;
    let slot: number | undefined;
    return {
      ...number,
      get slot() {
        slot ??= bySlot.push(this) - 1;
        return slot;
      },
    };
  }

  find(name: string): NumberName | undefined {
    return this.#byName.get(name);
  }

  at(slot: number): NumberName {
    const number = this.#bySlot[slot];
    if (number === undefined) throw new RangeError(`no number at slot ${slot}`);
    return number;
  }
}

/** Names of everything that is computed for every instrument. */
export const conditionNames = new ConditionNames(flatMetricTable);

/** The same where other windows are computed too: `custom` are their lengths in minutes, from the setting CUSTOM_WINDOWS. */
export const conditionNamesWith = (custom: readonly number[]): ConditionNames =>
  custom.length === 0 ? conditionNames : new ConditionNames(flatMetricTableWith(custom));
