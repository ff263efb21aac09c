/** Candles of made-up markets: a dull one, and one in which something happens. The same seed gives the same candles. */
import { type Candle, MINUTE_MS } from '@screener/market';
import { SeededRandom } from './seeded-random.ts';

/** Quote volume of an ordinary minute. */
const USUAL_VOLUME = 20_000;
/** Prices of a dull market swing around their mean by so much, in so many minutes. */
const SWING = 0.013;
const SWING_MINUTES = 240;

export interface Move {
  readonly minutes: number;
  /** Change over all of it in percent, as even as a little noise allows. */
  readonly change: number;
  /** Times the usual volume; default 1. */
  readonly volume?: number;
  /** Share that takers buy; default a half. */
  readonly takerShare?: number;
  /** Range of a minute beyond its open and close, as a share of the price; default that of a dull minute. */
  readonly wick?: number;
  /** Largest random deviation of a close, as a share of the price; default that of a dull minute. */
  readonly noise?: number;
}

export class PatternMarket {
  readonly candles: Candle[] = [];
  readonly #random: SeededRandom;
  #price = 100;
  #openTime: number;

  constructor(seed: number, begin = Date.UTC(2026, 0, 5)) {
    this.#random = new SeededRandom(seed);
    this.#openTime = begin;
  }

  /** A price that swings around where it is, with ordinary volume: nothing to tell anybody. */
  dull(minutes: number): this {
    const mean = this.#price;
    for (let minute = 1; minute <= minutes; minute++) {
      const swing = 1 + SWING * Math.sin((2 * Math.PI * minute) / SWING_MINUTES);
      this.#add(mean * swing * this.#noise(0.0004), this.#volume(1), 0.5, 0.0008);
    }
    return this;
  }

  move({ minutes, change, volume = 1, takerShare = 0.5, wick = 0.0008, noise = 0.0002 }: Move): this {
    const from = this.#price;
    for (let minute = 1; minute <= minutes; minute++) {
      const close = from * (1 + ((change / 100) * minute) / minutes);
      // It ends where it should.
      const shaken = minute === minutes ? close : close * this.#noise(noise);
      this.#add(shaken, this.#volume(volume), takerShare, wick);
    }
    return this;
  }

  #noise(size: number): number {
    return 1 + size * (2 * this.#random.next() - 1);
  }

  #volume(times: number): number {
    return USUAL_VOLUME * times * this.#noise(0.1);
  }

  #add(close: number, quoteVolume: number, takerShare: number, wick: number): void {
    const open = this.#price;
    const price = (open + close) / 2;
    const volume = quoteVolume / price;
    this.candles.push({
      openTime: this.#openTime,
      open,
      high: Math.max(open, close) * (1 + wick * (0.5 + this.#random.next() / 2)),
      low: Math.min(open, close) * (1 - wick * (0.5 + this.#random.next() / 2)),
      close,
      volume,
      quoteVolume,
      trades: 10 + this.#random.below(90),
      takerBuyVolume: volume * takerShare,
      takerBuyQuoteVolume: quoteVolume * takerShare,
    });
    this.#price = close;
    this.#openTime += MINUTE_MS;
  }
}
