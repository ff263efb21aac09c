/** The lags of the last minute's frames, as far as a figure for people needs them. */

/** A sample of every frame beyond that. */
const samplesMax = 4_096;
const windowMs = 60_000;

export class LagWindow {
  readonly #lags = new Float64Array(samplesMax);
  readonly #times = new Float64Array(samplesMax);
  #next = 0;
  #count = 0;

  add(lagMs: number, time: number): void {
    this.#lags[this.#next] = lagMs;
    this.#times[this.#next] = time;
    this.#next = (this.#next + 1) % samplesMax;
    this.#count = Math.min(this.#count + 1, samplesMax);
  }

  /** Of the last minute; undefined where nothing came. `share` from 0 to 1. */
  quantile(share: number, now: number): number | undefined {
    const recent: number[] = [];
    for (let index = 0; index < this.#count; index++) {
      if (now - (this.#times[index] ?? 0) <= windowMs) recent.push(this.#lags[index] ?? 0);
    }
    if (recent.length === 0) return undefined;
    recent.sort((left, right) => left - right);
    return recent[Math.min(recent.length - 1, Math.floor(recent.length * share))];
  }
}
