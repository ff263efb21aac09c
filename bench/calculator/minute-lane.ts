/** One way for minutes to go: written at one end, read with read_committed at the other; the same bookkeeping for all. */
import type { Log, NewRecord, Writer } from '@screener/log';
import { percentile } from '../framework/statistics.ts';
import { benchRecord } from '../log/records.ts';
import { type MarketSize, SimulatedMinutes } from './simulated-minutes.ts';

export interface LanePlace {
  readonly input: string;
  readonly output: string;
  readonly size: MarketSize;
  /** Instead of candles: so many bytes for each instrument, which somebody hands on as they are. */
  readonly recordBytes?: number;
}

export interface LaneRun {
  readonly minutes: number;
  /** Between two minutes the log is idle. */
  readonly pauseMs: number;
}

/** From the input being durable to the output being read, in ms; 0 where the output was there first. */
export interface Latencies {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Of an output, on average. */
  readonly recordBytes: number;
}

/** By the wall clock, so that processes can be compared. */
export interface MinuteMoments {
  readonly durableAt: number;
  readonly firstAt: number;
  readonly allAt: number;
}

/** What was put out for one instrument. */
export interface SeenOutput {
  readonly instrument: string;
  readonly value: Uint8Array;
}

const minuteWithinMs = 120_000;
export const wallTime = (): number => performance.timeOrigin + performance.now();

export class MinuteLane {
  readonly #writer: Pick<Writer, 'append'>;
  readonly #instruments: number;
  readonly #records: () => NewRecord[];
  #seen = new Map<string, { readonly at: number; readonly value: Uint8Array }>();
  #allSeen: () => void = () => {};

  constructor(writer: Pick<Writer, 'append'>, { input, size, recordBytes }: LanePlace) {
    this.#writer = writer;
    this.#instruments = size.instruments;
    const market = new SimulatedMinutes(size);
    let minute = 0;
    this.#records = () => {
      minute += 1;
      if (recordBytes === undefined) return market.next(input);
      const indexes = Array.from({ length: size.instruments }, (_, index) => index);
      return indexes.map((index) => ({ topic: input, ...benchRecord(index, recordBytes, minute) }));
    };
  }

  /** In the order in which they came. */
  get outputs(): readonly SeenOutput[] {
    return [...this.#seen].map(([instrument, { value }]) => ({ instrument, value }));
  }

  seen(instrument: string, value: Uint8Array): void {
    this.#seen.set(instrument, { at: wallTime(), value });
    if (this.#seen.size === this.#instruments) this.#allSeen();
  }

  /** Writes minutes without a look at what comes of them. Returns how many records they are. */
  async fill(minutes: number): Promise<number> {
    let records = 0;
    for (let minute = 0; minute < minutes; minute += 1) {
      const batch = this.#records();
      await this.#writer.append(batch);
      records += batch.length;
    }
    return records;
  }

  /** Writes the next minute, and waits until there is an output for each instrument. */
  async minute(): Promise<MinuteMoments> {
    const records = this.#records();
    this.#seen = new Map();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#allSeen = resolve;
    const tooLate = (): void => reject(new Error(`only ${this.#seen.size} of ${this.#instruments} outputs came`));
    const patience = setTimeout(tooLate, minuteWithinMs);
    await this.#writer.append(records);
    const durableAt = wallTime();
    await promise.finally(() => clearTimeout(patience));
    const moments = [...this.#seen.values()].map(({ at }) => at);
    return { durableAt, firstAt: Math.min(...moments), allAt: Math.max(...moments) };
  }

  async run({ minutes, pauseMs }: LaneRun): Promise<Latencies> {
    const latencies: number[] = [];
    let bytes = 0;
    for (let minute = 0; minute < minutes; minute += 1) {
      const { durableAt } = await this.minute();
      for (const { at, value } of this.#seen.values()) {
        latencies.push(Math.max(0, at - durableAt));
        bytes += value.length;
      }
      if (pauseMs > 0) await new Promise((next) => setTimeout(next, pauseMs));
    }
    const [p50, p99, max] = [0.5, 0.99, 1].map((share) => percentile(latencies, share)) as [number, number, number];
    return { p50, p99, max, recordBytes: Math.round(bytes / latencies.length) };
  }
}

/** A lane over the log: follows the output from its end. */
export async function openLane(log: Log, place: LanePlace): Promise<MinuteLane> {
  const lane = new MinuteLane(log.writer(), place);
  const reader = log.reader({ topic: place.output, from: 'end' });
  void (async () => {
    for await (const records of reader) {
      for (const { key, value } of records) if (key !== null && value !== null) lane.seen(key, value);
    }
  })();
  // The reader's position is that of now once it is known.
  while (log.engine === 'kafka' && reader.positions().size === 0) await new Promise((next) => setTimeout(next, 5));
  return lane;
}
