/** Which stretches of an instrument's history are there already, and which are still to be fetched. Pure. */
import type { BackfillAdvanced } from '@screener/events';

/** Times in ms; `to` is the first one after it. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** What to fetch next, and what it goes on from. */
export interface Piece extends TimeRange {
  /** The stretch that ends where the piece begins. */
  readonly after: BackfillAdvanced | undefined;
}

/** The parts of `asked` that no stretch holds, ascending. */
export function missingPieces(asked: TimeRange, stretches: readonly BackfillAdvanced[]): readonly Piece[] {
  const pieces: Piece[] = [];
  const ascending = stretches.toSorted((left, right) => left.from - right.from);
  const add = (from: number, to: number): void => {
    if (from < to) pieces.push({ from, to, after: ascending.find(({ next }) => next === from) });
  };
  let next = asked.from;
  for (const stretch of ascending) {
    if (stretch.next <= next) continue;
    add(next, Math.min(stretch.from, asked.to));
    next = Math.max(next, stretch.next);
  }
  add(next, asked.to);
  return pieces;
}
