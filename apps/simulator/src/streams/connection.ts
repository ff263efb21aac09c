/** One WebSocket of a client. */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Opening, Rate } from './stream-dialect.ts';

export interface Connection {
  readonly id: number;
  readonly address: string;
  readonly opening: Opening;
  /** Simulated time. */
  readonly openedAt: number;
  readonly socket: WebSocket;
  readonly transport: Duplex;
  readonly streams: Set<string>;
  /** Acknowledged, yet never delivered here. */
  readonly mute: Set<string>;
  readonly messages: RateCounter;
  readonly operations: RateCounter;
  /** Acknowledges and never sends an event. */
  silent: boolean;
  /** Frames are being gathered for one write. */
  gathering: boolean;
  pingedAt: number;
  /** When the ping was sent that nobody has answered yet. */
  unansweredSince: number | undefined;
  /** When either side last said something. */
  activeAt: number;
}

/** How often something happened in the last stretch of time. */
export class RateCounter {
  readonly #times: number[] = [];

  /** True while it is within the rate. */
  count({ count, windowMs }: Rate, now: number): boolean {
    while (this.#times[0] !== undefined && this.#times[0] <= now - windowMs) this.#times.shift();
    this.#times.push(now);
    if (this.#times.length <= count) return true;
    this.#times.shift();
    return false;
  }
}
