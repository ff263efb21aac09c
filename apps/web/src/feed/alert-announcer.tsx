import { useEffect, useState } from 'react';
import { formatPercent } from '../format.ts';
import type { FeedAlert } from '../store/screener-state.ts';

/** Alerts often come in a burst at the end of a minute; they are read out together. */
const GATHER_MS = 1500;

/** Reads new alerts out to those who do not see them, politely and never the whole list. */
export function AlertAnnouncer({ alerts }: { readonly alerts: readonly FeedAlert[] }) {
  const [said, setSaid] = useState({ text: '', newestId: '' });
  const newest = alerts[0];

  useEffect(() => {
    if (newest === undefined || !newest.fresh || newest.id === said.newestId) return;
    const timer = setTimeout(() => {
      const end = alerts.findIndex((alert) => alert.id === said.newestId || !alert.fresh);
      const count = end === -1 ? alerts.length : end;
      const text = `${newest.title}, ${newest.symbol}, ${formatPercent(newest.changePct)}`;
      setSaid({ text: count > 1 ? `${count} new alerts, newest: ${text}` : `New alert: ${text}`, newestId: newest.id });
    }, GATHER_MS);
    return () => clearTimeout(timer);
  }, [newest, alerts, said.newestId]);

  return (
    <p className="hidden" aria-live="polite" data-testid="alert-announcer">
      {said.text}
    </p>
  );
}
