/** GET requests within the limits of an exchange, most urgent first; nothing is sent during a ban. */
import { ScreenerError } from '@screener/errors';
import { z } from 'zod';
import { type Backoff, backoffMs } from '../backoff.ts';
import type { Priority } from '../exchange.ts';
import type { Timers } from '../timers.ts';
import { BodyTooLong, boundedBody } from './bounded-body.ts';
import type { Permit } from './limit-group.ts';
import type { RequestQueue } from './request-queue.ts';
import { RestRefusals, rootReason } from './rest-refusals.ts';
import { retryAfterMs } from './retry-after.ts';

export interface RestClientOptions {
  /** For people, in error messages. */
  readonly exchange: string;
  readonly base: string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Of all that shares the limits. */
  readonly queue: RequestQueue;
  /** Header that says how much weight was used in the exchange's window, where there is one. */
  readonly usedWeightHeader?: string | undefined;
  /** How long to be silent after an answer that is a rate limit by this exchange's own signs; 429 and 418 always are. */
  readonly rateLimitMs?: ((status: number, body: string) => number | undefined) | undefined;
  /** What an answer with status 200 says instead of what was asked for. */
  readonly refusal?: ((body: unknown) => Refusal | undefined) | undefined;
  /** The shape of an answer, with status 200 or 400, to a symbol that it does not know (any more). */
  readonly unknownSymbol?: z.ZodType | undefined;
  readonly now: () => number;
  readonly random: () => number;
  readonly timers: Timers;
  readonly timeoutMs?: number | undefined;
}

export interface Refusal {
  readonly reason: string;
  /** The same request may succeed a little later. */
  readonly passing: boolean;
}

export interface RestRequest<T> {
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly weight: number;
  /** That it asks for. */
  readonly symbol?: string;
  readonly priority: Priority;
  readonly signal?: AbortSignal | undefined;
  /** Throws when the answer has another shape than agreed. */
  readonly parse: (body: unknown) => T;
  /** Hears when the request that succeeded was sent and answered. */
  readonly timed?: (sentAt: number, answeredAt: number) => void;
}

type Outcome =
  | { readonly body: string }
  | { readonly limited: number }
  | { readonly failed: string; readonly cause?: unknown };

const attemptsMax = 5;
/** How often one request may meet a rate limit before it is given up. */
const refusalsMax = 20;
const timeoutMsDefault = 10_000;
const retryBackoff: Backoff = { baseMs: 500, maxMs: 10_000 };
/** Where the exchange bans without saying for how long. */
const unnamedBanMs = 120_000;

export class RestClient {
  readonly #options: RestClientOptions;
  readonly #open = new Set<AbortController>();
  readonly #refusals: RestRefusals;
  #closed = false;
  #requests = 0;
  #waiting = 0;

  constructor(options: RestClientOptions) {
    this.#options = options;
    this.#refusals = new RestRefusals(options.exchange, options.base);
  }

  get requests(): number {
    return this.#requests;
  }

  get waiting(): number {
    return this.#waiting;
  }

  get refusals(): RestRefusals {
    return this.#refusals;
  }

