import { limits } from '../limits.ts';
import type { Source } from './source.ts';

/** A value that waits to be told: serialised when the first subscriber takes it, and then the same for all. */
type Payload = () => string;

/** One who reads a channel at its own pace. */
export interface Subscriber {
  /** The next payload as JSON; undefined: it is over. */
  next(): Promise<string | undefined>;
  leave(): void;
}

/**
 * All subscribers of one operation (same text, same variables): each value is executed and serialised once, however many
 * there are. A subscriber pulls; what it does not pull costs one flag (latest) or a bounded queue (each).
 */
export class Channel {
  readonly #source: Source;
  readonly #serialise: (value: unknown) => string;
  readonly #emptied: () => void;
  readonly #subscribers = new Set<Mailbox>();
  #current: string | undefined;
  #unlisten: (() => void) | undefined;

  constructor(source: Source, serialise: (value: unknown) => string, emptied: () => void) {
    this.#source = source;
    this.#serialise = serialise;
    this.#emptied = emptied;
  }

  get size(): number {
    return this.#subscribers.size;
  }

  /** `cutOff` is called when the subscriber is too far behind to be told everything. */
  join(cutOff: () => void): Subscriber {
    const { kind, waitingMost = limits.eventsWaiting } = this.#source;
    const mailbox = new Mailbox({
      ...{ kind, waitingMost },
      current: () => this.#currentPayload(),
      cutOff,
      left: () => this.#left(mailbox),
    });
    this.#subscribers.add(mailbox);
    this.#unlisten ??= this.#source.listen((value) => this.#deliver(value));
    if (kind === 'each') {
      const payload = this.#currentPayload();
      if (payload !== undefined) mailbox.deliver(() => payload);
    }
    return mailbox;
  }

  #deliver(value: unknown): void {
    this.#current = undefined;
    let text: string | undefined;
    const payload = (): string => {
      text ??= this.#serialise(value);
      return text;
    };
    for (const subscriber of this.#subscribers) subscriber.deliver(payload);
  }

  #currentPayload(): string | undefined {
    if (this.#current === undefined) {
      const value = this.#source.current();
      if (value !== undefined) this.#current = this.#serialise(value);
    }
    return this.#current;
  }

  #left(mailbox: Mailbox): void {
    if (!this.#subscribers.delete(mailbox) || this.#subscribers.size > 0) return;
    this.#unlisten?.();
    this.#unlisten = undefined;
    this.#emptied();
  }
}

interface MailboxOptions {
  readonly kind: Source['kind'];
  readonly waitingMost: number;
  readonly current: () => string | undefined;
  readonly cutOff: () => void;
  readonly left: () => void;
}

class Mailbox implements Subscriber {
  readonly #options: MailboxOptions;
  readonly #queue: Payload[] = [];
  /** Everything so far is unknown to one who has just come. */
  #behind: boolean;
  #waiting: ((payload: string | undefined) => void) | undefined;
  #over = false;

  constructor(options: MailboxOptions) {
    this.#options = options;
    this.#behind = options.kind === 'latest';
  }

  deliver(payload: Payload): void {
    if (this.#over) return;
    const waiting = this.#waiting;
    if (waiting) {
      this.#waiting = undefined;
      waiting(payload());
    } else if (this.#options.kind === 'latest') {
      this.#behind = true;
    } else if (this.#queue.push(payload) > this.#options.waitingMost) {
      this.leave();
      this.#options.cutOff();
    }
  }

  next(): Promise<string | undefined> {
    if (this.#over) return Promise.resolve(undefined);
    const queued = this.#queue.shift();
    if (queued !== undefined) return Promise.resolve(queued());
    if (this.#behind) {
      const current = this.#options.current();
      this.#behind = false;
      if (current !== undefined) return Promise.resolve(current);
    }
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  leave(): void {
    if (this.#over) return;
    this.#over = true;
    this.#queue.length = 0;
    this.#waiting?.(undefined);
    this.#waiting = undefined;
    this.#options.left();
  }
}
