import { useCallback, useState } from 'react';
import type { AlertSummary } from '../model.ts';
import { useScreener } from '../store/screener-context.ts';
import { type FeedAlert, summaryKey } from '../store/screener-state.ts';
import { splitSymbol } from '../store/split-symbol.ts';
import { AlertAnnouncer } from './alert-announcer.tsx';
import { AlertItem } from './alert-item.tsx';

interface AlertFeedProps {
  readonly selected: string | null;
  readonly onSelect: (instrument: string) => void;
}

export function AlertFeed({ selected, onSelect }: AlertFeedProps) {
  const alerts = useScreener((state) => state.alerts);
  const rules = useScreener((state) => state.rules);
  const instruments = useScreener((state) => state.instruments);
  const retracted = useScreener((state) => state.retracted);
  const simulated = useScreener((state) => state.status?.simulated === true);
  const summaries = useScreener((state) => state.summaries);
  const [openId, setOpenId] = useState<string | null>(null);
  // Whoever opens an alert wants to see its chart too; whoever closes it goes on looking at that.
  const toggle = useCallback(
    ({ id, instrument }: FeedAlert) => {
      setOpenId((before) => (before === id ? null : id));
      onSelect(instrument);
    },
    [onSelect],
  );
  const moreOf = summariesByAlert(alerts, summaries);
  return (
    <section className="pane feed" aria-label="Alerts">
      <div className="toolbar">
        <h2 className="pane-title">Alerts</h2>
        <span className="toolbar-count">{alerts.length > 0 && `newest ${alerts.length}`}</span>
        {simulated && <span className="tag-simulated toolbar-end">simulated</span>}
      </div>
      <AlertAnnouncer alerts={alerts} retracted={retracted} />
      <ol className="alerts" data-testid="alert-feed">
        {alerts.map((alert) => {
          const instrument = instruments.get(alert.instrument);
          const { base, quote } = instrument ?? splitSymbol(alert.symbol);
          return (
            <AlertItem
              key={alert.id}
              alert={alert}
              base={base}
              quote={quote}
              tickSize={instrument?.tickSize ?? null}
              about={rules.get(alert.rule)?.text ?? alert.title}
              selected={alert.instrument === selected}
              more={moreOf.get(alert.id) ?? null}
              open={alert.id === openId}
              onToggle={toggle}
            />
          );
        })}
      </ol>
      {alerts.length === 0 && <NoAlerts />}
    </section>
  );
}

/** What was told together stands at the newest alert of its instrument and minute. */
function summariesByAlert(
  alerts: readonly FeedAlert[],
  summaries: ReadonlyMap<string, AlertSummary>,
): ReadonlyMap<string, AlertSummary> {
  const left = new Map(summaries);
  const found = new Map<string, AlertSummary>();
  for (const alert of left.size === 0 ? [] : alerts) {
    const summary = left.get(summaryKey(alert));
    if (summary === undefined) continue;
    left.delete(summaryKey(alert));
    found.set(alert.id, summary);
  }
  return found;
}

function NoAlerts() {
  const rules = useScreener((state) => state.rules);
  const complete = useScreener((state) => state.complete);
  const enabled = Array.from(rules.values()).filter((rule) => rule.enabled);
  return (
    <div className="feed-empty" data-testid="alert-feed-empty">
      <p className="feed-empty-title">{complete ? 'No alert in the last 48 hours.' : 'No alert known yet.'}</p>
      <p>
        Every closed minute of every instrument is checked against{' '}
        {enabled.length > 0 ? `${enabled.length} rules` : 'the rules'}. When one fires, it appears here with the numbers
        that made it fire, and as a mark on the chart.
      </p>
      <ul className="feed-rules">
        {enabled.map((rule) => (
          <li key={rule.id} title={rule.text}>
            {rule.title}
          </li>
        ))}
      </ul>
    </div>
  );
}
