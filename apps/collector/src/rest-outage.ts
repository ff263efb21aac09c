/**
 * Notices that nobody's candles can be had over REST. Then one instrument at a time asks for all, soon and again and again,
 * and when it is answered everybody may go on at once: who failed often would else wait long after it is over.
 */

/** In a row, whoever met them. */
const failuresMin = 8;
const probeEveryMs = 2_000;

export class RestOutage {
  #failures = 0;
  #isProbed = false;
  #probeAt = 0;

  get isOn(): boolean {
    return this.#failures >= failuresMin;
  }

  /** Whether it is time to see if it is over. */
  isToProbe(wallTime: number): boolean {
    return this.isOn && !this.#isProbed && wallTime >= this.#probeAt;
  }

  probed(): void {
    this.#isProbed = true;
  }

  failed(wallTime: number): void {
    this.#failures++;
    this.#isProbed = false;
    this.#probeAt = wallTime + probeEveryMs;
  }

  /** REST answers. True: that ends an outage. */
  answered(): boolean {
    const wasOn = this.isOn;
    this.#failures = 0;
    this.#isProbed = false;
    return wasOn;
  }
}
