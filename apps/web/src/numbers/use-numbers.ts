import { useEffect, useState } from 'react';
import type { MetricDescription, Numbers } from '../model.ts';
import { useClient, useScreener } from '../store/screener-context.ts';

export interface KnownNumbers {
  readonly table: readonly MetricDescription[];
  /** null: there are none yet. */
  readonly numbers: Numbers | null;
  /** Why there is nothing to show; empty: there is. */
  readonly text: string;
}

/** Live windows move every second; this is for reading, not for flashing. */
const ASK_EVERY_MS = 3_000;
const loading: KnownNumbers = { table: [], numbers: null, text: 'Loading numbers' };

/** All numbers of an instrument, asked for again and again while somebody looks. */
export function useNumbers(instrument: string): KnownNumbers {
  const client = useClient();
  const opened = useScreener((state) => state.connection.opened);
  const [known, setKnown] = useState(loading);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new connection asks anew
  useEffect(() => {
    const stopped = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let table: readonly MetricDescription[] = [];
    const ask = async (): Promise<void> => {
      try {
        if (table.length === 0) table = await client.metricTable(stopped.signal);
        const numbers = await client.numbers(instrument, stopped.signal);
        const text = numbers === null ? 'No minute of it is closed yet. The numbers appear by themselves.' : '';
        if (!stopped.signal.aborted) setKnown({ table, numbers, text });
      } catch (error) {
        if (stopped.signal.aborted) return;
        setKnown({ ...loading, text: `No numbers: ${error instanceof Error ? error.message : error}` });
      }
      if (!stopped.signal.aborted) timer = setTimeout(look, ASK_EVERY_MS);
    };
    const look = (): void => {
      if (document.hidden) timer = setTimeout(look, ASK_EVERY_MS);
      else void ask();
    };
    look();
    return () => {
      stopped.abort();
      clearTimeout(timer);
    };
  }, [client, instrument, opened]);

  // Another instrument: its numbers must not be taken for those of the one before.
  const [shown, setShown] = useState(instrument);
  if (shown !== instrument) {
    setShown(instrument);
    setKnown(loading);
  }
  return known;
}
