/**
 * A place for streams that outlives its connections: connects anew with exponential back-off and full jitter, opens a
 * circuit after too many failures in a row, and replaces a connection without a break before the exchange ends it.
 */
import { type Backoff, backoffMs } from '../backoff.ts';
import type { KlineUpdate, ProblemListener, StreamLimits } from '../exchange.ts';
import type { Timers } from '../timers.ts';
import type { FrameReading } from './frame.ts';
import { LaneLink } from './lane-link.ts';
import type { RatePacer } from './rate-pacer.ts';
import type { StreamProtocol } from './stream-protocol.ts';

/** What all lanes of a stream have in common. */
export interface LaneSurroundings {
  readonly wsBase: string;
  readonly limits: StreamLimits;
  /** Shared by all who open connections from this address. */
  readonly connections: RatePacer;
  readonly now: () => number;
  readonly random: () => number;
  readonly timers: Timers;
}

export interface LaneOptions extends LaneSurroundings {
  /** For people. */
  readonly name: string;
  readonly protocol: StreamProtocol;
  /** The subscription of these was sent. */
  readonly subscribed: (symbols: readonly string[]) => void;
  /** Its subscription may be the reason why those of others were refused. */
  readonly doubtful: (symbol: string) => boolean;
  /** Takes what a frame said; the symbol that was heard, if one was. */
  readonly reading: (reading: FrameReading, bytes: number) => string | undefined;
  /** The same of a frame with one update, as nearly all are. */
  readonly update: (update: KlineUpdate, bytes: number) => string | undefined;
  readonly problem: ProblemListener;
}

const reconnectBackoff: Backoff = { baseMs: 500, maxMs: 30_000 };
/** So many failures in a row open the circuit. */
const failuresMax = 10;
const circuitPause: Backoff = { baseMs: 60_000, maxMs: 600_000 };
/** A connection that did not live so long was none. */
const stableAfterMs = 10_000;
/** What has not been heard on a new connection by then is quiet anyway. */
const handoverWithinMs = 5_000;
/** How long before its end a connection is replaced, of the age that the exchange allows: 7 to 14 minutes of a day. */
const leadShare = 0.005;

export class StreamLane {
  readonly symbols = new Set<string>();
  readonly #options: LaneOptions;
  #current: LaneLink | undefined;
  /** Takes over once it has been heard. */
  #next: LaneLink | undefined;
  #cancelCurrent: (() => void) | undefined;
  #cancelNext: (() => void) | undefined;
  #failures = 0;
  #failuresOfNext = 0;
  #pauses = 0;
  #replacing = false;
  #closed = false;
  circuitOpen = false;
  /** Silent connections in a row that were given up. */
  silences = 0;
  /** When last nobody else was heard. */
  aloneAt = 0;
  reconnections = 0;
  replacements = 0;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  get protocol(): StreamProtocol {
    return this.#options.protocol;
  }

  get healthy(): boolean {
    return this.#current?.spokeAt !== undefined;
  }

  /** Connected for so long without a frame, or since the last one; undefined while it is not connected. */
  quietMs(now: number): number | undefined {
    return this.#current?.quietMs(now);
  }

  /** Usual time between two frames of the connection; undefined until it has one. */
  get usualGapMs(): number | undefined {
    return this.#current?.usualGapMs;
  }

  start(): void {
    this.#connect(0);
  }

  /** After `symbols` changed. */
  sync(): void {
    this.#current?.sync(this.symbols);
    this.#next?.sync(this.symbols);
  }

  /** A new connection first, then the end of this one. */
  replace(): void {
    if (this.#closed || this.#replacing || this.#current === undefined) return;
    this.#replacing = true;
    this.#connectNext(0);
  }

  /** Gives up a connection that is open but says nothing. */
  giveUp(quietMs: number): void {
    this.silences++;
    this.#current?.fail(`open but silent for ${Math.round(quietMs / 1_000)} s`);
  }

  /** Counts frames for `usualGapMs`. */
  look(now: number): void {
    this.#current?.look(now);
    if (this.#next !== undefined && (this.#next.quietMs(now) ?? 0) > this.#options.protocol.silence.oneMs) {
      this.#next.fail('open but silent');
    }
  }

  close(): void {
    this.#closed = true;
    this.#cancelCurrent?.();
    this.#cancelNext?.();
    this.#current?.close();
    this.#next?.close();
    this.#current = undefined;
    this.#next = undefined;
  }

  /** After a pause, and as soon as connections may be opened. */
  #soon(delayMs: number, open: () => void): () => void {
    const { connections, timers } = this.#options;
    let cancel = timers.after(delayMs, () => {
      cancel = connections.pass(open);
    });
    return () => cancel();
  }

