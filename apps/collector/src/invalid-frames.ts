/**
 * Frames that nobody can have meant: counted, said now and then, and kept in dead-letters as they came. Never guessed at,
 * and never so many that they drown what is well.
 */
import { encodeEvent } from '@screener/events';
import type { ExchangeProblem } from '@screener/exchanges';
import type { NewRecord } from '@screener/log';
import type { Logger } from '@screener/service';

export interface InvalidFrame {
  readonly problem: ExchangeProblem;
  /** `exchange:market`. */
  readonly source: string;
  /** Where the symbol is known. */
  readonly instrument: string | undefined;
}

export interface InvalidFramesOptions {
  readonly logger: Logger;
  readonly now: () => number;
  readonly counted: (reason: string) => void;
  /** Writes where this process may write; false where it may nowhere. */
  readonly write: (record: NewRecord, instrument: string | undefined) => boolean;
  readonly kept: (kept: boolean) => void;
}

const windowMs = 60_000;
/** The same again tells nothing new. */
const perSymbolAndReasonMax = 1;
const perMinuteMax = 60;
const frameBytesMax = 65_536;
/** Of each reason: many of one must not hide a few of another. */
const saidPerReasonMax = 5;

export class InvalidFrames {
  readonly #options: InvalidFramesOptions;
  #window = Number.NEGATIVE_INFINITY;
  #written = 0;
  #said = new Map<string, number>();
  #bySymbolAndReason = new Map<string, number>();
  #serial = 0;

  constructor(options: InvalidFramesOptions) {
    this.#options = options;
  }

  add({ problem, source, instrument }: InvalidFrame): void {
    const { logger, now, counted, write, kept } = this.#options;
    const { reason, text, frame, sample } = problem;
    counted(reason);
    const time = now();
    this.#roll(time);
    const said = this.#said.get(reason) ?? 0;
    this.#said.set(reason, said + 1);
    if (said < saidPerReasonMax) logger.warn(`${source}: ${text}`, { reason, ...(sample && { sample }) });
    if (frame === undefined) return;
    const key = `${instrument ?? ''}/${reason}`;
    const count = this.#bySymbolAndReason.get(key) ?? 0;
    const allowed = count < perSymbolAndReasonMax && this.#written < perMinuteMax;
    const written = allowed && write(letter({ problem, source, instrument }, time, this.#serial++), instrument);
    kept(written);
    if (!written) return;
    this.#bySymbolAndReason.set(key, count + 1);
    this.#written++;
  }

  #roll(time: number): void {
    if (time - this.#window < windowMs) return;
    this.#window = time;
    this.#written = 0;
    for (const [reason, said] of this.#said) {
      if (said <= saidPerReasonMax) continue;
      const text = `${said - saidPerReasonMax} more frames were refused in a minute`;
      this.#options.logger.warn(`${text}; screener dead-letters shows the first of each symbol`, { reason });
    }
    this.#said.clear();
    this.#bySymbolAndReason.clear();
  }
}

/** Frames have no place in a topic: the time they came at, and a number, stand for their offset. */
function letter({ problem, source, instrument }: InvalidFrame, time: number, serial: number): NewRecord {
  const { reason, text, frame = '' } = problem;
  const bytes = Buffer.from(frame);
  const value = encodeEvent('DeadLetter', {
    group: 'collector',
    topic: source,
    partition: 0,
    offset: Math.floor(time) * 1_000 + (serial % 1_000),
    timestamp: time,
    key: instrument ?? null,
    value: bytes.subarray(0, frameBytesMax),
    headers: { reason, ...(bytes.length > frameBytesMax && { bytes: String(bytes.length) }) },
    reason: text,
    stack: '',
  });
  return { topic: 'dead-letters', key: instrument ?? null, timestamp: time, value };
}
