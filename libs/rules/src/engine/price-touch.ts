/** Prices that a live rule is asked about beside the one of the look: the highest and the lowest since the look before. */
import type { AlertTerm } from '../alert-terms.ts';
import type { PriceStep } from '../price-level.ts';
import type { ReadyRule } from './rule-book.ts';

/** A price that the price had on its way, beyond both ends. */
export interface PriceTouch {
  readonly side: 'high' | 'low';
  readonly price: number;
  readonly from: number;
  readonly to: number;
}

const none: readonly PriceTouch[] = [];

/** The ends are not among them: the one is asked about anyway, about the other the look before was. */
export function touchesOf({ from, to, high, low }: PriceStep): readonly PriceTouch[] {
  if (from === undefined || (high <= Math.max(from, to) && low >= Math.min(from, to))) return none;
  const touches: PriceTouch[] = [];
  if (high > Math.max(from, to)) touches.push({ side: 'high', price: high, from, to });
  if (low < Math.min(from, to)) touches.push({ side: 'low', price: low, from, to });
  return touches;
}

/** Where nothing that it reads moves with the price, the answer is the same; what has to hold for minutes holds at the price. */
export const asksOnTheWay = ({
  trigger,
  compiled,
  level,
}: Pick<ReadyRule, 'trigger' | 'compiled' | 'level'>): boolean =>
  trigger.live && trigger.forMinutes <= 1 && level === undefined && compiled.reads.price;

/** Says in the proof at which price its numbers are. */
export function touchTerm({ side, price, from, to }: PriceTouch): AlertTerm {
  const term = `${touchWords(side)}, from ${from} to ${to}`;
  return { term, element: null, left: price, leftText: null, right: null, rightText: null, held: true };
}

export const touchWords = (side: PriceTouch['side']): string =>
  side === 'high' ? 'highest price since the last look' : 'lowest price since the last look';
