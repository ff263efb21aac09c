import { memo, useEffect, useRef } from 'react';
import { formatPrice } from '../format.ts';

interface PriceCellProps {
  readonly price: number | null;
  readonly tickSize: number | null;
  readonly direction: 'up' | 'down' | null;
  readonly moves: number;
}

const FLASH_MS = 700;
const calm = matchMedia('(prefers-reduced-motion: reduce)');

/** The price, which lights up for a moment when it moves. */
export const PriceCell = memo(function PriceCell({ price, tickSize, direction, moves }: PriceCellProps) {
  const text = useRef<HTMLSpanElement>(null);
  const movesShown = useRef(moves);

  useEffect(() => {
    if (moves === movesShown.current) return;
    movesShown.current = moves;
    if (calm.matches || direction === null) return;
    // Not a CSS animation: those start again whenever sorting moves the row to another place.
    const [colour, glow] = direction === 'up' ? ['#4fe0aa', '#35c08e1a'] : ['#ff8d97', '#ef6a761a'];
    text.current?.animate({ color: [colour, ''], backgroundColor: [glow, 'transparent'] }, FLASH_MS);
  }, [direction, moves]);

  return (
    <td className={price === null ? 'num price absent' : 'num price'} data-testid="price">
      <span ref={text} className="price-text">
        {formatPrice(price, tickSize)}
      </span>
    </td>
  );
});
