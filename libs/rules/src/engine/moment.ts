import type { AlertTerm } from '../alert-terms.ts';
import type { PriceStep } from '../price-level.ts';

/** A moment at which rules are looked at. */
export interface Moment {
  readonly openTime: number;
  /** Event time in ms. */
  readonly at: number;
  readonly closed: boolean;
  readonly price: number;
  /** How far the price went since the moment before. */
  readonly step: PriceStep;
}

/** The proof of a price level. Its left side: how far the price went. */
export function crossingTerm(
  level: number,
  { from, high, low, to }: PriceStep,
  way: 'up' | 'down' | undefined,
): AlertTerm {
  const reached = way === 'down' ? low : way === 'up' ? high : to;
  const origin = from === undefined ? '' : ` from ${from}`;
  const term = way === undefined ? `price crosses ${level}${origin}` : `price crosses ${level}, ${way}${origin}`;
  return { term, element: null, left: reached, leftText: null, right: level, rightText: null, held: way !== undefined };
}
