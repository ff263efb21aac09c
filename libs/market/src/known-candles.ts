import { WINDOW_MINUTES_MAX } from './interval.ts';
import type { MinuteArchive } from './minute-archive.ts';
import { type MinuteRing, OPEN, SLOT_LENGTH } from './minute-ring.ts';

/** Where the candles of an instrument are kept. */
export interface KeptCandles {
  readonly archive: MinuteArchive;
  readonly windows: { readonly ring: MinuteRing };
}

/** The candles from a minute to the newest, slot by slot; a slot without one is a hole. */
export function knownCandles({ archive, windows }: KeptCandles, from: number): Float64Array {
  const { ring } = windows;
  const values = new Float64Array((ring.newest - from + 1) * SLOT_LENGTH);
  archive.copyInto(values, from);
  for (let minute = Math.max(from, ring.newest - WINDOW_MINUTES_MAX + 1); minute <= ring.newest; minute++) {
    const at = (minute - from) * SLOT_LENGTH;
    if (ring.has(minute)) ring.copySlot(minute, values, at);
  }
  return values;
}

/** Whether the slot that begins there has no candle: no candle has an open of 0. */
export const isHole = (values: Float64Array, at: number): boolean => values[at + OPEN] === 0;
