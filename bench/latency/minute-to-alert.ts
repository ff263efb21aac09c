/** Writes minutes of a market, and watches when their metrics and their alerts can be read. */
import type { Log, Writer } from '@screener/log';
import { wallTime } from '../calculator/minute-lane.ts';
import { fillMinutes, SimulatedMinutes } from '../calculator/simulated-minutes.ts';
import { percentile } from '../framework/statistics.ts';

export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** From the candles being durable, in ms; 0 where something was there before the writer knew that they are. */
export interface MinuteLatencies {
  readonly metrics: Quantiles;
  readonly alerts: Quantiles;
}

export const watched = ['metrics.closed', 'alerts'] as const;
type Watched = (typeof watched)[number];

/** The first minutes wait for everything that was written before them. */
const warmUpWithinMs = 600_000;
const minuteWithinMs = 60_000;
/** A rule that was just saved is in force from the next minute on: one without alerts is not waited for. */
const ruleWithinMs = 5_000;

export class MinuteToAlert {
  readonly #log: Log;
  readonly #writer: Writer;
  readonly #instruments: number;
  readonly #market: SimulatedMinutes;
  #timestamp = 0;
  /** By topic: when the first event of each instrument for the minute was read. */
  #seen = new Map<Watched, Map<string, number>>();
  #changed: () => void = () => {};

  private constructor(log: Log, instruments: number) {
    this.#log = log;
    this.#writer = log.writer();
    this.#instruments = instruments;
    this.#market = new SimulatedMinutes({ instruments });
  }

  static async open(log: Log, instruments: number): Promise<MinuteToAlert> {
    const minutes = new MinuteToAlert(log, instruments);
    await Promise.all(watched.map((topic) => minutes.#follow(topic)));
    return minutes;
  }

  fill(minutes: number): Promise<number> {
    return fillMinutes(this.#log, { topic: 'klines.closed', market: this.#market, minutes });
  }

  /** Until each instrument has its alert in one minute. */
  async warmUp(): Promise<void> {
    const deadline = performance.now() + warmUpWithinMs;
    do {
      await this.#write();
      await this.#all('metrics.closed', deadline - performance.now());
      if (await this.#all('alerts', ruleWithinMs).then(ok, missing)) return;
    } while (performance.now() < deadline);
    throw new Error('the rule never came into force');
  }

  async run({ minutes, pauseMs }: { minutes: number; pauseMs: number }): Promise<MinuteLatencies> {
    const latencies: Record<Watched, number[]> = { 'metrics.closed': [], alerts: [] };
    for (let minute = 0; minute < minutes; minute += 1) {
      const durableAt = await this.#write();
      for (const topic of watched) {
        await this.#all(topic, minuteWithinMs);
        for (const at of this.#of(topic).values()) latencies[topic].push(Math.max(0, at - durableAt));
      }
      await new Promise((next) => setTimeout(next, pauseMs));
    }
    return { metrics: quantilesOf(latencies['metrics.closed']), alerts: quantilesOf(latencies.alerts) };
  }

  /** Returns when the next minute became durable. */
  async #write(): Promise<number> {
    const records = this.#market.next('klines.closed');
    this.#seen = new Map(watched.map((topic) => [topic, new Map()]));
    this.#timestamp = records.at(-1)?.timestamp ?? Number.NaN;
    await this.#writer.append(records);
    return wallTime();
  }

  async #all(topic: Watched, withinMs: number): Promise<void> {
    const deadline = performance.now() + withinMs;
    while (this.#of(topic).size < this.#instruments) {
      const leftMs = deadline - performance.now();
      const { size } = this.#of(topic);
      if (leftMs <= 0) throw new Error(`only ${size} of ${this.#instruments} instruments are in ${topic}`);
      await new Promise<void>((resolve) => {
        const patience = setTimeout(resolve, leftMs);
        this.#changed = () => {
          clearTimeout(patience);
          resolve();
        };
      });
    }
  }

  #of(topic: Watched): Map<string, number> {
    return this.#seen.get(topic) ?? new Map();
  }

  async #follow(topic: Watched): Promise<void> {
    const reader = this.#log.reader({ topic, from: 'end' });
    void (async () => {
      for await (const records of reader) {
        const at = wallTime();
        const seen = this.#of(topic);
        for (const { key, timestamp } of records) {
          if (key !== null && timestamp === this.#timestamp && !seen.has(key)) seen.set(key, at);
        }
        this.#changed();
      }
    })();
    // The reader's position is that of now once it is known.
    while (this.#log.engine === 'kafka' && reader.positions().size === 0)
      await new Promise((next) => setTimeout(next, 5));
  }
}

const ok = (): boolean => true;
const missing = (): boolean => false;

const quantilesOf = (values: readonly number[]): Quantiles => ({
  p50: percentile(values, 0.5),
  p99: percentile(values, 0.99),
  max: percentile(values, 1),
});
