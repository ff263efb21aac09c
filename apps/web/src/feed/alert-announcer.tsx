import { useEffect, useState } from 'react';
import { formatPercent } from '../format.ts';
import type { FeedAlert } from '../store/screener-state.ts';

/** Alerts often come in a burst at the end of a minute; they are read out together. */
const GATHER_MS = 1500;

interface AlertAnnouncerProps {
  readonly alerts: readonly FeedAlert[];
  readonly retracted: FeedAlert | null;
}

/** Reads new alerts, and those that should not have been, out to those who do not see them; politely, never the whole list. */
export function AlertAnnouncer({ alerts, retracted }: AlertAnnouncerProps) {
  const [said, setSaid] = useState({ text: '', newestId: '' });
  const newest = alerts[0];

  useEffect(() => {
    if (newest === undefined || !newest.fresh || newest.id === said.newestId) return;
    const timer = setTimeout(() => {
      const end = alerts.findIndex((alert) => alert.id === said.newestId || !alert.fresh);
      const count = end === -1 ? alerts.length : end;
      const severity = newest.severity === 'info' ? '' : `${newest.severity}, `;
      const text = `${severity}${newest.title}, ${newest.symbol}, ${formatPercent(newest.changePct)}`;
      setSaid({ text: count > 1 ? `${count} new alerts, newest: ${text}` : `New alert: ${text}`, newestId: newest.id });
    }, GATHER_MS);
    return () => clearTimeout(timer);
  }, [newest, alerts, said.newestId]);

  useEffect(() => {
    if (retracted === null) return;
    setSaid((before) => ({ ...before, text: `Retracted: ${retracted.title}, ${retracted.symbol}` }));
  }, [retracted]);

  return (
    <p className="hidden" aria-live="polite" data-testid="alert-announcer">
      {said.text}
    </p>
  );
}
