/** What the page knows of its line to the gateway, as a fold over what happened to it. */

export interface Connection {
  readonly phase: 'connecting' | 'open' | 'reconnecting';
  /** When this phase began */
  readonly sinceMs: number;
  /** Attempts made since the line was last open */
  readonly attempts: number;
  /** Why it is not open, for people; null while nothing has gone wrong */
  readonly reason: string | null;
  /** Counts the times it opened, so that whoever holds data of an older line can load it anew */
  readonly opened: number;
}

export type ConnectionEvent =
  | { readonly kind: 'attempted' }
  | { readonly kind: 'opened' }
  | { readonly kind: 'closed'; readonly reason: string };

export function startConnection(nowMs: number): Connection {
  return { phase: 'connecting', sinceMs: nowMs, attempts: 0, reason: null, opened: 0 };
}

export function nextConnection(connection: Connection, event: ConnectionEvent, nowMs: number): Connection {
  switch (event.kind) {
    case 'attempted':
      return { ...connection, attempts: connection.attempts + 1 };
    case 'opened':
      return { phase: 'open', sinceMs: nowMs, attempts: 0, reason: null, opened: connection.opened + 1 };
    case 'closed':
      return connection.phase === 'open'
        ? { ...connection, phase: 'reconnecting', sinceMs: nowMs, attempts: 0, reason: event.reason }
        : { ...connection, reason: event.reason };
  }
}

const TOO_SLOW = 4408;
const ACK_TIMEOUT = 4418;
const TERMINATED = 4499;

/** A WebSocket close code in words: browsers tell next to nothing about why a connection failed. */
export function closeReason(code: number, reason: string, url: string): string {
  if (code === TOO_SLOW) return 'the page could not keep up and was disconnected';
  if (code === ACK_TIMEOUT) return `${url} accepted the connection but did not answer`;
  if (code === TERMINATED) return 'the gateway stopped answering';
  if (code === 1001 || code === 1012) return 'the gateway is shutting down or restarting';
  if (code === 1006) return `no answer from ${url}`;
  return reason === '' ? `connection closed (code ${code})` : `${reason} (code ${code})`;
}

export const RETRY_WAIT_MS_MIN = 500;
export const RETRY_WAIT_MS_MAX = 5000;

/** Doubles from half a second to five; the jitter (0 to 1) keeps a thousand pages from returning in the same instant. */
export function retryWaitMs(retries: number, jitter: number): number {
  const waitMs = Math.min(RETRY_WAIT_MS_MIN * 2 ** Math.min(retries, 10), RETRY_WAIT_MS_MAX);
  return Math.round(waitMs * (0.75 + jitter / 4));
}
