/**
 * The logarithm of a price at the beginning of any minute, at random access: Brownian motion in the Lévy-Ciesielski
 * construction (a sum of tents of halving width, one draw per tent), tied down at anchors so that it never runs away. Calm
 * and wild times are made by scaling the tents of a stretch: they vanish at its ends, so the path stays whole.
 */
import { mix, normalOf, unitOf } from './hash.ts';

const anchorLevel = 13;
const anchorMinutes = 2 ** anchorLevel;
/** Wider tents are straight lines within a block of so many minutes: their sum is computed once per block. */
const blockLevel = 6;
const blockMinutes = 2 ** blockLevel;
/** Months differ, half hours differ more, and so do minutes within them. */
const regimeMinutes = 512;
const moodMinutes = 32;
const whimMinutes = 4;
const whims = [0.4, 0.7, 1, 1, 1.1, 1.3, 1.5, 0.2] as const;
/** Share of half hours in which next to nothing happens. */
const stillShare = 0.2;
const stillness = 0.12;

/** Height of a tent of each level, in deviations of a minute. */
const heights = Float64Array.from({ length: anchorLevel + 1 }, (_, level) => Math.sqrt(2 ** level / 4));
const moodLevel = Math.log2(moodMinutes);
const whimLevel = Math.log2(whimMinutes);

export class PricePath {
  readonly #seed: number;
  readonly #deviation: number;
  #block = Number.NaN;
  #from = 0;
  #to = 0;
  #regime = 1;
  #moodAt = Number.NaN;
  #mood = 1;
  #whimAt = Number.NaN;
  #whim = 1;

  constructor(seed: number, minuteDeviation: number) {
    this.#seed = seed;
    this.#deviation = minuteDeviation;
  }

  /** How wild a minute is: around 1. */
  wildness(minute: number): number {
    this.#enter(minute);
    return this.#regime * this.#mood * this.#whim;
  }

  /** Logarithm of price / typical price at the beginning of a minute. */
  at(minute: number): number {
    this.#enter(minute);
    const inside = minute - this.#block * blockMinutes;
    let value = this.#from + ((this.#to - this.#from) * inside) / blockMinutes;
    let scale = this.#deviation * this.#regime;
    // Minutes since 1970 have 31 bits until 6053: shifts are safe, and these are the hottest lines of all.
    for (let level = blockLevel; level >= 1; level--) {
      const place = minute & ((1 << level) - 1);
      if (place === 0) break; // a point on this grid lies on every finer one: all further tents are 0 here
      if (level === moodLevel) scale *= this.#mood;
      else if (level === whimLevel) scale *= this.#whim;
      const tent = 1 - Math.abs((2 * place) / (1 << level) - 1);
      value += tent * scale * (heights[level] ?? 0) * normalOf(mix(mix(this.#seed, 0x1000 + level), minute >> level));
    }
    return value;
  }

  #enter(minute: number): void {
    const block = minute >> blockLevel;
    if (block !== this.#block) {
      this.#block = block;
      this.#regime = regimeAt(this.#seed, minute);
      this.#from = this.#coarse(block * blockMinutes, block);
      this.#to = this.#coarse((block + 1) * blockMinutes, block);
    }
    const whim = minute >> whimLevel;
    if (whim === this.#whimAt) return;
    this.#whimAt = whim;
    this.#whim = whims[mix(mix(this.#seed, 0x7768696d), whim) & 7] ?? 1;
    const mood = minute >> moodLevel;
    if (mood === this.#moodAt) return;
    this.#moodAt = mood;
    this.#mood = moodAt(this.#seed, mood);
  }

  /** The tents wider than a block, as seen from within it. */
  #coarse(minute: number, block: number): number {
    const seed = this.#seed;
    const begin = block * blockMinutes;
    const anchor = Math.floor(begin / anchorMinutes);
    const along = (minute - anchor * anchorMinutes) / anchorMinutes;
    const spread = this.#deviation * Math.sqrt(anchorMinutes);
    let value = spread * ((1 - along) * normalOf(mix(seed, anchor)) + along * normalOf(mix(seed, anchor + 1)));
    for (let level = anchorLevel; level > blockLevel; level--) {
      const width = 2 ** level;
      const node = Math.floor(begin / width);
      const tent = 1 - Math.abs((2 * (minute - node * width)) / width - 1);
      const wildness = width > regimeMinutes ? 1 : this.#regime;
      value +=
        tent * wildness * this.#deviation * (heights[level] ?? 0) * normalOf(mix(mix(seed, 0x1000 + level), node));
    }
    return value;
  }
}

const regimeAt = (seed: number, minute: number): number =>
  Math.exp(0.3 * normalOf(mix(mix(seed, 0x7265676d), Math.floor(minute / regimeMinutes))));

function moodAt(seed: number, place: number): number {
  const draw = mix(mix(seed, 0x6d6f6f64), place);
  return unitOf(draw) < stillShare ? stillness : Math.min(2.2, Math.exp(0.45 * normalOf(mix(draw, 1)) - 0.1));
}
