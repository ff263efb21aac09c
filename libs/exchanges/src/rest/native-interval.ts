/** Which bars of the exchange a bar of ours is made of. */
import { type IntervalName, intervalMinutes } from '@screener/market';
import { barMinutes } from '../interval-codes.ts';

export interface NativeInterval {
  readonly name: string;
  readonly minutes: number;
  /** So many of them make one of ours; 1: it is the exchange's own. */
  readonly parts: number;
}

/** The longest of `natives` that divides it: every exchange has one-minute bars. */
export function nativeInterval(interval: IntervalName, natives: readonly string[]): NativeInterval {
  const wanted = intervalMinutes[interval];
  let best: NativeInterval | undefined;
  for (const name of natives) {
    const minutes = barMinutes(name);
    if (minutes === undefined || wanted % minutes !== 0 || minutes <= (best?.minutes ?? 0)) continue;
    best = { name, minutes, parts: wanted / minutes };
  }
  if (best === undefined) throw new RangeError(`bars of ${interval} cannot be made of ${natives.join(', ')}`);
  return best;
}
