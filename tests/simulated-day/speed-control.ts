/** How fast simulated time may run: as fast as the busiest process keeps up with, never faster than asked for. Pure. */

export interface SpeedLimits {
  readonly least: number;
  readonly most: number;
}

/** Shares of the time in which the busiest event loop had something to do. */
const tooBusy = 0.85;
const idle = 0.65;
const slower = 0.6;
const faster = 1.12;
/** Changes smaller than this are not worth telling. */
const changeLeast = 0.02;

export class SpeedControl {
  readonly #limits: SpeedLimits;
  #speed: number;

  constructor(limits: SpeedLimits) {
    this.#limits = limits;
    this.#speed = limits.least;
  }

  get speed(): number {
    return this.#speed;
  }

  /** A process is starting, or none is there: nothing is known of how it will keep up. True where the speed changes. */
  slowDown(): boolean {
    return this.#set(this.#limits.least);
  }

  /**
   * `busiest`: share of the last moments in which the busiest process worked. `most`: where less than ever is allowed now.
   * True where the speed changes.
   */
  look(busiest: number, most = this.#limits.most): boolean {
    if (this.#speed > most) return this.#set(most);
    if (busiest > tooBusy) return this.#set(this.#speed * slower);
    if (this.#speed * faster > most && most < this.#limits.most) return false;
    return busiest < idle && this.#set(this.#speed * faster);
  }

  #set(wanted: number): boolean {
    const speed = Math.min(this.#limits.most, Math.max(this.#limits.least, wanted));
    const changed = Math.abs(speed - this.#speed) > this.#speed * changeLeast;
    if (changed) this.#speed = speed;
    return changed;
  }
}
