import { MINUTE_MS } from './candle.ts';
import type { IndicatorBar } from './indicators/indicator.ts';
import { type IndicatorInterval, type IndicatorRow, indicatorTable } from './indicators/indicator-table.ts';
import { intervalMinutes, intervalNames } from './interval.ts';

/** Values of one interval's indicators as of its last closed bar: one field per output that is warm. */
export interface BarIndicators {
  readonly interval: string;
  readonly barOpenTime: number;
  readonly rsi?: number | null | undefined;
}

interface Slot {
  readonly row: IndicatorRow;
  readonly memory: Float64Array;
}

interface IntervalSlots {
  readonly interval: IndicatorInterval;
  readonly minutes: number;
  readonly slots: readonly Slot[];
}

/** Bar lengths that some indicator needs, in minutes, ascending. */
export const indicatorMinutes: readonly number[] = intervalNames
  .filter((name) => indicatorTable.some((row) => (row.intervals as readonly string[]).includes(name)))
  .map((name) => intervalMinutes[name]);

/** Names what the memory holds, in order: state that was written under another layout must not be read under this one. */
export const indicatorLayout: string = indicatorTable
  .flatMap((row) => row.intervals.map((interval) => `${row.name}@${interval}:${row.indicator.memoryLength}`))
  .join(' ');

/** Indicators of one instrument over its clock-aligned closed bars. */
export class IndicatorSet {
  /** All that the indicators remember. */
  readonly memory: Float64Array;
  readonly #intervals: readonly IntervalSlots[];

  constructor() {
    const lengths = indicatorTable.map((row) => row.indicator.memoryLength * row.intervals.length);
    this.memory = new Float64Array(lengths.reduce((sum, length) => sum + length, 0));
    const slots: (Slot & { readonly interval: IndicatorInterval })[] = [];
    let at = 0;
    for (const row of indicatorTable) {
      for (const interval of row.intervals) {
        const memory = this.memory.subarray(at, at + row.indicator.memoryLength);
        at += row.indicator.memoryLength;
        row.indicator.initialise(memory);
        slots.push({ row, interval, memory });
      }
    }
    const used = intervalNames.filter((name) => slots.some((slot) => slot.interval === name)) as IndicatorInterval[];
    this.#intervals = used.map((interval) => ({
      interval,
      minutes: intervalMinutes[interval],
      slots: slots.filter((slot) => slot.interval === interval),
    }));
  }

  /**
   * The minute is over. Where it ends a bar, that bar is added; one that lacks a minute makes the interval's indicators
   * begin again, because whatever they went on with would be a wrong number.
   */
  minuteClosed(minute: number, barOf: (minutes: number) => IndicatorBar | undefined): void {
    for (const { minutes, slots } of this.#intervals) {
      if ((minute + 1) % minutes !== 0) continue;
      const bar = barOf(minutes);
      for (const { row, memory } of slots) {
        if (bar === undefined) row.indicator.initialise(memory);
        else row.indicator.add(memory, bar);
      }
    }
  }

  /** As of the last bars closed at or before the minute; only intervals with a warm value. */
  read(minute: number): BarIndicators[] {
    const result: BarIndicators[] = [];
    for (const { interval, minutes, slots } of this.#intervals) {
      const values: Record<string, number> = {};
      let warm = false;
      for (const { row, memory } of slots) {
        for (const { name } of row.indicator.outputs) {
          const value = row.indicator.value(memory, name);
          if (value === undefined) continue;
          values[name] = value;
          warm = true;
        }
      }
      const barEnd = Math.floor((minute + 1) / minutes) * minutes;
      if (warm) result.push({ interval, barOpenTime: (barEnd - minutes) * MINUTE_MS, ...values });
    }
    return result;
  }
}
