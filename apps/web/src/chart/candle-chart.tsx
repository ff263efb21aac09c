import { useEffect, useMemo, useRef, useState } from 'react';
import { formatCompact, formatPercent, formatPrice } from '../format.ts';
import type { Candle } from '../model.ts';
import { useScreener } from '../store/screener-context.ts';
import { changeTone } from '../table/change-cell.tsx';
import { type CandleView, createCandleView } from './candle-view.ts';
import { chartMarks } from './chart-marks.ts';
import type { Interval } from './intervals.ts';
import { useCandles } from './use-candles.ts';
import { useChartAlerts } from './use-chart-alerts.ts';

interface CandleChartProps {
  readonly instrument: string;
  readonly symbol: string;
  readonly interval: Interval;
}

export function CandleChart({ instrument, symbol, interval }: CandleChartProps) {
  const container = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<CandleView | null>(null);
  const [pointed, setPointed] = useState<Candle | null>(null);
  const simulated = useScreener((state) => state.status?.simulated === true);
  const tickSize = useScreener((state) => state.instruments.get(instrument)?.tickSize ?? null);
  const loading = useCandles(view, instrument, interval);
  const alerts = useChartAlerts(instrument);
  const marks = useMemo(() => chartMarks(alerts, interval), [alerts, interval]);

  useEffect(() => {
    if (container.current === null) return;
    const created = createCandleView(container.current);
    created.onPoint(setPointed);
    setView(created);
    return () => {
      setView(null);
      created.remove();
    };
  }, []);

  useEffect(() => view?.setSimulated(simulated), [view, simulated]);

  useEffect(() => {
    view?.setMarks(loading.kind === 'ready' ? marks : []);
  }, [view, marks, loading.kind]);

  const candle = pointed ?? loading.newest;
  return (
    <div className="chart-body" data-loading={loading.kind}>
      <p className="legend" aria-hidden="true">
        {candle !== null && <Legend candle={candle} tickSize={tickSize} />}
      </p>
      <div
        ref={container}
        className="chart-canvas"
        role="img"
        aria-label={`${interval} candles of ${symbol}, ${marks.length} alert marks`}
        data-testid="chart"
        data-symbol={symbol}
        data-interval={interval}
        data-marks={marks.length}
        data-loading={loading.kind}
      />
      {loading.text !== '' && (
        <p className="chart-message" role="status">
          {loading.text}
        </p>
      )}
    </div>
  );
}

function Legend({ candle, tickSize }: { readonly candle: Candle; readonly tickSize: number | null }) {
  const changePercent = candle.open === 0 ? null : ((candle.close - candle.open) / candle.open) * 100;
  return (
    <>
      <Figure name="O" text={formatPrice(candle.open, tickSize)} />
      <Figure name="H" text={formatPrice(candle.high, tickSize)} />
      <Figure name="L" text={formatPrice(candle.low, tickSize)} />
      <Figure name="C" text={formatPrice(candle.close, tickSize)} />
      <span className={changeTone(changePercent)}>{formatPercent(changePercent)}</span>
      <Figure name="Vol" text={formatCompact(candle.volume)} />
    </>
  );
}

function Figure({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <span>
      <span className="legend-name">{name}</span> {text}
    </span>
  );
}
