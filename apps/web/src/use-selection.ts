import { useCallback, useEffect, useState } from 'react';
import { recall, remember } from './store/preferences.ts';
import { useScreener } from './store/screener-context.ts';
import type { Row } from './store/screener-state.ts';

/** What to show a newcomer: bitcoin where it is listed, otherwise the first of the list. */
function firstChoice(rows: ReadonlyMap<string, Row>): string | null {
  const recalled = recall('instrument');
  if (recalled !== null && rows.has(recalled)) return recalled;
  const all = Array.from(rows.values());
  return (all.find(({ base }) => base === 'BTC') ?? all[0])?.instrument ?? null;
}

/** The chosen instrument, remembered on this device. Null until there is one to choose. */
export function useSelection(): readonly [string | null, (instrument: string) => void] {
  const [chosen, setChosen] = useState<string | null>(null);
  const rows = useScreener((state) => state.rows);

  useEffect(() => {
    if (chosen === null && rows.size > 0) setChosen(firstChoice(rows));
  }, [chosen, rows]);

  const select = useCallback((instrument: string) => {
    setChosen(instrument);
    remember('instrument', instrument);
  }, []);

  return [chosen, select];
}
