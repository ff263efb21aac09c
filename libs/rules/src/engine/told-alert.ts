/** Alerts that were told lately, with what is needed to look at them again when a number they rest on changes. */
import { MINUTE_MS } from '@screener/market';
import type { Alert, alertNumberNames } from '../alert.ts';
import { type CandleHistory, type MinuteCandle, nextPlace } from '../candle-history.ts';
import type { CompiledRule } from '../compile-rule.ts';
import type { ConditionNames } from '../condition-names.ts';
import type { EvaluationInput } from '../evaluation-input.ts';
import type { PriceStep } from '../price-level.ts';
import type { PriceTouch } from './price-touch.ts';

/** Its numbers, as they were told last. */
export type ToldNumbers = Pick<Alert, (typeof alertNumberNames)[number] | 'metrics'>;

export interface ToldAlert {
  readonly id: string;
  readonly rule: string;
  readonly version: number;
  readonly openTime: number;
  /** It fired on a price, not on a closed minute. */
  readonly live: boolean;
  provisional: boolean;
  numbers: ToldNumbers;
  /** What the condition read of other minutes than its own. */
  readonly others: Record<string, number>;
  /** Candles that it could read, oldest first, its own minute included; each as a row of fields. */
  readonly candles: (readonly number[])[];
  /** Of a price level: how the price went over it. */
  readonly crossing?: PriceStep | undefined;
  /** It was told when the minute closed, of a price that the minute had before. */
  readonly touch?: PriceTouch | undefined;
}

export function toldAlert(
  alert: Alert,
  compiled: CompiledRule,
  names: ConditionNames,
  input: EvaluationInput,
): ToldAlert {
  const { id, rule, ruleVersion: version, openTime, provisional } = alert;
  const { reads } = compiled;
  // Thousands are kept, and most conditions read nothing but their own minute.
  const others = reads.previous || reads.market ? numbersOfOthers(compiled.names, names, input) : nothing;
  const candles = reads.candles > 0 ? newestCandles(input.candles, reads.candles) : none;
  return { id, rule, version, openTime, live: provisional, provisional, numbers: numbersOf(alert), others, candles };
}

const nothing: Record<string, number> = Object.freeze({});
const none: (readonly number[])[] = [];
Object.freeze(none);

function numbersOfOthers(
  read: readonly string[],
  names: ConditionNames,
  input: EvaluationInput,
): Record<string, number> {
  const others: Record<string, number> = {};
  for (const name of read) {
    const number = names.find(name);
    if (number === undefined || number.origin === 'minute') continue;
    const value = input.number(number.slot);
    if (value !== undefined) others[name] = value;
  }
  return others;
}

export function numbersOf(alert: ToldNumbers): ToldNumbers {
  const { price, volume, changePct, volumeIncrease, candleSizePct, momentumScore, metrics } = alert;
  return { price, volume, changePct, volumeIncrease, candleSizePct, momentumScore, metrics };
}

/** As many as there are without a hole, at most `count`; oldest first. */
export function newestCandles(history: CandleHistory, count: number): (readonly number[])[] {
  for (let length = count; length > 0; length--) {
    const oldest = history.oldestOf(length);
    if (oldest === undefined) continue;
    const rows: (readonly number[])[] = [];
    for (let place = oldest; rows.length < length; place = nextPlace(place)) rows.push(history.rowAt(place));
    return rows;
  }
  return [];
}

/** Those read back from a snapshot share the rows of equal candles again: else each alert would have its own of each. */
export function withSharedRows(told: readonly ToldAlert[]): ToldAlert[] {
  const known = new Map<string, readonly number[]>();
  const shared = (row: readonly number[]): readonly number[] => {
    const key = row.join();
    const before = known.get(key);
    if (before === undefined) known.set(key, row);
    return before ?? row;
  };
  return told.map((each) => ({ ...each, candles: each.candles.map(shared) }));
}

/** Puts rows as `newestCandles` gives them, of the minutes that end with `newest`. */
export function putCandles(history: CandleHistory, rows: readonly (readonly number[])[], newest: number): void {
  for (const [at, row] of rows.entries()) {
    history.put(newest - (rows.length - 1 - at) * MINUTE_MS, candleOfRow(row));
  }
}

function candleOfRow(row: readonly number[]): MinuteCandle {
  const [open = 0, high = 0, low = 0, close = 0, quoteVolume = 0, volume = 0, trades = 0] = row;
  return { open, high, low, close, volume, quoteVolume, trades };
}

/** The same row as the history holds. */
export const rowOfCandle = ({ open, high, low, close, quoteVolume, volume, trades }: MinuteCandle): number[] => {
  return [open, high, low, close, quoteVolume, volume, trades];
};
