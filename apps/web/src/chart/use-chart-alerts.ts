import { useEffect, useMemo, useState } from 'react';
import type { ChartAlert } from '../model.ts';
import { useClient, useScreener } from '../store/screener-context.ts';

/** Alerts of one instrument: those of the last 48 hours, and each new one as it comes. */
export function useChartAlerts(instrument: string): readonly ChartAlert[] {
  const client = useClient();
  const opened = useScreener((state) => state.connection.opened);
  const feed = useScreener((state) => state.alerts);
  const [older, setOlder] = useState<readonly ChartAlert[]>([]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: opened makes it ask again after a reconnect
  useEffect(() => {
    const stopped = new AbortController();
    client
      .alertsOf(instrument, stopped.signal)
      .then(setOlder)
      // The feed's alerts are marked in any case; the older ones come with the next question.
      .catch(() => undefined);
    return () => stopped.abort();
  }, [client, instrument, opened]);

  return useMemo(() => {
    const byId = new Map<string, ChartAlert>();
    for (const alert of [...older, ...feed]) if (alert.instrument === instrument) byId.set(alert.id, alert);
    return Array.from(byId.values());
  }, [older, feed, instrument]);
}
