/**
 * Counts requests per address as the exchange does, refuses what is too much, and bans whoever goes on all the same.
 * Everything in simulated time: an accelerated exchange also forgets faster.
 */
import type { Answer } from './rest-dialect.ts';

export interface RateLimit {
  /** Which paths it counts together; undefined: all. */
  readonly paths?: RegExp;
  readonly count: number;
  readonly windowMs: number;
  /** A window may begin at any moment; otherwise all begin with the clock. */
  readonly sliding: boolean;
}

export interface Refused {
  readonly address: string;
  /** Until when the address should not ask. */
  readonly until: number;
  readonly banned: boolean;
  readonly limit: number;
  readonly now: number;
}

export interface GateRules {
  readonly limits: readonly RateLimit[];
  weigh(path: string, query: URLSearchParams): number;
  /** Tells how much of the limits is used. */
  headers(used: readonly number[]): Readonly<Record<string, string | number>>;
  refuse(refused: Refused): Answer;
  /** Who goes beyond the limit is told to wait, or banned at once. */
  readonly first: 'wait' | 'ban';
  /** How long the nth ban of an address takes; undefined: nobody is ever banned. */
  readonly banMs?: (nth: number) => number;
}

export interface Admission {
  readonly headers: Readonly<Record<string, string | number>>;
  readonly refusal: Answer | undefined;
}

interface Penalty {
  from: number;
  until: number;
  banned: boolean;
  /** By the wall clock; undefined until somebody was told of it. */
  toldAt: number | undefined;
  readonly banMs: number | undefined;
}

interface Window {
  begin: number;
  used: number;
  /** Of sliding windows: when how much was asked. */
  readonly asked: [number, number][];
}

const addressesMax = 10_000;
/** Wall-clock time in which requests may still come that were sent before the refusal was read; at most half of it. */
const onTheirWayMs = 250;

export class RequestGate {
  readonly #rules: GateRules;
  readonly #now: () => number;
  readonly #wallNow: () => number;
  readonly #windows = new Map<string, Window[]>();
  readonly #penalties = new Map<string, Penalty>();
  readonly #bans = new Map<string, number>();
  requests = 0;
  refusals = 0;
  /** Asked for although the address was banned. */
  requestsDuringBan = 0;
  /** Asked for before the time that an earlier refusal had named. */
  requestsBeforeRetry = 0;

  constructor(rules: GateRules, now: () => number, wallNow = now) {
    this.#rules = rules;
    this.#now = now;
    this.#wallNow = wallNow;
  }

  refuses(address: string): boolean {
    return this.#now() < (this.#penalties.get(address)?.until ?? 0);
  }

  /**
   * The next request is refused as if it were too much; who goes on before `waitMs` are over is banned. `atOnce`: somebody
   * else at that address already did.
   */
  penalise(address: string, waitMs: number, banMs?: number, atOnce = this.#rules.first === 'ban'): void {
    const now = this.#now();
    const penalty: Penalty = { from: now, until: now + waitMs, banned: false, toldAt: undefined, banMs };
    this.#penalties.set(address, penalty);
    if (atOnce) this.#ban(penalty, address, now);
  }

  admit(address: string, path: string, query: URLSearchParams): Admission {
    this.requests++;
    const now = this.#now();
    const penalty = this.#penalties.get(address);
    const windows = this.#windowsOf(address);
    const used = this.#count(windows, path, this.#rules.weigh(path, query), now);
    const headers = this.#rules.headers(used);
    if (penalty !== undefined && now < penalty.until) return { headers, refusal: this.#again(penalty, address, now) };
    const over = this.#rules.limits.findIndex((limit, index) => (used[index] ?? 0) > limit.count);
    if (over < 0) return { headers, refusal: undefined };
    const limit = this.#rules.limits[over];
    const until = limit === undefined ? now : windowEnd(limit, windows[over], now);
    if (this.#rules.banMs === undefined) {
      // Paths have limits of their own, and a refusal is forgotten with its window.
      this.refusals++;
      const refused = { address, until, banned: false, now, limit: limit?.count ?? 0 };
      return { headers, refusal: this.#rules.refuse(refused) };
    }
    const imposed: Penalty = { from: now, until, banned: false, toldAt: undefined, banMs: undefined };
    this.#penalties.set(address, imposed);
    if (this.#rules.first === 'ban') this.#ban(imposed, address, now);
    return { headers, refusal: this.#again(imposed, address, now) };
  }

  #again(penalty: Penalty, address: string, now: number): Answer {
    this.refusals++;
    const wall = this.#wallNow();
    penalty.toldAt ??= wall;
    const onItsWay = wall - penalty.toldAt < onTheirWayMs && now - penalty.from < (penalty.until - penalty.from) / 2;
    if (!onItsWay) {
      if (penalty.banned) this.requestsDuringBan++;
      else {
        this.requestsBeforeRetry++;
        this.#ban(penalty, address, now);
        penalty.toldAt = wall;
      }
    }
    const { until, banned } = penalty;
    return this.#rules.refuse({ address, until, banned, now, limit: this.#rules.limits[0]?.count ?? 0 });
  }

  #ban(penalty: Penalty, address: string, now: number): void {
    const nth = (this.#bans.get(address) ?? 0) + 1;
    const lengthMs = penalty.banMs ?? this.#rules.banMs?.(nth);
    if (this.#rules.banMs === undefined || lengthMs === undefined) return;
    this.#bans.set(address, nth);
    penalty.banned = true;
    penalty.toldAt = undefined;
    penalty.from = now;
    penalty.until = now + lengthMs;
  }

  #windowsOf(address: string): Window[] {
    if (this.#windows.size > addressesMax) this.#windows.clear();
    let windows = this.#windows.get(address);
    if (windows === undefined) {
      windows = this.#rules.limits.map(() => ({ begin: 0, used: 0, asked: [] }));
      this.#windows.set(address, windows);
    }
    return windows;
  }

  #count(windows: readonly Window[], path: string, weight: number, now: number): readonly number[] {
    return this.#rules.limits.map(({ paths, windowMs, sliding }, index) => {
      const window = windows[index];
      if (window === undefined || paths?.test(path) === false) return 0;
      if (sliding) {
        while (window.asked[0] !== undefined && window.asked[0][0] <= now - windowMs) {
          window.used -= window.asked.shift()?.[1] ?? 0;
        }
        window.asked.push([now, weight]);
      } else if (window.begin !== Math.floor(now / windowMs) * windowMs) {
        window.begin = Math.floor(now / windowMs) * windowMs;
        window.used = 0;
      }
      window.used += weight;
      return window.used;
    });
  }
}

const windowEnd = ({ sliding, windowMs }: RateLimit, window: Window | undefined, now: number): number =>
  sliding || window === undefined ? now + windowMs : window.begin + windowMs;
