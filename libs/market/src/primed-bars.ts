/** Closed bars that an exchange gave before the first candle came: what indicators begin with. */
import { MINUTE_MS } from './candle.ts';
import { ExactSum } from './exact-sum.ts';
import type { IndicatorBar } from './indicators/indicator.ts';
import { WINDOW_MINUTES_MAX } from './interval.ts';

export interface PrimedBar extends IndicatorBar {
  /** First millisecond of the bar. */
  readonly openTime: number;
}

export const primedColumns = [
  'openTime',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'quoteVolume',
] as const satisfies (keyof PrimedBar)[];

/** Bars column by column, as events have them: the same place in every list is the same bar. */
export const barsOfColumns = (
  columns: Readonly<Record<(typeof primedColumns)[number], readonly number[]>>,
): readonly PrimedBar[] =>
  columns.openTime.map((openTime, place) => {
    const at = (list: readonly number[]): number => list[place] ?? Number.NaN;
    return {
      openTime,
      open: at(columns.open),
      high: at(columns.high),
      low: at(columns.low),
      close: at(columns.close),
      volume: at(columns.volume),
      quoteVolume: at(columns.quoteVolume),
    };
  });

/** What is known of a bar that began before the first candle: everything up to a minute. */
export interface BarBeginning extends IndicatorBar {
  /** First minute that is not part of it. */
  readonly until: number;
}

/** Why these cannot be bars of that length; undefined when they can. */
export function primedBarsProblem(minutes: number, bars: readonly PrimedBar[]): string | undefined {
  const lengthMs = minutes * MINUTE_MS;
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > WINDOW_MINUTES_MAX) return `bars of ${minutes} minutes`;
  let previous = -lengthMs;
  for (const { openTime, open, high, low, close, volume, quoteVolume } of bars) {
    if (!(openTime >= 0) || openTime % lengthMs !== 0) return `open time ${openTime} is not the start of a bar`;
    if (openTime < previous + lengthMs) return `open time ${openTime} is not after ${previous}`;
    const sound = low > 0 && low <= open && low <= close && high >= open && high >= close && high < Infinity;
    if (!sound) return `the prices of the bar of ${openTime} cannot be`;
    if (!(volume >= 0 && volume < Infinity && quoteVolume >= 0 && quoteVolume < Infinity)) {
      return `a volume of the bar of ${openTime} is not a number of 0 or more`;
    }
    previous = openTime;
  }
  return undefined;
}

/** Bars by their length in minutes, until the first candle comes. */
export class PrimedBars {
  readonly byMinutes = new Map<number, readonly PrimedBar[]>();

  /** The last bars before the one that contains the minute, without a hole; none where the very last is missing. */
  closedBefore(minutes: number, minute: number): readonly PrimedBar[] {
    const bars = this.byMinutes.get(minutes) ?? [];
    let expected = (Math.floor(minute / minutes) * minutes - minutes) * MINUTE_MS;
    let to = bars.length;
    while (to > 0 && (bars[to - 1] as PrimedBar).openTime > expected) to--;
    let from = to;
    while (from > 0 && (bars[from - 1] as PrimedBar).openTime === expected) {
      expected -= minutes * MINUTE_MS;
      from--;
    }
    return bars.slice(from, to);
  }

  /**
   * The beginning of the bar that contains the minute, assembled from the longest bars that fit, the whole one where it was
   * closed already; undefined where a piece of it is missing.
   */
  beginningOf(minutes: number, minute: number): BarBeginning | undefined {
    const begin = Math.floor(minute / minutes) * minutes;
    const lengths = [...this.byMinutes.keys()].filter((length) => length <= minutes).sort((a, b) => b - a);
    const parts: PrimedBar[] = [];
    let until = begin;
    while (until < minute) {
      const part = this.#longestAt(until, begin + minutes, lengths);
      if (part === undefined) return undefined;
      parts.push(part.bar);
      until += part.minutes;
    }
    return joined(parts, until);
  }

  #longestAt(minute: number, end: number, lengths: readonly number[]): { bar: PrimedBar; minutes: number } | undefined {
    for (const minutes of lengths) {
      if (minute % minutes !== 0 || minute + minutes > end) continue;
      const bar = this.byMinutes.get(minutes)?.find(({ openTime }) => openTime === minute * MINUTE_MS);
      if (bar !== undefined) return { bar, minutes };
    }
    return undefined;
  }
}

/** One bar made of several that follow each other; undefined of none. */
export function joined(bars: readonly IndicatorBar[], until: number): BarBeginning | undefined {
  const [first] = bars;
  const last = bars.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const volume = new ExactSum();
  const quoteVolume = new ExactSum();
  let { high, low } = first;
  for (const bar of bars) {
    high = Math.max(high, bar.high);
    low = Math.min(low, bar.low);
    volume.add(bar.volume);
    quoteVolume.add(bar.quoteVolume);
  }
  const volumes = { volume: volume.value(), quoteVolume: quoteVolume.value() };
  return { open: first.open, high, low, close: last.close, ...volumes, until };
}
