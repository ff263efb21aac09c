import { intervalMinutes, intervalNames } from '../interval.ts';
import type { Indicator } from './indicator.ts';
import type { IndicatorInterval, IndicatorRow } from './indicator-table.ts';

export interface IndicatorSlot {
  readonly indicator: Indicator;
  /** Where its memory begins in the memory of the whole set. */
  readonly at: number;
}

/** The indicators of one interval, neighbours in memory. */
export interface IntervalSlots {
  readonly interval: IndicatorInterval;
  readonly minutes: number;
  readonly slots: readonly IndicatorSlot[];
  /** Outputs of all slots, in order. */
  readonly names: readonly string[];
  /** The same, joined. */
  readonly namesText: string;
  readonly from: number;
  readonly to: number;
  /** Where the beginning of a bar stands that began before the first candle. */
  readonly beginningAt: number;
}

/** Minute that it reaches to (0: there is none), open, high, low, close, volume, quote volume. */
export const BEGINNING_LENGTH = 7;

/** Where each indicator of a table remembers what, for every instrument alike. */
export interface IndicatorLayout {
  /** Ascending. */
  readonly intervals: readonly IntervalSlots[];
  readonly memoryLength: number;
  /** Names what the memory holds, in order: state that was written under another layout must not be read under this one. */
  readonly name: string;
  /** Values of the indicator with the most. */
  readonly outputsMax: number;
}

const layouts = new Map<readonly IndicatorRow[], IndicatorLayout>();

/** One layout per table. */
export function indicatorLayoutOf(table: readonly IndicatorRow[]): IndicatorLayout {
  const known = layouts.get(table);
  if (known !== undefined) return known;
  const layout = makeLayout(table);
  layouts.set(table, layout);
  return layout;
}

function makeLayout(table: readonly IndicatorRow[]): IndicatorLayout {
  const intervals: IntervalSlots[] = [];
  const names: string[] = [];
  let at = 0;
  for (const interval of intervalNames) {
    const rows = table.filter((row) => (row.intervals as readonly string[]).includes(interval));
    if (rows.length === 0) continue;
    const from = at;
    const slots: IndicatorSlot[] = [];
    for (const { name, indicator } of rows) {
      slots.push({ indicator, at });
      names.push(`${name}@${interval}:${indicator.memoryLength}`);
      at += indicator.memoryLength;
    }
    const minutes = intervalMinutes[interval];
    const outputs = rows.flatMap(({ indicator }) => indicator.outputs.map((output) => output.name));
    const beginningAt = at;
    at += BEGINNING_LENGTH;
    const to = beginningAt;
    intervals.push({
      interval: interval as IndicatorInterval,
      minutes,
      slots,
      names: outputs,
      namesText: outputs.join(' '),
      from,
      to,
      beginningAt,
    });
  }
  const outputsMax = Math.max(0, ...table.map(({ indicator }) => indicator.outputs.length));
  return { intervals, memoryLength: at, name: names.join(' '), outputsMax };
}
