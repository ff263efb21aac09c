/** When candles could be fetched: REST answered as agreed, and a collector was there to ask. */
import { type FaultKind, type FaultScript, restFaultKinds } from '@screener/simulator';

const unreachableWhile: ReadonlySet<FaultKind> = new Set<FaultKind>(restFaultKinds);

/** Requests that hang when it is over are given up by then. Simulated. */
const aftermathMs = 30_000;

interface Period {
  readonly from: number;
  readonly to: number;
}

export class Reachability {
  readonly #faults: Pick<FaultScript, 'records'>;
  readonly #absences: Period[] = [];
  #absentSince: number | undefined;

  constructor(faults: Pick<FaultScript, 'records'>) {
    this.#faults = faults;
  }

  /** No collector is there. */
  gone(time: number): void {
    this.#absentSince ??= time;
  }

  back(time: number): void {
    if (this.#absentSince === undefined) return;
    this.#absences.push({ from: this.#absentSince, to: time });
    this.#absentSince = undefined;
  }

  /** REST is out of reach, or was a moment ago: what was refused or hung is being asked for again. */
  isTroubled(now: number): boolean {
    return this.#unreachable(now).some(({ to }) => to > now - aftermathMs);
  }

  /** How much of [from, to] was left for fetching. */
  reachableMs(from: number, to: number): number {
    const periods = [...this.#unreachable(to), ...this.#absences]
      .filter((period) => period.to > from && period.from < to)
      .sort((left, right) => left.from - right.from);
    let reachable = 0;
    let at = from;
    for (const period of periods) {
      reachable += Math.max(0, period.from - at);
      at = Math.max(at, period.to);
    }
    return reachable + Math.max(0, to - at);
  }

  #unreachable(now: number): readonly Period[] {
    return this.#faults.records
      .filter(({ fault }) => unreachableWhile.has(fault.kind))
      .map(({ startedAt, endedAt = now }) => ({ from: startedAt, to: endedAt }));
  }
}
