/** Counts the frames of a measured process, and what they cost it. */
import type { FrameWork } from '../frame-side.ts';

const sampleEveryMs = 250;
const heardWithinMs = 60_000;

export class FrameMeter {
  readonly #silent: Set<string>;
  readonly #sampling: NodeJS.Timeout;
  #allHeard: () => void = () => {};
  #frames = 0;
  #rss = 0;
  #begun = { frames: 0, cpu: process.cpuUsage(), at: 0 };

  constructor(symbols: readonly string[]) {
    this.#silent = new Set(symbols);
    this.#sampling = setInterval(() => this.#sample(), sampleEveryMs);
  }

  frame(symbol: string): void {
    this.#frames += 1;
    if (this.#silent.size === 0 || !this.#silent.delete(symbol)) return;
    if (this.#silent.size === 0) this.#allHeard();
  }

  async allHeard(): Promise<void> {
    let timeout: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve, reject) => {
      this.#allHeard = resolve;
      if (this.#silent.size === 0) resolve();
      const late = (): void => reject(new Error(`nothing was heard of ${this.#silent.size} symbols`));
      timeout = setTimeout(late, heardWithinMs);
    });
    clearTimeout(timeout);
  }

  begin(): void {
    this.#rss = 0;
    this.#begun = { frames: this.#frames, cpu: process.cpuUsage(), at: performance.now() };
  }

  end(): FrameWork {
    const { user, system } = process.cpuUsage(this.#begun.cpu);
    this.#sample();
    return {
      frames: this.#frames - this.#begun.frames,
      cpuMs: (user + system) / 1_000,
      wallMs: performance.now() - this.#begun.at,
      rssMB: this.#rss / 1e6,
    };
  }

  stop(): void {
    clearInterval(this.#sampling);
  }

  #sample(): void {
    this.#rss = Math.max(this.#rss, process.memoryUsage.rss());
  }
}
