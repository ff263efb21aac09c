/** A server on the loopback, and clients of it that are never kept waiting by a clock. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RateRule } from '../exchange.ts';
import type { BanMemory } from '../rest/limit-group.ts';
import { RateLimits } from '../rest/rate-limits.ts';
import { RestClient, type RestClientOptions, type RestRequest } from '../rest/rest-client.ts';
import type { Timers } from '../timers.ts';

/** Waits of an hour and more are for what never happens in a test. */
export const neverMs = 3_600_000;

/** Time that passes only when somebody waits for it: waiting for a minute takes no time. */
export class LeapingClock implements Timers {
  /** Some seconds into a minute. */
  time = 6_010_000;
  readonly now = (): number => this.time;

  after(ms: number, call: () => void): () => void {
    if (ms >= neverMs) return () => {};
    const due = this.time + ms;
    const immediate = setImmediate(() => {
      this.time = Math.max(this.time, due);
      call();
    });
    return () => clearImmediate(immediate);
  }
}

export type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/** As an app keeps it in a file. */
export function banMemory(): BanMemory & { readonly kept: Map<string, number> } {
  const kept = new Map<string, number>();
  return { kept, until: (group) => kept.get(group) ?? 0, remember: (group, until) => void kept.set(group, until) };
}

export interface ClientChange extends Partial<RestClientOptions> {
  readonly limits?: RateLimits;
  readonly rules?: readonly RateRule[];
  readonly bans?: BanMemory;
}

export const weightRule = (count: number): RateRule => ({
  what: 'weight',
  count,
  windowMs: 60_000,
  rest: { counts: 'weight', windows: 'fixed' },
});

export function createRestWorlds() {
  const cleanups: (() => unknown)[] = [];

  async function world(handle: Handle) {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      seen.push(request.url ?? '');
      handle(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanups.push(
      () => new Promise((resolve) => server.close(resolve)),
      () => server.closeAllConnections(),
    );
    const clock = new LeapingClock();
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

    function client({ limits = new RateLimits(), rules = [weightRule(100)], bans, ...change }: ClientChange = {}) {
      const queue = limits.queue('test', clock.now, clock);
      queue.group.enforce(rules);
      if (bans !== undefined) queue.group.rememberIn(bans);
      const made = new RestClient({
        exchange: 'Test exchange',
        base,
        queue,
        usedWeightHeader: 'x-used',
        now: clock.now,
        random: () => 0.5,
        timers: clock,
        timeoutMs: neverMs,
        ...change,
      });
      cleanups.push(() => made.close());
      const get = (path: string, change: Partial<RestRequest<unknown>> = {}): Promise<unknown> =>
        made.get({ path, weight: 1, priority: 'prime', parse: (body) => body, ...change });
      return { client: made, get, group: queue.group };
    }
    return { clock, seen, base, client };
  }

  return {
    world,
    async cleanUp() {
      for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
    },
  };
}
