import { useState } from 'react';
import { formatCompact, formatOscillator, formatPercent, formatPrice } from '../format.ts';
import { NumbersPanel } from '../numbers/numbers-panel.tsx';
import { recall, remember } from '../store/preferences.ts';
import { useScreener } from '../store/screener-context.ts';
import type { Row } from '../store/screener-state.ts';
import { changeTone } from '../table/change-cell.tsx';
import { CandleChart } from './candle-chart.tsx';
import { INTERVALS, type Interval, isInterval } from './intervals.ts';

function recallInterval(): Interval {
  const recalled = recall('interval');
  return isInterval(recalled) ? recalled : '1m';
}

export function ChartPanel({ selected }: { readonly selected: string | null }) {
  const row = useScreener((state) => (selected === null ? undefined : state.rows.get(selected)));
  const [interval, setInterval] = useState(recallInterval);
  const [numbersShown, setNumbersShown] = useState(false);
  const choose = (next: Interval) => {
    setNumbersShown(false);
    setInterval(next);
    remember('interval', next);
  };
  return (
    <section className="pane chart" aria-label="Chart">
      <div className="toolbar chart-toolbar">
        {row === undefined ? <h2 className="pane-title">Chart</h2> : <ChartTitle row={row} />}
        <fieldset className="intervals toolbar-end">
          <legend className="hidden">Interval</legend>
          {INTERVALS.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={each === interval && !numbersShown}
              data-testid={`interval-${each}`}
              onClick={() => choose(each)}
            >
              {each}
            </button>
          ))}
          <button
            type="button"
            aria-pressed={numbersShown}
            data-testid="show-numbers"
            title="Every number of it, by the names that rules use"
            onClick={() => setNumbersShown(!numbersShown)}
          >
            123
          </button>
        </fieldset>
      </div>
      {row === undefined ? (
        <div className="chart-body">
          <p className="chart-message">The chart appears with the first instrument.</p>
        </div>
      ) : numbersShown ? (
        <NumbersPanel instrument={row.instrument} />
      ) : (
        <CandleChart instrument={row.instrument} symbol={row.symbol} interval={interval} />
      )}
      <p className="attribution">
        Times are UTC. Charts by{' '}
        <a href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
          TradingView Lightweight Charts™
        </a>
      </p>
    </section>
  );
}

function ChartTitle({ row }: { readonly row: Row }) {
  return (
    <>
      <h2 className="chart-symbol" data-testid="chart-symbol" title={row.instrument}>
        <span className="base">{row.base}</span>
        <span className="quote">{row.quote}</span>
      </h2>
      <span className="num chart-price">{formatPrice(row.price, row.tickSize)}</span>
      <span className={`num chart-change ${changeTone(row.change1d)}`} title="Change over 24 hours">
        {formatPercent(row.change1d)}
      </span>
      <dl className="chart-figures">
        <div>
          <dt>Vol 24h</dt>
          <dd>{formatCompact(row.volume1d)}</dd>
        </div>
        <div>
          <dt>RSI 1h</dt>
          <dd>{formatOscillator(row.rsi1h)}</dd>
        </div>
      </dl>
      {row.simulated && <span className="tag-simulated">simulated</span>}
    </>
  );
}
