import type { Connection } from '../client/connection.ts';
import { formatDuration, formatUtcClock } from '../format.ts';
import type { ScreenerState } from './screener-state.ts';

/** How far the numbers on the page can be trusted right now, in one word and one honest line. */
export interface ViewState {
  readonly kind: 'connecting' | 'reconnecting' | 'stale' | 'priming' | 'live';
  readonly label: string;
  readonly detail: string;
  /** What the gateway says of itself and its neighbours is news, even where prices are not */
  readonly gatewayHeard: boolean;
}

/** Prices usually come once a second; after this long without any the page says so. */
export const STALE_AFTER_MS = 5000;

type Sources = Pick<ScreenerState, 'connection' | 'status' | 'statusAtMs' | 'tickersAtMs'>;

function whyNotConnected({ attempts, reason }: Connection): string {
  const tries = attempts > 1 ? `attempt ${attempts}` : 'waiting for an answer';
  return reason === null ? tries : `${reason}, ${tries}`;
}

export function viewState({ connection, status, statusAtMs, tickersAtMs }: Sources, nowMs: number): ViewState {
  if (connection.phase !== 'open') {
    const label = connection.phase === 'connecting' ? 'Connecting' : 'Reconnecting';
    const elapsed = formatDuration(nowMs - connection.sinceMs);
    return {
      kind: connection.phase,
      label: `${label} · ${elapsed}`,
      detail: whyNotConnected(connection),
      gatewayHeard: false,
    };
  }
  const heardAtMs = Math.max(statusAtMs ?? 0, connection.sinceMs);
  if (nowMs - heardAtMs > STALE_AFTER_MS) {
    return {
      kind: 'stale',
      label: `Stale · ${formatDuration(nowMs - heardAtMs)}`,
      detail: `no word from the gateway since ${formatUtcClock(heardAtMs)} UTC`,
      gatewayHeard: false,
    };
  }
  const pricedAtMs = Math.max(tickersAtMs ?? 0, connection.sinceMs);
  if (status?.priming) {
    return {
      kind: 'priming',
      label: `Priming · ${status.primed} of ${status.total}`,
      detail: status.text,
      gatewayHeard: true,
    };
  }
  if (nowMs - pricedAtMs > STALE_AFTER_MS) {
    return {
      kind: 'stale',
      label: `Stale · ${formatDuration(nowMs - pricedAtMs)}`,
      detail: `no new prices since ${formatUtcClock(pricedAtMs)} UTC`,
      gatewayHeard: true,
    };
  }
  return { kind: 'live', label: 'Live', detail: status?.text ?? 'connected', gatewayHeard: status !== null };
}
