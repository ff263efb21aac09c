import { useCallback, useState } from 'react';
import { recall, remember } from './store/preferences.ts';
import { useScreener } from './store/screener-context.ts';
import type { Row } from './store/screener-state.ts';

/** What to show a newcomer: bitcoin where it is listed, otherwise the first of the list. */
function firstChoice(rows: ReadonlyMap<string, Row>): string | null {
  const all = Array.from(rows.values());
  return (all.find(({ base }) => base === 'BTC') ?? all[0])?.instrument ?? null;
}

/** The chosen instrument, remembered on this device; while it is not listed, the first choice stands in for it. */
export function useSelection(): readonly [string | null, (instrument: string) => void] {
  const [chosen, setChosen] = useState(() => recall('instrument'));
  const rows = useScreener((state) => state.rows);

  const select = useCallback((instrument: string) => {
    setChosen(instrument);
    remember('instrument', instrument);
  }, []);

  return [chosen !== null && rows.has(chosen) ? chosen : firstChoice(rows), select];
}
