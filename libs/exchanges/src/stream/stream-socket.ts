/**
 * One WebSocket from its opening to its end; whoever wants another one makes another one. Notices that the other side
 * is gone although TCP does not say so: what says nothing is asked for a sign of life, and given up without an answer.
 */
import type { Socket } from 'node:net';
import { reasonOf } from '@screener/errors';
import WebSocket from 'ws';
import type { Rate } from '../exchange.ts';
import type { Timers } from '../timers.ts';
import { RatePacer } from './rate-pacer.ts';
import type { ClientPing } from './stream-protocol.ts';
import { UsualFrames } from './usual-frames.ts';

export interface StreamSocketOptions {
  readonly url: string;
  readonly ping: ClientPing | undefined;
  readonly messageRate: Rate;
  readonly now: () => number;
  readonly timers: Timers;
  readonly opened: () => void;
  /** Takes a frame from where it lies; false: it has another form, and comes as `frame`. */
  readonly usual: ((bytes: Buffer, begin: number, end: number) => boolean) | undefined;
  readonly frame: (data: Buffer) => void;
  /** Once, and never after `close`. */
  readonly ended: (reason: string) => void;
}

const openWithinMs = 20_000;
/** Servers ping every 20 s to 3 min; this is asked for rather than waited for. */
const quietMs = 15_000;
const answerWithinMs = 10_000;
/** More than all the prices of an exchange in one frame. */
const frameBytesMax = 4 * 1_024 * 1_024;
/** More means that subscriptions change faster than the exchange lets us say so: a fresh connection says it at once. */
const messagesWaitingMax = 1_000;
const closeWithinMs = 1_000;

export class StreamSocket {
  readonly #options: StreamSocketOptions;
  readonly #socket: WebSocket;
  readonly #messages: RatePacer;
  readonly #cancels = new Set<() => void>();
  #over = false;
  #heard = false;

  constructor(options: StreamSocketOptions) {
    const { url, now, timers, messageRate, opened, usual, frame } = options;
    this.#options = options;
    this.#messages = new RatePacer({ rate: messageRate, now, timers });
    this.#socket = new WebSocket(url, { maxPayload: frameBytesMax, perMessageDeflate: false });
    let why = '';
    const cancelOpening = this.#after(openWithinMs, () => this.#end('it does not open'));
    let connection: Socket | undefined;
    this.#socket.on('upgrade', (response) => {
      connection = response.socket;
    });
    this.#socket.on('open', () => {
      if (this.#over) return;
      cancelOpening();
      if (connection !== undefined) this.#takeUsual(connection);
      opened();
      this.#pingOften();
      this.#watch();
    });
    this.#socket.on('message', (data) => {
      if (this.#over) return;
      this.#heard = true;
      // The library gives one piece, unless it is told otherwise.
      if (Buffer.isBuffer(data) && usual?.(data, 0, data.length) !== true) frame(data);
    });
    const alive = (): void => {
      this.#heard = true;
    };
    this.#socket.on('ping', alive);
    this.#socket.on('pong', alive);
    this.#socket.on('error', (cause) => {
      why = reasonOf(cause);
    });
    this.#socket.on('close', (code, reason) => this.#end(why || reason.toString() || `code ${code}`));
  }

  get open(): boolean {
    return !this.#over && this.#socket.readyState === WebSocket.OPEN;
  }

  /** Waits its turn within the rate of messages. */
  send(text: string): void {
    if (this.#over) return;
    this.#messages.pass(() => this.#sendNow(text));
    if (this.#messages.waiting > messagesWaitingMax) this.#end('too many messages wait to be sent');
  }

  /** What cannot wait, such as the answer to a question. */
  sendAtOnce(text: string): void {
    this.#messages.count();
    this.#sendNow(text);
  }

  /** Says goodbye, and does not wait for the answer for long. */
  close(): void {
    if (this.#over) return;
    this.#leave();
    this.#socket.close(1_000);
    const cancel = this.#options.timers.after(closeWithinMs, () => this.#socket.terminate());
    this.#socket.once('close', cancel);
  }

  terminate(): void {
    this.#leave();
    this.#socket.terminate();
  }

  #end(reason: string): void {
    if (this.#over) return;
    this.terminate();
    this.#options.ended(reason);
  }

  #leave(): void {
    this.#over = true;
    this.#messages.close();
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }

  #sendNow(text: string): void {
    if (this.open) this.#socket.send(text);
  }

  /** Before the library, which gets all other bytes. Should it not listen as it does in this version, it gets all of them. */
  #takeUsual(connection: Socket): void {
    const { usual } = this.#options;
    const [listen, ...others] = connection.listeners('data');
    if (usual === undefined || listen === undefined || others.length > 0) return;
    const frames = new UsualFrames({
      usual: (bytes, begin, end) => {
        if (this.#over || !usual(bytes, begin, end)) return false;
        this.#heard = true;
        return true;
      },
      pass: (bytes) => listen.call(connection, bytes),
    });
    const take = (bytes: Buffer): void => frames.take(bytes);
    connection.on('data', take);
    connection.off('data', listen as (bytes: Buffer) => void);
    // The library takes nothing after that, and reads on to the end.
    this.#socket.once('error', () => connection.off('data', take));
  }

  #pingOften(): void {
    const { ping } = this.#options;
    if (ping === undefined) return;
    this.#after(ping.everyMs, () => {
      this.sendAtOnce(ping.text);
      this.#pingOften();
    });
  }

  #watch(): void {
    this.#heard = false;
    this.#after(quietMs, () => {
      if (this.#heard) return this.#watch();
      this.#messages.count();
      this.#socket.ping();
      this.#after(answerWithinMs, () => {
        if (this.#heard) return this.#watch();
        // What has arrived while this process was busy must have been read before it counts as silence.
        setImmediate(() => {
          if (this.#over) return;
          if (this.#heard) this.#watch();
          else this.#end(`no sign of life for ${Math.round((quietMs + answerWithinMs) / 1_000)} s`);
        });
      });
    });
  }

  #after(ms: number, call: () => void): () => void {
    const cancel = this.#options.timers.after(ms, () => {
      this.#cancels.delete(cancel);
      if (!this.#over) call();
    });
    this.#cancels.add(cancel);
    return () => {
      this.#cancels.delete(cancel);
      cancel();
    };
  }
}
