import { createContext, useContext, useSyncExternalStore } from 'react';
import type { ScreenerClient } from '../client/screener-client.ts';
import type { ScreenerState } from './screener-state.ts';
import type { ScreenerStore } from './screener-store.ts';

export interface Screener {
  readonly client: ScreenerClient;
  readonly store: ScreenerStore;
}

export const ScreenerContext = createContext<Screener | null>(null);

function useScreenerContext(): Screener {
  const screener = useContext(ScreenerContext);
  if (screener === null) throw new Error('ScreenerContext is missing above this component.');
  return screener;
}

/** A part of the state; the selector must return the same object while nothing of it changed. */
export function useScreener<Part>(select: (state: ScreenerState) => Part): Part {
  const { store } = useScreenerContext();
  return useSyncExternalStore(store.subscribe, () => select(store.getState()));
}

export function useClient(): ScreenerClient {
  return useScreenerContext().client;
}
