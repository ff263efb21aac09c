/** GET requests within an exchange's weight limit, most urgent first; nothing is sent during a ban. */
import { reasonOf, ScreenerError } from '@screener/errors';
import { type Backoff, backoffMs } from '../backoff.ts';
import { type Priority, priorities } from '../exchange.ts';
import type { Timers } from '../timers.ts';
import type { WeightLedger } from './weight-ledger.ts';

export interface RestClientOptions {
  /** For people, in error messages. */
  readonly exchange: string;
  readonly base: string;
  readonly ledger: WeightLedger;
  /** Header that says how much weight was used in the exchange's window, where there is one. */
  readonly usedWeightHeader?: string | undefined;
  /** How long to be silent after an answer that is a rate limit by this exchange's own signs; 429 and 418 always are. */
  readonly rateLimitMs?: ((status: number, body: string) => number | undefined) | undefined;
  readonly now: () => number;
  readonly random: () => number;
  readonly timers: Timers;
  readonly timeoutMs?: number;
}

export interface RestRequest<T> {
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly weight: number;
  readonly priority: Priority;
  readonly signal?: AbortSignal | undefined;
  /** Throws when the answer has another shape than agreed. */
  readonly parse: (body: unknown) => T;
}

interface Waiting {
  readonly request: RestRequest<unknown>;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (cause: unknown) => void;
  failures: number;
  refusals: number;
}

const underWayMax = 8;
const waitingMax = 10_000;
const attemptsMax = 5;
/** How often one request may meet a rate limit before it is given up. */
const refusalsMax = 20;
const timeoutMsDefault = 10_000;
const retryBackoff: Backoff = { baseMs: 500, maxMs: 10_000 };
/** Where the exchange bans without saying for how long. */
const unnamedBanMs = 120_000;
const sampleLength = 120;

export class RestClient {
  readonly #options: RestClientOptions;
  readonly #queues: ReadonlyMap<Priority, Waiting[]>;
  readonly #closing = new AbortController();
  #underWay = 0;
  #cancelWake: (() => void) | undefined;

  constructor(options: RestClientOptions) {
    this.#options = options;
    this.#queues = new Map(priorities.map((priority) => [priority, []]));
  }

