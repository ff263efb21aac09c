/**
 * Market capitalisations from CoinGecko, for whoever has a key of it: nice to know, and nothing waits for them. What
 * exchanges call a coin is not unique: of several coins of one name the one with the largest capitalisation is meant.
 */
import { z } from 'zod';
import { RateLimits } from '../rest/rate-limits.ts';
import { RestClient } from '../rest/rest-client.ts';
import { realTimers, type Timers } from '../timers.ts';

export interface MarketCapsOptions {
  readonly apiKey: string;
  readonly base?: string;
  readonly now: () => number;
  readonly random: () => number;
  readonly timers?: Timers;
  readonly requestTimeoutMs?: number;
  /** Told each time that they cannot be had; what was known stays for a day. */
  readonly failed: (cause: unknown) => void;
}

const defaultBase = 'https://api.coingecko.com';
/** As of 2026: keys of paid plans have a host and a header of their own. */
const keyHeaderOf = (base: string): string =>
  new URL(base).hostname.startsWith('pro-api.') ? 'x-cg-pro-api-key' : 'x-cg-demo-api-key';
const path = '/api/v3/coins/markets';
const perPage = 250;
/** The thousand largest coins. A free key has 10,000 calls a month, these are 3,000. */
const pagesMax = 4;
const keptMs = 3_600_000;
const retryMs = 600_000;
const staleMs = 24 * 3_600_000;
/** A free key has 30 calls a minute. */
const callsPerMinute = 20;

/** One strange coin hides no other. */
const page = z.array(z.unknown()).max(perPage);
const coin = z.object({ symbol: z.string().min(1).max(100), market_cap: z.number().positive() });

export class MarketCaps {
  readonly #options: MarketCapsOptions;
  readonly #rest: RestClient;
  #caps: ReadonlyMap<string, number> | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;
  #askAt = Number.NEGATIVE_INFINITY;
  #asking = false;

  constructor(options: MarketCapsOptions) {
    this.#options = options;
    const { apiKey, base = defaultBase, now, random, timers = realTimers } = options;
    const queue = new RateLimits().queue('coingecko', now, timers);
    queue.group.enforce([
      {
        ...{ what: 'calls', count: callsPerMinute, windowMs: 60_000 },
        rest: { counts: 'requests', windows: 'sliding' },
      },
    ]);
    this.#rest = new RestClient({
      ...{ exchange: 'CoinGecko', base, queue, now, random, timers },
      timeoutMs: options.requestTimeoutMs,
      headers: { [keyHeaderOf(base)]: apiKey },
    });
  }

  /** In US dollars; null: CoinGecko does not say; undefined: it has not been heard yet, or not for long. */
  of(asset: string): number | null | undefined {
    if (this.#caps === undefined || this.#options.now() - this.#toldAt >= staleMs) return undefined;
    const symbol = asset.toUpperCase();
    return this.#caps.get(symbol) ?? this.#caps.get(symbol.replace(multiplier, '')) ?? null;
  }

  /** Asks where an hour has passed. Never throws. */
  async refresh(): Promise<void> {
    const { now, failed } = this.#options;
    if (this.#asking || now() < this.#askAt) return;
    this.#asking = true;
    try {
      this.#caps = await this.#ask();
      this.#toldAt = now();
      this.#askAt = now() + keptMs;
    } catch (cause) {
      this.#askAt = now() + retryMs;
      failed(cause);
    } finally {
      this.#asking = false;
    }
  }

  close(): Promise<void> {
    return this.#rest.close();
  }

  async #ask(): Promise<ReadonlyMap<string, number>> {
    const caps = new Map<string, number>();
    for (let number = 1; number <= pagesMax; number++) {
      const entries = await this.#rest.get({
        path,
        query: { vs_currency: 'usd', order: 'market_cap_desc', per_page: perPage, page: number },
        ...{ weight: 1, priority: 'poll' },
        parse: (body) => page.parse(body),
      });
      for (const entry of entries) {
        const { data } = coin.safeParse(entry);
        if (data === undefined) continue;
        const symbol = data.symbol.toUpperCase();
        caps.set(symbol, Math.max(data.market_cap, caps.get(symbol) ?? 0));
      }
      if (entries.length < perPage) break;
    }
    return caps;
  }
}

/** Contracts on cheap coins are on a thousand or a million of them: 1000PEPE, 1MBABYDOGE. */
const multiplier = /^(10{3,6}|1M)(?=[A-Z])/;
