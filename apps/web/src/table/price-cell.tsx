import { memo, useEffect, useRef } from 'react';
import { formatPrice } from '../format.ts';
import { flashPrice } from './price-flash.ts';

interface PriceCellProps {
  readonly price: number | null;
  readonly tickSize: number | null;
  readonly direction: 'up' | 'down' | null;
  readonly moves: number;
}

/** The price, which lights up for a moment when it moves. */
export const PriceCell = memo(function PriceCell({ price, tickSize, direction, moves }: PriceCellProps) {
  const text = useRef<HTMLSpanElement>(null);
  const movesShown = useRef(moves);

  useEffect(() => {
    if (moves === movesShown.current) return;
    movesShown.current = moves;
    if (text.current !== null && direction !== null) flashPrice(text.current, direction);
  }, [direction, moves]);

  return (
    <td className={price === null ? 'num price absent' : 'num price'} data-testid="price">
      <span ref={text} className="price-text">
        {formatPrice(price, tickSize)}
      </span>
    </td>
  );
});