  #connect(delayMs: number): void {
    this.#cancelCurrent = this.#soon(delayMs, () => {
      this.#current = this.#link();
    });
  }

  #connectNext(delayMs: number): void {
    this.#cancelNext = this.#soon(delayMs, () => {
      this.#next = this.#link();
    });
  }

  #link(): LaneLink {
    const { connectionAgeMsMax } = this.#options.limits;
    const link: LaneLink = new LaneLink(this.#options, this.symbols, {
      opened: () => {
        if (connectionAgeMsMax === null) return undefined;
        const leadMs = connectionAgeMsMax * leadShare * (1 + this.#options.random());
        return this.#options.timers.after(connectionAgeMsMax - leadMs, () => this.#leaves(link));
      },
      heard: (symbol) => this.#heard(link, symbol),
      leaves: () => this.#leaves(link),
      ended: (reason) => (link === this.#next ? this.#nextLost(reason) : this.#lost(reason)),
    });
    return link;
  }

  /** The exchange will end this connection soon. */
  #leaves(link: LaneLink): void {
    if (link === this.#current) this.replace();
    else if (link === this.#next) link.fail('it ends before it began');
  }

  #heard(link: LaneLink, symbol: string): void {
    const { now, timers } = this.#options;
    const first = link.spokeAt === undefined;
    if (first) link.spokeAt = now();
    if (link === this.#current) {
      if (!first) return;
      this.silences = 0;
      if (!this.circuitOpen) return;
      this.circuitOpen = false;
      // One more failure, and it opens again.
      this.#failures = failuresMax - 1;
      return;
    }
    if (first) {
      link.awaited = new Set(this.symbols);
      link.cancelHandover = timers.after(handoverWithinMs, () => this.#handOver(link));
    }
    link.awaited?.delete(symbol);
    if (link.awaited?.size === 0) this.#handOver(link);
  }

  #handOver(link: LaneLink): void {
    if (link !== this.#next) return;
    this.#current?.close();
    this.#take(link);
    this.replacements++;
  }

  #take(link: LaneLink): void {
    link.awaited = undefined;
    link.cancelHandover?.();
    this.#current = link;
    this.#next = undefined;
    this.#replacing = false;
    this.#failuresOfNext = 0;
  }

  #lost(reason: string): void {
    const { problem, now, random, name } = this.#options;
    const link = this.#current;
    this.#current = undefined;
    problem({ reason: 'connection', text: `${name} ended: ${reason}`, sample: '' });
    if (this.#closed) return;
    this.reconnections++;
    // The one that was to follow is on its way already.
    if (this.#next !== undefined) {
      this.#take(this.#next);
      return;
    }
    this.#cancelNext?.();
    this.#replacing = false;
    if (link?.spokeAt !== undefined && now() - link.spokeAt >= stableAfterMs) {
      this.#failures = 0;
      this.#pauses = 0;
    }
    this.#failures++;
    if (this.#failures < failuresMax) this.#connect(backoffMs(reconnectBackoff, this.#failures, random));
    else this.#pause();
  }

  #pause(): void {
    const { problem, random, name } = this.#options;
    if (!this.circuitOpen) {
      const text = `${name} failed ${this.#failures} times in a row: it is left alone for a while`;
      problem({ reason: 'connection', text, sample: '' });
    }
    this.circuitOpen = true;
    this.#pauses++;
    // At least half of it: a circuit that closes at once is none.
    this.#connect(backoffMs(circuitPause, this.#pauses, () => 0.5 + random() / 2));
  }

  #nextLost(reason: string): void {
    const { problem, random, name } = this.#options;
    this.#next = undefined;
    if (this.#closed) return;
    this.#failuresOfNext++;
    problem({ reason: 'connection', text: `the successor of ${name} ended: ${reason}`, sample: '' });
    this.#connectNext(backoffMs(reconnectBackoff, this.#failuresOfNext, random));
  }
}
