/**
 * One WebSocket that is kept alive: reconnects with back-off and full jitter, and does not trust a connection that is
 * open but silent (an acknowledged subscription on a retired address stays silent for ever). Pings of the protocol are
 * answered by ws; those that an exchange wants as messages are sent here.
 */
import { reasonOf } from '@screener/errors';
import WebSocket from 'ws';
import { type Backoff, backoffMs } from '../backoff.ts';
import type { ProblemListener } from '../exchange.ts';
import type { Timers } from '../timers.ts';

export interface ClientPing {
  readonly text: string;
  readonly everyMs: number;
}

export interface StreamConnectionOptions {
  readonly url: string;
  /** For people. */
  readonly name: string;
  /** The first frame has to come within this, and every further one. */
  readonly firstFrameWithinMs: number;
  readonly silentAfterMs: number;
  readonly now: () => number;
  readonly random: () => number;
  readonly timers: Timers;
  /** What to send as soon as it is open, each time. */
  readonly hello?: () => readonly string[];
  readonly ping?: ClientPing | undefined;
  /** True when the frame was one of those that we are here for. */
  readonly frame: (text: string, send: (text: string) => void) => boolean;
  readonly problem: ProblemListener;
}

const reconnectBackoff: Backoff = { baseMs: 500, maxMs: 30_000 };
const handshakeWithinMs = 10_000;
const frameBytesMax = 16 * 1_024 * 1_024;

export class StreamConnection {
  readonly #options: StreamConnectionOptions;
  #socket: WebSocket | undefined;
  #cancel: (() => void) | undefined;
  #cancelPing: (() => void) | undefined;
  #lastFrameAt = 0;
  #failures = 0;
  #closed = false;
  healthy = false;
  reconnections = 0;

  constructor(options: StreamConnectionOptions) {
    this.#options = options;
    this.#connect();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel?.();
    this.#cancelPing?.();
    this.#socket?.terminate();
  }

  #connect(): void {
    const { url, frame, now, firstFrameWithinMs, problem, name, hello } = this.#options;
    const socket = new WebSocket(url, {
      handshakeTimeout: handshakeWithinMs,
      maxPayload: frameBytesMax,
      perMessageDeflate: false,
    });
    this.#socket = socket;
    let why = '';
    const send = (text: string): void => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    };
    socket.on('open', () => {
      this.#lastFrameAt = now();
      for (const text of hello?.() ?? []) send(text);
      this.#ping(send);
      this.#watch(firstFrameWithinMs);
    });
    socket.on('message', (data) => {
      if (this.#closed || this.#socket !== socket || !frame(data.toString(), send)) return;
      this.#lastFrameAt = now();
      this.healthy = true;
      this.#failures = 0;
    });
    socket.on('error', (cause) => {
      why = reasonOf(cause);
    });
    socket.on('close', (code, reason) => {
      if (this.#closed || this.#socket !== socket) return;
      this.#socket = undefined;
      this.healthy = false;
      const text = why || reason.toString() || `code ${code}`;
      problem({ reason: 'connection', text: `${name} ended: ${text}`, sample: '' });
      this.#reconnect();
    });
  }

  #reconnect(): void {
    const { timers, random } = this.#options;
    this.#cancel?.();
    this.#cancelPing?.();
    this.#failures++;
    this.reconnections++;
    this.#cancel = timers.after(backoffMs(reconnectBackoff, this.#failures, random), () => this.#connect());
  }

  #ping(send: (text: string) => void): void {
    const { ping, timers } = this.#options;
    if (ping === undefined) return;
    this.#cancelPing = timers.after(ping.everyMs, () => {
      send(ping.text);
      this.#ping(send);
    });
  }

  /** Looks again when the time that a frame may take is over; a silent connection is dropped. */
  #watch(withinMs: number): void {
    const { timers, now, silentAfterMs, name, problem } = this.#options;
    this.#cancel?.();
    this.#cancel = timers.after(withinMs, () => {
      const quietMs = now() - this.#lastFrameAt;
      const allowedMs = this.healthy ? silentAfterMs : withinMs;
      if (quietMs < allowedMs) {
        this.#watch(Math.max(1, allowedMs - quietMs));
        return;
      }
      const text = `${name} is open but silent for ${Math.round(quietMs / 1_000)} s: connecting anew`;
      problem({ reason: 'connection', text, sample: '' });
      const silent = this.#socket;
      this.#socket = undefined;
      this.healthy = false;
      silent?.terminate();
      this.#reconnect();
    });
  }
}