  async get<T>(request: RestRequest<T>): Promise<T> {
    if (this.#closed) throw this.#refusals.unreachable('the client is closed');
    request.signal?.throwIfAborted();
    const ending = new AbortController();
    const abort = (): void => ending.abort(request.signal?.reason);
    request.signal?.addEventListener('abort', abort, { once: true });
    this.#open.add(ending);
    try {
      const url = new URL(request.path, this.#options.base);
      for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, String(value));
      return await this.#attempts(request, url, ending.signal);
    } finally {
      this.#open.delete(ending);
      request.signal?.removeEventListener('abort', abort);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const ending of this.#open) ending.abort(this.#refusals.unreachable('the client is closed'));
  }

  async #attempts<T>(request: RestRequest<T>, url: URL, signal: AbortSignal): Promise<T> {
    let failures = 0;
    let refusals = 0;
    for (;;) {
      const outcome = await this.#attempt(request, url, signal, failures + refusals > 0);
      if ('body' in outcome) {
        const answer = this.#read(request, outcome.body);
        if ('value' in answer) return answer.value;
        if (++failures >= attemptsMax) throw this.#refusals.unreachable(answer.passing);
      } else if ('limited' in outcome) {
        if (++refusals > refusalsMax) throw this.#refusals.refused(request.path, outcome.limited, 'rate limit');
        continue; // the queue waits for the end of the ban
      } else if (++failures >= attemptsMax) throw this.#refusals.unreachable(outcome.failed, outcome.cause);
      await this.#pause(backoffMs(retryBackoff, failures, this.#options.random), signal);
    }
  }

  async #attempt<T>(request: RestRequest<T>, url: URL, signal: AbortSignal, again: boolean): Promise<Outcome> {
    const { exchange, queue } = this.#options;
    const { path, weight, priority } = request;
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<{ readonly answer: Promise<Outcome> }>();
    this.#waiting++;
    const leave = queue.enter({
      exchange,
      path,
      weight,
      priority,
      again,
      start: (permit) => resolve({ answer: this.#send(request, url, permit, signal) }),
      refuse: reject,
    });
    const abort = (): void => {
      leave();
      reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    const { answer } = await promise.finally(() => {
      this.#waiting--;
      signal.removeEventListener('abort', abort);
    });
    return answer;
  }

  async #send<T>(request: RestRequest<T>, url: URL, permit: Permit, signal: AbortSignal): Promise<Outcome> {
    const { now, timers, headers, timeoutMs = timeoutMsDefault } = this.#options;
    this.#requests++;
    const giveUp = new AbortController();
    const abort = (): void => giveUp.abort(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    const stopWaiting = timers.after(timeoutMs, () => giveUp.abort(new RangeError(`no answer within ${timeoutMs} ms`)));
    let reported: number | undefined;
    try {
      const sentAt = now();
      // An address that redirects is not the exchange's.
      const response = await fetch(url, { signal: giveUp.signal, redirect: 'manual', ...(headers && { headers }) });
      request.timed?.(sentAt, now());
      reported = this.#reported(response);
      if (response.status === 429 || response.status === 418) this.#obey(response);
      return this.#outcome(request, response, await boundedBody(response));
    } catch (cause) {
      if (signal.aborted) throw signal.reason;
      if (cause instanceof ScreenerError) throw cause;
      if (cause instanceof BodyTooLong) throw this.#refusals.invalid('too-long', request.path, cause.message, cause);
      this.#refusals.count(giveUp.signal.aborted ? 'timeout' : 'unreachable');
      return { failed: rootReason(cause), cause };
    } finally {
      stopWaiting();
      signal.removeEventListener('abort', abort);
      // Also where no answer came: the exchange may have counted it.
      permit.settle(reported);
    }
  }

  #outcome<T>(request: RestRequest<T>, response: Response, body: string): Outcome {
    const { status } = response;
    if (status === 429 || status === 418) return { limited: status };
    const silenceMs = this.#options.rateLimitMs?.(status, body);
    if (silenceMs !== undefined) {
      this.#ban(status, retryAfterMs(response.headers) ?? silenceMs);
      return { limited: status };
    }
    if (status >= 500) {
      this.#refusals.count('server-error');
      return { failed: `status ${status}` };
    }
    if (!response.ok) {
      this.#refusals.count('refused');
      throw this.#refused(request, status, body, jsonOf(body));
    }
    return { body };
  }

  /** That it does not know a symbol is an answer; everything else that refuses (a proxy, a wall around a country) passes. */
  #refused<T>({ path, symbol }: RestRequest<T>, status: number, text: string, body: unknown): ScreenerError {
    const { unknownSymbol } = this.#options;
    const isUnknown = (status === 400 || status === 200) && unknownSymbol?.safeParse(body).success === true;
    return symbol !== undefined && isUnknown
      ? this.#refusals.unknownSymbol(symbol, text)
      : this.#refusals.refused(path, status, text);
  }

  #reported(response: Response): number | undefined {
    const { usedWeightHeader } = this.#options;
    const text = usedWeightHeader === undefined ? null : response.headers.get(usedWeightHeader);
    return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
  }

  /** Nothing goes out before the time that the exchange names. */
  #obey(response: Response): void {
    const { now, rateLimitMs } = this.#options;
    const { status, headers } = response;
    const toNextMinuteMs = 60_000 - (now() % 60_000);
    const unnamedMs = rateLimitMs?.(status, '') ?? (status === 418 ? unnamedBanMs : toNextMinuteMs);
    this.#ban(status, retryAfterMs(headers) ?? unnamedMs);
  }

  #ban(status: number, ms: number): void {
    this.#refusals.count(status === 418 || status === 403 ? 'ban' : 'rate-limit');
    this.#options.queue.group.banUntil(this.#options.now() + ms);
  }

  /** Throws what a later attempt cannot better. */
  #read<T>(request: RestRequest<T>, text: string): { readonly value: T } | { readonly passing: string } {
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch (cause) {
      throw this.#refusals.invalid('not-json', request.path, text, cause);
    }
    const refusal = this.#options.refusal?.(body);
    if (refusal !== undefined) {
      this.#refusals.count(refusal.passing ? 'server-error' : 'refused');
      if (refusal.passing) return { passing: refusal.reason };
      throw this.#refused(request, 200, refusal.reason, body);
    }
    try {
      return { value: request.parse(body) };
    } catch (cause) {
      throw this.#refusals.invalid(
        cause instanceof z.ZodError ? 'unknown-shape' : 'absurd-numbers',
        request.path,
        text,
        cause,
      );
    }
  }

  #pause(ms: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const cancel = this.#options.timers.after(ms, resolve);
    const abort = (): void => {
      cancel();
      reject(signal.reason);
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    return promise.finally(() => signal.removeEventListener('abort', abort));
  }
}

/** undefined: it is none. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
