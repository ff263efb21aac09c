import { formatUtcClock } from '../format.ts';
import { useScreener } from '../store/screener-context.ts';
import { useNow } from '../store/use-now.ts';
import type { ViewState } from '../store/view-state.ts';
import { HealthDots } from './health-dots.tsx';
import { MarketStrip } from './market-strip.tsx';
import { PrimingBar } from './priming-bar.tsx';

export function AppHeader({ view }: { readonly view: ViewState }) {
  const status = useScreener((state) => state.status);
  return (
    <header className="header">
      <h1 className="brand">
        <img src="/favicon.svg" alt="" width="20" height="20" />
        Screener
      </h1>
      {status?.simulated && (
        <span
          className="simulated"
          data-testid="simulated"
          title="Prices, volumes and alerts come from a simulated exchange, not from a market."
        >
          Simulated
        </span>
      )}
      <p
        className={`view-state view-${view.kind}`}
        role="status"
        aria-label={view.kind}
        data-testid="connection-state"
        data-state={view.kind}
        title={view.detail}
      >
        <span className="view-dot" aria-hidden="true" />
        <span className="view-label">{view.label}</span>
        {view.kind !== 'live' && <span className="view-detail">{view.detail}</span>}
      </p>
      <MarketStrip />
      <HealthDots known={view.gatewayHeard} />
      <Clock />
      <PrimingBar status={view.kind === 'priming' ? status : null} />
    </header>
  );
}

function Clock() {
  const nowMs = useNow();
  return (
    <time className="clock num" dateTime={new Date(nowMs).toISOString()}>
      {formatUtcClock(nowMs)} <span className="clock-zone">UTC</span>
    </time>
  );
}
