/** When each instrument was not traded, by the topic `instruments`: such minutes are not missing. */
import { decodeAs, type InstrumentStatus } from '@screener/events';
import type { Log } from '@screener/log';
import { minuteOf } from './instrument-audit.ts';

/** Minutes since 1970; `to` is the first one after it. */
export interface QuietPeriod {
  readonly from: number;
  readonly to: number;
}

/** The catalogue is asked once a minute, so a halt is learned of that much later; one more for a question that fails. */
const learnedLateMinutes = 3;

interface Learned {
  readonly minute: number;
  readonly status: InstrumentStatus;
}

export class StatusHistory {
  readonly #learned = new Map<string, Learned[]>();
  readonly #partitions = new Map<string, number>();

  learn(instrument: string, partition: number, timeMs: number, status: InstrumentStatus): void {
    const before = this.#learned.get(instrument) ?? [];
    if (before.at(-1)?.status !== status) before.push({ minute: minuteOf(timeMs), status });
    this.#learned.set(instrument, before);
    this.#partitions.set(instrument, partition);
  }

  /** With the partition that each stands in. */
  get instruments(): ReadonlyMap<string, number> {
    return this.#partitions;
  }

  /** The minute in which the log first said anything of it that it still has. */
  knownSince(instrument: string): number | undefined {
    return this.#learned.get(instrument)?.[0]?.minute;
  }

  /** Since some time, and still. */
  isDelisted(instrument: string): boolean {
    return this.#learned.get(instrument)?.at(-1)?.status === 'delisted';
  }

  quietPeriods(instrument: string): readonly QuietPeriod[] {
    const learned = this.#learned.get(instrument) ?? [];
    return learned.flatMap(({ minute, status }, index) => {
      if (status === 'trading') return [];
      const until = learned[index + 1]?.minute ?? Number.POSITIVE_INFINITY;
      return [{ from: minute - learnedLateMinutes, to: until + 1 }];
    });
  }
}

export async function readStatusHistory(log: Log): Promise<StatusHistory> {
  const history = new StatusHistory();
  for await (const batch of log.reader({ topic: 'instruments', from: 'beginning', until: 'end' })) {
    for (const { key, value, partition, timestamp } of batch) {
      if (key === null || value === null) continue;
      history.learn(key, partition, timestamp, decodeAs('InstrumentChanged', value).status);
    }
  }
  return history;
}
