import { useState } from 'react';
import { ChartPanel } from './chart/chart-panel.tsx';
import { AlertFeed } from './feed/alert-feed.tsx';
import { AppHeader } from './header/app-header.tsx';
import { useScreener } from './store/screener-context.ts';
import { useNow } from './store/use-now.ts';
import { type ViewState, viewState } from './store/view-state.ts';
import { MarketTable } from './table/market-table.tsx';
import { usePageTitle } from './use-page-title.ts';
import { useSelection } from './use-selection.ts';

function useViewState(): ViewState {
  const connection = useScreener((state) => state.connection);
  const status = useScreener((state) => state.status);
  const statusAtMs = useScreener((state) => state.statusAtMs);
  const tickersAtMs = useScreener((state) => state.tickersAtMs);
  return viewState({ connection, status, statusAtMs, tickersAtMs }, useNow());
}

/** On a phone there is room for one of the two lists below the chart. */
type PhonePane = 'markets' | 'alerts';

export function App() {
  const view = useViewState();
  const [selected, select] = useSelection();
  const [phonePane, setPhonePane] = useState<PhonePane>('markets');
  usePageTitle(selected, view);
  const old = view.kind === 'stale' || view.kind === 'reconnecting';
  return (
    <div className="app" data-old={old}>
      <AppHeader view={view} />
      <main className="panes" data-phone-pane={phonePane}>
        <MarketTable selected={selected} onSelect={select} waiting={`${view.label}: ${view.detail}.`} />
        <ChartPanel selected={selected} />
        <AlertFeed selected={selected} onSelect={select} />
      </main>
      <nav className="phone-tabs" aria-label="Lists">
        {(['markets', 'alerts'] as const).map((pane) => (
          <button key={pane} type="button" aria-pressed={pane === phonePane} onClick={() => setPhonePane(pane)}>
            {pane}
          </button>
        ))}
      </nav>
    </div>
  );
}
