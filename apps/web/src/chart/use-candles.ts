import { useEffect, useState } from 'react';
import { priceDecimals } from '../format.ts';
import type { Candle } from '../model.ts';
import { useClient, useScreener } from '../store/screener-context.ts';
import type { CandleView } from './candle-view.ts';
import type { Interval } from './intervals.ts';

export interface Loading {
  readonly kind: 'loading' | 'ready' | 'empty' | 'failed';
  readonly text: string;
  readonly newest: Candle | null;
}

const LOADING: Loading = { kind: 'loading', text: 'Loading candles', newest: null };
const RETRY_MS = 3000;

/** Fills the view with candles of an instrument and keeps the newest moving; again from scratch after each reconnect. */
export function useCandles(view: CandleView | null, instrument: string, interval: Interval): Loading {
  const client = useClient();
  const opened = useScreener((state) => state.connection.opened);
  const tickSize = useScreener((state) => state.instruments.get(instrument)?.tickSize ?? null);
  const [loading, setLoading] = useState<Loading>(LOADING);
  const [tries, setTries] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: opened and tries make it run again
  useEffect(() => {
    if (view === null) return;
    const stopped = new AbortController();
    let early: Candle[] | null = [];
    let retry: ReturnType<typeof setTimeout> | undefined;

    const show = (candle: Candle) => {
      view.update(candle);
      setLoading({ kind: 'ready', text: '', newest: candle });
    };
    const unwatch = client.watchCandle(instrument, interval, (candle) => {
      if (early === null) show(candle);
      else early.push(candle);
    });
    client
      .candles(instrument, interval, stopped.signal)
      .then((candles) => {
        if (stopped.signal.aborted) return;
        const newest = candles.at(-1) ?? null;
        view.setCandles(candles, newest === null ? 2 : priceDecimals(newest.close, tickSize));
        const kind = newest === null ? 'empty' : 'ready';
        setLoading({
          kind,
          text: newest === null ? `No ${interval} candle yet. The first one appears by itself.` : '',
          newest,
        });
        const waiting = early ?? [];
        early = null;
        for (const candle of waiting) show(candle);
      })
      .catch((error: unknown) => {
        if (stopped.signal.aborted) return;
        setLoading({
          kind: 'failed',
          text: `No candles: ${error instanceof Error ? error.message : error}`,
          newest: null,
        });
        retry = setTimeout(() => setTries((count) => count + 1), RETRY_MS);
      });
    return () => {
      stopped.abort();
      clearTimeout(retry);
      unwatch();
    };
  }, [view, client, instrument, interval, tickSize, opened, tries]);

  // Another instrument or interval: the old picture stays until the new one is there, but says that it is old.
  const [shown, setShown] = useState(`${instrument} ${interval}`);
  if (shown !== `${instrument} ${interval}`) {
    setShown(`${instrument} ${interval}`);
    setLoading(LOADING);
  }
  return loading;
}
