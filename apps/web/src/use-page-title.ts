import { useEffect } from 'react';
import { formatPercent, formatPrice } from './format.ts';
import { useScreener } from './store/screener-context.ts';
import type { ViewState } from './store/view-state.ts';

/** The chosen price in the browser's tab; never a price without saying when it is simulated or old. */
export function usePageTitle(selected: string | null, view: ViewState): void {
  const row = useScreener((state) => (selected === null ? undefined : state.rows.get(selected)));
  const simulated = useScreener((state) => state.status?.simulated === true);

  useEffect(() => {
    const parts = [
      simulated && 'SIMULATED',
      view.kind !== 'live' && view.kind !== 'priming' && view.kind,
      row !== undefined && row.price !== null && `${row.symbol} ${formatPrice(row.price, row.tickSize)}`,
      row !== undefined && row.change1d !== null && formatPercent(row.change1d),
      'Screener',
    ];
    document.title = parts.filter((part) => part !== false).join(' · ');
  }, [row, simulated, view.kind]);
}
