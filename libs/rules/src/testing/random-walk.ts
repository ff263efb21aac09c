import { type Candle, MINUTE_MS } from '@screener/market';
import { SeededRandom } from './seeded-random.ts';

export interface WalkOptions {
  readonly seed: number;
  readonly minutes: number;
  /** Mean change of a minute in percent. */
  readonly drift?: number;
  /** Most that chance changes in a minute, in percent. */
  readonly size?: number;
  /** Share of minutes that have no candle. */
  readonly holes?: number;
}

/** Candles of a price that wanders, with bursts of volume that have nothing to do with where it goes. */
export function randomWalk(
  { seed, minutes, drift = 0, size = 0.4, holes = 0 }: WalkOptions,
  begin = Date.UTC(2026, 0, 5),
): Candle[] {
  const random = new SeededRandom(seed);
  const candles: Candle[] = [];
  let price = 100;
  for (let minute = 0; minute < minutes; minute++) {
    const open = price;
    // A sum of even numbers is normal enough.
    const shock = (random.next() + random.next() + random.next()) / 1.5 - 1;
    const close = open * (1 + (drift + size * shock) / 100);
    const volume = 100 * (random.chance(0.02) ? 20 : 1) * (0.5 + random.next());
    const [reach, dip] = [random.next() / 1_000, random.next() / 1_000];
    price = close;
    if (random.chance(holes)) continue;
    candles.push({
      openTime: begin + minute * MINUTE_MS,
      ...{ open, high: Math.max(open, close) * (1 + reach), low: Math.min(open, close) * (1 - dip), close },
      ...{ volume, quoteVolume: volume * close, trades: random.below(500) },
      ...{ takerBuyVolume: volume / 2, takerBuyQuoteVolume: (volume / 2) * close },
    });
  }
  return candles;
}
