import { formatPercent, formatUtcClock } from '../format.ts';
import { useScreener } from '../store/screener-context.ts';
import { changeTone } from '../table/change-cell.tsx';

const MINUTE_MS = 60_000;

/** The market as a whole in one line: how many rise, how many stand above their hour's average price, and Bitcoin. */
export function MarketStrip() {
  const market = useScreener((state) => state.market);
  if (market === null) return null;
  const { openTimeMs, instruments, breadth, advancing1h, declining1h, btc } = market;
  const asOf = `${instruments} instruments, minute closed at ${formatUtcClock(openTimeMs + MINUTE_MS)} UTC`;
  return (
    <dl className="market-strip num" data-testid="market" title={asOf}>
      {breadth !== null && (
        <div title={`Breadth: share of instruments above their 1h VWAP. ${asOf}`}>
          <dt>Breadth</dt>
          <dd className="market-breadth">
            <meter min={0} max={1} value={breadth} aria-hidden="true" />
            {Math.round(breadth * 100)}%
          </dd>
        </div>
      )}
      <div title={`Instruments that rose and fell over the last hour. ${asOf}`}>
        <dt>1h</dt>
        <dd>
          <span className="up">{advancing1h} up</span> <span className="down">{declining1h} down</span>
        </dd>
      </div>
      {btc !== null && (
        <div title={`Bitcoin over the last hour. ${asOf}`}>
          <dt>BTC</dt>
          <dd className={changeTone(btc.change1h)}>{formatPercent(btc.change1h)}</dd>
        </div>
      )}
    </dl>
  );
}
