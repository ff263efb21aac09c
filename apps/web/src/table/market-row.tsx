import { type MouseEvent, memo } from 'react';
import { formatCompact, formatOscillator } from '../format.ts';
import type { Row } from '../store/screener-state.ts';
import { ChangeCell } from './change-cell.tsx';
import { CHANGE_COLUMNS } from './columns.ts';
import { PriceCell } from './price-cell.tsx';
import { Sparkline } from './sparkline.tsx';

interface MarketRowProps {
  readonly row: Row;
  readonly closes: readonly number[] | undefined;
  readonly selected: boolean;
  /** The one row that Tab reaches; arrow keys go on from there */
  readonly reachable: boolean;
  /** Place among all rows, from 1, counting the header: the browser may only be shown a part of them */
  readonly ariaIndex: number;
  readonly onSelect: (instrument: string) => void;
}

const RSI_LOW = 30;
const RSI_HIGH = 70;

function rsiTone(rsi: number | null): string {
  if (rsi === null) return 'absent';
  return rsi < RSI_LOW ? 'oversold' : rsi > RSI_HIGH ? 'overbought' : '';
}

function rowNote(row: Row): string {
  if (row.status !== 'trading') return row.status;
  return row.stale ? 'no news for more than two minutes' : '';
}

export const MarketRow = memo(function MarketRow(props: MarketRowProps) {
  const { row, closes, selected, reachable, ariaIndex, onSelect } = props;
  const note = rowNote(row);
  const select = (event: MouseEvent<HTMLElement>) => {
    // Wherever the row was clicked, the arrow keys go on from it.
    event.currentTarget.querySelector('button')?.focus({ preventScroll: true });
    onSelect(row.instrument);
  };
  return (
    // The keyboard way is the button in the first cell; a click anywhere in the row only saves aiming.
    <tr
      className={note === '' ? 'row' : 'row row-quiet'}
      data-testid={`row-${row.symbol}`}
      data-symbol={row.symbol}
      data-instrument={row.instrument}
      aria-current={selected ? 'true' : undefined}
      aria-rowindex={ariaIndex}
      onClick={select}
    >
      <th scope="row">
        <button
          type="button"
          className="row-name"
          tabIndex={reachable ? 0 : -1}
          title={`${row.instrument}${note && `, ${note}`}`}
        >
          <span className="base">{row.base}</span>
          <span className="quote">{row.quote}</span>
          {note !== '' && <span className="row-note">{row.status === 'trading' ? 'quiet' : row.status}</span>}
        </button>
      </th>
      <PriceCell price={row.price} tickSize={row.tickSize} direction={row.direction} moves={row.moves} />
      {CHANGE_COLUMNS.map((column) => (
        <ChangeCell key={column} percent={row[column]} />
      ))}
      <td className={row.volume1h === null ? 'num absent' : 'num soft'}>{formatCompact(row.volume1h)}</td>
      <td className={row.volume1d === null ? 'num absent' : 'num soft'}>{formatCompact(row.volume1d)}</td>
      <td className={`num ${rsiTone(row.rsi1h)}`}>{formatOscillator(row.rsi1h)}</td>
      <td className="trend">
        <Sparkline closes={closes} price={row.price} />
      </td>
    </tr>
  );
});
