/** What the collector says of itself. */
import type { AppStatus } from '@screener/events';

const ratePeriodMs = 60_000;

export class Figures {
  readonly #now: () => number;
  /** Candles written, by second of the wall clock. */
  readonly #perSecond = new Map<number, number>();
  instruments = 0;
  primed = 0;
  repaired = 0;
  gaps = 0;
  late = 0;
  lagMs = 0;
  reconnections = 0;
  problems = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  candlesWritten(count: number): void {
    const second = Math.floor(this.#now() / 1_000);
    this.#perSecond.set(second, (this.#perSecond.get(second) ?? 0) + count);
  }

  candlesPerMinute(): number {
    const since = Math.floor((this.#now() - ratePeriodMs) / 1_000);
    let count = 0;
    for (const [second, candles] of this.#perSecond) {
      if (second <= since) this.#perSecond.delete(second);
      else count += candles;
    }
    return count;
  }

  summary(behind: number): { status: AppStatus; text: string; numbers: Readonly<Record<string, number>> } {
    const { instruments, primed, repaired, gaps, lagMs, late, reconnections, problems } = this;
    const candlesPerMinute = this.candlesPerMinute();
    const numbers = {
      instruments,
      primed,
      candlesPerMinute,
      lagMs,
      repaired,
      missing: gaps + behind,
      late,
      reconnections,
      problems,
    };
    if (primed < instruments) return { status: 'running', text: `priming ${primed} of ${instruments}`, numbers };
    const text = `${instruments} instruments, ${candlesPerMinute} candles in the last minute`;
    return {
      status: behind > 0 ? 'degraded' : 'running',
      text: behind > 0 ? `${text}, ${behind} behind` : text,
      numbers,
    };
  }
}
