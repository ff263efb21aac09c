/**
 * The limits that everything in this process shares: one ledger and one queue for each group of hosts that count
 * together. Give the same one to every exchange that is made.
 */
import type { Timers } from '../timers.ts';
import { LimitGroup } from './limit-group.ts';
import { RequestQueue } from './request-queue.ts';

export class RateLimits {
  readonly #queues = new Map<string, RequestQueue>();

  /** Clock and timers are those of whoever asks first. */
  queue(group: string, now: () => number, timers: Timers): RequestQueue {
    const known = this.#queues.get(group);
    if (known !== undefined) return known;
    const queue = new RequestQueue(new LimitGroup(group, now), now, timers);
    this.#queues.set(group, queue);
    return queue;
  }
}

/**
 * Hosts of the exchange itself count together. Any other address, a simulator for example, has limits and bans of its
 * own.
 */
export function limitGroupOf(group: string, ownDomains: readonly string[], restBase: string): string {
  const { hostname, host } = new URL(restBase);
  const own = ownDomains.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`));
  return own ? group : `${group}@${host}`;
}
