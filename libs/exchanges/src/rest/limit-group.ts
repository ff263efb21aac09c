/**
 * What one address may ask of one exchange: the limits that its hosts share, how much of them is used, and until when
 * nothing may be sent at all.
 */
import type { Priority, RateRule, RestRule } from '../exchange.ts';
import { FixedWindow, type RateWindow, SlidingWindow, type Taken } from './rate-window.ts';

/**
 * Keeps bans over restarts, and for other processes of the same address. Times in ms by the clock that the exchange was
 * given. Neither may throw.
 */
export interface BanMemory {
  /** Asked anew now and then: somebody else may have been banned. 0 where there is none. */
  until(group: string): number;
  remember(group: string, until: number): void;
}

export interface Weighed {
  readonly path: string;
  readonly weight: number;
}

export interface Permit {
  /** `reported`: what the exchange says was used of the rule that counts weight. */
  settle(reported?: number): void;
}

interface Limit {
  readonly rule: RateRule;
  readonly rest: RestRule;
  readonly window: RateWindow;
}

/**
 * How much of a limit each kind may use. What is more urgent always finds something left: polls and comparisons leave room
 * for the holes of hundreds of instruments. The rest is for others at the same address and for requests of which nobody
 * knows when the exchange counted them.
 */
const shares: Readonly<Record<Priority, number>> = { repair: 0.98, prime: 0.95, poll: 0.82, history: 0.8 };
/** No exchange bans for longer: three days is the longest. A wrong figure in a header or a file is not believed. */
const banMsMax = 7 * 86_400_000;
/** How often it is asked whether others at this address were banned, where anything is to be sent. */
const askEveryMs = 1_000;

export class LimitGroup {
  readonly name: string;
  readonly #now: () => number;
  readonly #limits = new Map<string, Limit>();
  readonly #memories = new Set<BanMemory>();
  #bannedUntil = 0;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(name: string, now: () => number) {
    this.name = name;
    this.#now = now;
  }

  /** Rules of the same name are the same rule. */
  enforce(rules: readonly RateRule[]): void {
    for (const rule of rules) {
      const { rest } = rule;
      if (rest === undefined || this.#limits.has(rule.what)) continue;
      const Window = rest.windows === 'fixed' ? FixedWindow : SlidingWindow;
      this.#limits.set(rule.what, { rule, rest, window: new Window(rule.windowMs, this.#now) });
    }
  }

  /** Bans of an earlier run and of other processes hold, those to come are kept. */
  rememberIn(memory: BanMemory): void {
    if (this.#memories.has(memory)) return;
    this.#memories.add(memory);
    this.#heed(memory);
  }

  /** To be called before anything is sent. */
  heedOthers(): void {
    const now = this.#now();
    if (Math.abs(now - this.#askedAt) < askEveryMs) return;
    this.#askedAt = now;
    for (const memory of this.#memories) this.#heed(memory);
  }

  #heed(memory: BanMemory): void {
    const until = memory.until(this.name);
    // Cut to the longest ban instead, it would never end: it is read again and again.
    if (until <= this.#now() + banMsMax) this.banUntil(until);
  }

  get bannedUntil(): number {
    return this.#bannedUntil;
  }

  banUntil(time: number): void {
    const until = Math.min(time, this.#now() + banMsMax);
    if (!(until > this.#bannedUntil)) return;
    this.#bannedUntil = until;
    for (const memory of this.#memories) memory.remember(this.name, until);
  }

  align(offsetMs: number, uncertaintyMs: number): void {
    for (const { window } of this.#limits.values()) window.align(offsetMs, uncertaintyMs);
  }

  /** How long the request has to wait, and for which limits; `closed`: limits that something more urgent waits for. */
  waitOf(request: Weighed, priority: Priority, closed: ReadonlySet<object>): { ms: number; limits: readonly object[] } {
    let ms = 0;
    const limits: object[] = [];
    for (const limit of this.#limitsOf(request.path)) {
      const { count } = limit.rule;
      const waitMs = limit.window.waitMs(
        amountOf(limit.rest, request),
        Math.max(1, Math.floor(count * shares[priority])),
      );
      if (waitMs === 0 && !closed.has(limit)) continue;
      ms = Math.max(ms, waitMs);
      limits.push(limit);
    }
    return { ms, limits };
  }

  take(request: Weighed): Permit {
    const taken = this.#limitsOf(request.path).map((limit): readonly [Limit, Taken] => [
      limit,
      limit.window.take(amountOf(limit.rest, request)),
    ]);
    return {
      settle(reported) {
        for (const [{ window, rest }, one] of taken)
          window.settle(one, rest.counts === 'weight' ? reported : undefined);
      },
    };
  }

  /** Of the limit that is nearest to its end. */
  get weight(): { readonly used: number; readonly limit: number } {
    let nearest = { used: 0, limit: 0 };
    for (const { rule, window } of this.#limits.values()) {
      const used = window.used();
      if (nearest.limit === 0 || used / rule.count > nearest.used / nearest.limit)
        nearest = { used, limit: rule.count };
    }
    return nearest;
  }

  #limitsOf(path: string): readonly Limit[] {
    return [...this.#limits.values()].filter(({ rest }) => namesPath(rest, path));
  }
}

export const namesPath = ({ paths }: RestRule, path: string): boolean => paths === undefined || paths.includes(path);
export const amountOf = ({ counts }: RestRule, { weight }: Pick<Weighed, 'weight'>): number =>
  counts === 'weight' ? weight : 1;