  get<T>(request: RestRequest<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const queue = this.#queues.get(request.priority) ?? [];
      if (this.#closing.signal.aborted) return reject(this.#unreachable('the client is closed'));
      if (queue.length >= waitingMax) return reject(this.#unreachable(`${waitingMax} requests are waiting already`));
      // Whoever gives up is told at once; the entry is thrown away when its turn comes.
      const { signal } = request;
      const abandon = (): void => reject(signal?.reason);
      signal?.addEventListener('abort', abandon, { once: true });
      queue.push({
        request,
        failures: 0,
        refusals: 0,
        resolve: (answer) => {
          signal?.removeEventListener('abort', abandon);
          resolve(answer as T);
        },
        reject: (cause) => {
          signal?.removeEventListener('abort', abandon);
          reject(cause);
        },
      });
      this.#pump();
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#cancelWake?.();
    for (const queue of this.#queues.values()) {
      for (const { reject } of queue.splice(0)) reject(this.#unreachable('the client is closed'));
    }
  }

  #pump(): void {
    const { ledger, timers } = this.#options;
    while (this.#underWay < underWayMax && !this.#closing.signal.aborted) {
      const queue = [...this.#queues.values()].find((candidate) => candidate.length > 0);
      const next = queue?.[0];
      if (queue === undefined || next === undefined) return;
      if (next.request.signal?.aborted) {
        queue.shift();
        next.reject(next.request.signal.reason);
        continue;
      }
      const waitMs = ledger.waitMs(next.request.weight);
      if (waitMs > 0) {
        this.#cancelWake?.();
        this.#cancelWake = timers.after(waitMs, () => this.#pump());
        return;
      }
      queue.shift();
      this.#underWay++;
      this.#send(next).finally(() => {
        this.#underWay--;
        this.#pump();
      });
    }
  }

  async #send(waiting: Waiting): Promise<void> {
    const { request } = waiting;
    const { ledger, base, now, usedWeightHeader, rateLimitMs, timeoutMs = timeoutMsDefault } = this.#options;
    const url = new URL(request.path, base);
    for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, String(value));
    const signals = [AbortSignal.timeout(timeoutMs), this.#closing.signal];
    if (request.signal !== undefined) signals.push(request.signal);
    let reported: number | undefined;
    ledger.take(request.weight);
    let response: Response;
    let body: string;
    try {
      response = await fetch(url, { signal: AbortSignal.any(signals) });
      const used =
        usedWeightHeader === undefined ? Number.NaN : Number(response.headers.get(usedWeightHeader) ?? 'absent');
      reported = Number.isFinite(used) ? used : undefined;
      if (response.status === 429 || response.status === 418) this.#obey(response);
      body = await response.text();
    } catch (cause) {
      if (request.signal?.aborted) return waiting.reject(request.signal.reason);
      return this.#retry(waiting, rootReason(cause), cause);
    } finally {
      ledger.settle(request.weight, reported);
    }
    if (response.status === 429 || response.status === 418) return this.#again(waiting, response.status);
    const silenceMs = rateLimitMs?.(response.status, body);
    if (silenceMs !== undefined) {
      ledger.banUntil(now() + silenceMs);
      return this.#again(waiting, response.status);
    }
    if (response.status >= 500) return this.#retry(waiting, `status ${response.status}`, undefined);
    if (!response.ok) return waiting.reject(this.#refused(request.path, response.status, body));
    try {
      waiting.resolve(request.parse(JSON.parse(body)));
    } catch (cause) {
      waiting.reject(this.#invalid(request.path, body, cause));
    }
  }

  /** Nothing goes out before the time that the exchange names. */
  #obey(response: Response): void {
    const { ledger, now, rateLimitMs } = this.#options;
    const seconds = Number(response.headers.get('retry-after') ?? 'absent');
    const toNextMinuteMs = 60_000 - (now() % 60_000);
    const unnamedMs = rateLimitMs?.(response.status, '') ?? (response.status === 418 ? unnamedBanMs : toNextMinuteMs);
    ledger.banUntil(now() + (Number.isFinite(seconds) && seconds >= 0 ? Math.max(1, seconds) * 1_000 : unnamedMs));
  }

  #again(waiting: Waiting, status: number): void {
    waiting.refusals++;
    if (waiting.refusals > refusalsMax) waiting.reject(this.#refused(waiting.request.path, status, 'rate limit'));
    else this.#queues.get(waiting.request.priority)?.unshift(waiting);
  }

  #retry(waiting: Waiting, reason: string, cause: unknown): void {
    waiting.failures++;
    if (waiting.failures >= attemptsMax || this.#closing.signal.aborted) {
      waiting.reject(this.#unreachable(reason, cause));
      return;
    }
    const { random, timers } = this.#options;
    timers.after(backoffMs(retryBackoff, waiting.failures, random), () => {
      if (this.#closing.signal.aborted) return waiting.reject(this.#unreachable('the client is closed'));
      this.#queues.get(waiting.request.priority)?.unshift(waiting);
      this.#pump();
    });
  }

  #unreachable(reason: string, cause?: unknown): ScreenerError {
    const { exchange, base } = this.#options;
    return new ScreenerError('EXCHANGE_UNREACHABLE', { exchange, address: base, reason }, { cause });
  }

  #refused(request: string, status: number, body: string): ScreenerError {
    const { exchange } = this.#options;
    return new ScreenerError('EXCHANGE_REFUSED', { exchange, request, status, reason: body.slice(0, sampleLength) });
  }

  #invalid(request: string, body: string, cause: unknown): ScreenerError {
    const { exchange } = this.#options;
    const found = body.slice(0, sampleLength).replaceAll(/\s+/g, ' ');
    return new ScreenerError('EXCHANGE_ANSWER_INVALID', { exchange, request, found }, { cause });
  }
}

/** `fetch failed` says nothing: what it was caused by does. */
function rootReason(cause: unknown): string {
  let deepest = cause;
  while (deepest instanceof Error && deepest.cause !== undefined) deepest = deepest.cause;
  return reasonOf(deepest);
}
