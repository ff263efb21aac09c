/** One connection of a lane: keeps its subscriptions as the lane wants them, and counts what comes. */
import type { FrameReading } from './frame.ts';
import type { LaneOptions } from './stream-lane.ts';
import { StreamSocket } from './stream-socket.ts';

export interface LinkEvents {
  /** Returns what undoes it at the end. */
  readonly opened: () => (() => void) | undefined;
  readonly heard: (symbol: string) => void;
  /** The exchange says that it will end this connection. */
  readonly leaves: () => void;
  readonly ended: (reason: string) => void;
}

/** How much the latest stretch counts in the usual pace. */
const paceShare = 0.1;

export class LaneLink {
  readonly #options: LaneOptions;
  readonly #events: LinkEvents;
  readonly #socket: StreamSocket;
  readonly #subscribed: Set<string>;
  #wanted: ReadonlySet<string>;
  #messageId = 1;
  #frames = 0;
  #framesLooked = 0;
  #openedAt: number | undefined;
  #heardAt: number | undefined;
  #cancelOpened: (() => void) | undefined;
  /** When the first frame came that it is here for. */
  spokeAt: number | undefined;
  usualGapMs: number | undefined;
  /** Of a successor: what it must be heard of before it takes over. */
  awaited: Set<string> | undefined;
  cancelHandover: (() => void) | undefined;

  constructor(options: LaneOptions, symbols: ReadonlySet<string>, events: LinkEvents) {
    const { protocol, wsBase, limits, now, timers } = options;
    this.#options = options;
    this.#events = events;
    this.#wanted = symbols;
    const first = [...symbols];
    this.#subscribed = new Set(protocol.addressSubscribes ? first : []);
    const read = protocol.reader();
    const { usualUpdate } = protocol;
    this.#socket = new StreamSocket({
      url: protocol.url(wsBase, first),
      ping: protocol.ping,
      messageRate: limits.messageRate,
      now,
      timers,
      opened: () => this.#opened(),
      usual:
        usualUpdate &&
        ((bytes, begin, end) => {
          const update = usualUpdate(bytes, begin, end);
          if (update !== undefined) this.#heard(options.update(update, end - begin));
          return update !== undefined;
        }),
      frame: (data) => this.#frame(read(data.toString()), data.length),
      ended: (reason) => {
        this.#forget();
        events.ended(reason);
      },
    });
  }

  quietMs(now: number): number | undefined {
    const since = this.#heardAt ?? this.#openedAt;
    return since === undefined ? undefined : now - since;
  }

  /** Frames since the last look make the usual pace; nothing is learned from silence. */
  look(now: number): void {
    const frames = this.#frames - this.#framesLooked;
    this.#framesLooked = this.#frames;
    if (frames === 0) return;
    const gapMs = (now - (this.#heardAt ?? this.#openedAt ?? now)) / frames;
    this.#heardAt = now;
    this.usualGapMs = this.usualGapMs === undefined ? gapMs : this.usualGapMs + (gapMs - this.usualGapMs) * paceShare;
  }

  sync(wanted: ReadonlySet<string>): void {
    this.#wanted = wanted;
    if (!this.#socket.open) return;
    const { protocol, doubtful, subscribed } = this.#options;
    const gone = [...this.#subscribed].filter((symbol) => !wanted.has(symbol));
    const added = [...wanted].filter((symbol) => !this.#subscribed.has(symbol));
    const apart = protocol.refusesWhole ? added.filter(doubtful) : [];
    const together = apart.length === 0 ? added : added.filter((symbol) => !apart.includes(symbol));
    for (const symbol of gone) this.#subscribed.delete(symbol);
    for (const symbol of added) this.#subscribed.add(symbol);
    this.#send(protocol.unsubscribe(gone, this.#messageId));
    this.#send(protocol.subscribe(together, this.#messageId));
    for (const symbol of apart) this.#send(protocol.subscribe([symbol], this.#messageId));
    subscribed(added);
  }

  /** Ends it as if it had ended by itself. */
  fail(reason: string): void {
    this.#forget();
    this.#socket.terminate();
    this.#events.ended(reason);
  }

  close(): void {
    this.#forget();
    this.#socket.close();
  }

  #opened(): void {
    const { protocol, now, subscribed } = this.#options;
    this.#openedAt = now();
    this.#cancelOpened = this.#events.opened();
    this.#send(protocol.greeting ?? []);
    subscribed([...this.#subscribed].filter((symbol) => this.#wanted.has(symbol)));
    this.sync(this.#wanted);
  }

  #frame(reading: FrameReading, bytes: number): void {
    if (typeof reading === 'object' && 'reply' in reading) this.#socket.sendAtOnce(reading.reply);
    const symbol = this.#options.reading(reading, bytes);
    if (reading === 'shutdown') this.#events.leaves();
    this.#heard(symbol);
  }

  #heard(symbol: string | undefined): void {
    if (symbol === undefined) return;
    this.#frames++;
    if (this.spokeAt === undefined || this.awaited !== undefined) this.#events.heard(symbol);
  }

  #send(messages: readonly string[]): void {
    this.#messageId += messages.length;
    for (const text of messages) this.#socket.send(text);
  }

  #forget(): void {
    this.#cancelOpened?.();
    this.cancelHandover?.();
  }
}
