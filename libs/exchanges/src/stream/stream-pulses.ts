/**
 * How every single stream is doing: when it was heard last, how often it usually speaks, and up to which minute. Tells
 * those that fell silent among healthy ones; where all are quiet the market is, and nobody is blamed.
 */
import { MINUTE_MS } from '@screener/market';
import type { KlineUpdate } from '../exchange.ts';
import type { SilenceLimits } from './stream-protocol.ts';

interface Pulse {
  subscribedAt: number;
  /** From then on something is expected of it: it was subscribed, or its silence was excused. */
  expectedAt: number;
  /** Since its subscription was sent. */
  spoke: boolean;
  heardAt: number;
  /** Usual time between two frames, and the longest of late; NaN until two have come. */
  gapMs: number;
  gapMsLongest: number;
  /** Every minute before this one is over, as far as this stream says. */
  settledUntil: number;
  /** How often in a row it was subscribed elsewhere in vain. */
  misses: number;
  silent: boolean;
}

/** A stream is late at so many times its usual pace, or so many times its longest pause of late. */
const usualGapsMax = 20;
const longestGapsMax = 3;
/** Beyond what any stream may be silent for: so much more than the longest pause that it came back from by itself. */
const longestGapMargin = 1.5;
const gapShare = 1 / 16;
const longestGapFade = 0.98;
/** Each attempt in vain doubles the patience, up to so many times. */
const patienceMax = 64;
/** What so large a part of the streams has reached is the exchange's time: one strange frame does not make it. */
const leadersShare = 1 / 4;

export class StreamPulses {
  readonly #limits: SilenceLimits;
  readonly #pulses = new Map<string, Pulse>();
  /** The minute that the leaders have reached, and since when. */
  #reached = 0;
  #reachedAt = 0;

  constructor(limits: SilenceLimits) {
    this.#limits = limits;
  }

  has(symbol: string): boolean {
    return this.#pulses.has(symbol);
  }

  listen(symbol: string, now: number): void {
    this.#pulses.set(symbol, {
      subscribedAt: now,
      expectedAt: now,
      spoke: false,
      heardAt: now,
      gapMs: Number.NaN,
      gapMsLongest: 0,
      settledUntil: 0,
      misses: 0,
      silent: false,
    });
  }

  forget(symbol: string): void {
    this.#pulses.delete(symbol);
  }

  subscribed(symbol: string, now: number): void {
    const pulse = this.#pulses.get(symbol);
    if (pulse === undefined) return;
    pulse.subscribedAt = now;
    pulse.expectedAt = now;
    pulse.spoke = false;
  }

  /** Their silence up to now was not theirs. */
  excuse(symbols: Iterable<string>, now: number): void {
    for (const symbol of symbols) {
      const pulse = this.#pulses.get(symbol);
      if (pulse !== undefined) pulse.expectedAt = now;
    }
  }

  /** False: nobody listens to that symbol. */
  heard({ symbol, candle, closed }: KlineUpdate, now: number): boolean {
    const pulse = this.#pulses.get(symbol);
    if (pulse === undefined) return false;
    if (pulse.spoke) {
      const gapMs = now - pulse.heardAt;
      pulse.gapMs = Number.isNaN(pulse.gapMs) ? gapMs : pulse.gapMs + (gapMs - pulse.gapMs) * gapShare;
      pulse.gapMsLongest = Math.max(gapMs, pulse.gapMsLongest * longestGapFade);
      // Some exchanges answer a subscription with one frame, which says nothing of those to come.
      pulse.misses = 0;
    } else if (pulse.misses > 0 && now - pulse.subscribedAt > this.#limits.manyMs) {
      // It was not the new subscription that made it speak: it pauses for so long.
      pulse.gapMsLongest = Math.max(pulse.gapMsLongest, now - pulse.heardAt);
    }
    const settledUntil = closed ? candle.openTime + MINUTE_MS : candle.openTime;
    if (settledUntil > pulse.settledUntil) pulse.settledUntil = settledUntil;
    pulse.heardAt = now;
    pulse.spoke = true;
    pulse.silent = false;
    return true;
  }

  /** It was found silent, and has not been heard since. */
  silent(symbol: string): boolean {
    return this.#pulses.get(symbol)?.silent ?? false;
  }

  misses(symbol: string): number {
    return this.#pulses.get(symbol)?.misses ?? 0;
  }

  missed(symbol: string): void {
    const pulse = this.#pulses.get(symbol);
    if (pulse === undefined) return;
    pulse.misses++;
    pulse.silent = true;
  }

  /** To be called now and then, before `silentOnes`: how far the streams have come, and whether the market pauses. */
  look(now: number): void {
    const pulses = [...this.#pulses.values()];
    const pausing = pulses.filter((pulse) => pulse.spoke && now - pulse.heardAt > this.#patienceMs(pulse));
    // What comes after that counts again, and what proves otherwise.
    if (pausing.length * 2 > pulses.length) for (const pulse of pausing) pulse.expectedAt = now;
    const settled = pulses.map(({ settledUntil }) => settledUntil).sort((a, b) => b - a);
    const reached = settled[Math.ceil(settled.length * leadersShare) - 1];
    if (reached === undefined || reached <= this.#reached) return;
    this.#reached = reached;
    this.#reachedAt = now;
  }

  /** Those that say nothing although they should. */
  silentOnes(symbols: Iterable<string>, now: number): readonly string[] {
    return [...symbols].filter((symbol) => {
      const pulse = this.#pulses.get(symbol);
      return pulse !== undefined && (this.#isOverdue(pulse, now) || quietMs(pulse, now) > this.#patienceMs(pulse));
    });
  }

  #patienceMs(pulse: Pulse): number {
    const { manyMs, oneMs } = this.#limits;
    const { gapMs, gapMsLongest } = pulse;
    const usualMs = Math.max(manyMs, gapMs * usualGapsMax, gapMsLongest * longestGapsMax);
    const mostMs = Math.max(oneMs, gapMsLongest * longestGapMargin);
    return (Number.isNaN(gapMs) ? mostMs : Math.min(usualMs, mostMs)) * patience(pulse);
  }

  /** The others have closed a minute that it has not, by the exchange's own time. */
  #isOverdue(pulse: Pulse, now: number): boolean {
    const { finalOverdueMs, oneMs } = this.#limits;
    if (finalOverdueMs === undefined || pulse.settledUntil === 0 || pulse.settledUntil >= this.#reached) return false;
    // It has paused for longer than any stream of final candles would.
    if (pulse.gapMsLongest > oneMs) return false;
    const waitedMs = Math.min(now - this.#reachedAt, now - Math.max(pulse.heardAt, pulse.subscribedAt));
    return waitedMs > finalOverdueMs * patience(pulse);
  }
}

const quietMs = ({ spoke, expectedAt, heardAt }: Pulse, now: number): number =>
  now - (spoke ? Math.max(heardAt, expectedAt) : expectedAt);

const patience = ({ misses }: Pulse): number => Math.min(patienceMax, 2 ** misses);
