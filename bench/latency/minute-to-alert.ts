/** Writes minutes of a market, and watches when their metrics and their alerts can be read. */
import { decodeEvent } from '@screener/events';
import type { Log, NewRecord, Writer } from '@screener/log';
import { wallTime } from '../calculator/minute-lane.ts';
import { fillMinutes, SimulatedMinutes } from '../calculator/simulated-minutes.ts';
import { percentile } from '../framework/statistics.ts';
import { type Witness, witnesses } from './witness.ts';

export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/**
 * Of the candles that have an alert. From the candles being durable, in ms; 0 where something was there before the writer
 * knew that they are.
 */
export interface MinuteLatencies {
  readonly metrics: Quantiles;
  readonly alerts: Quantiles;
  readonly alertsPerMinute: number;
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
  readonly #market: SimulatedMinutes;
  #timestamp = 0;
  #witness: Witness = witnesses.crowd;
  /** By topic: the instruments of which something will come of the minute. */
  #expected: Readonly<Record<Watched, ReadonlySet<string>>> = { 'metrics.closed': new Set(), alerts: new Set() };
  /** By topic: when the first event of each instrument for the minute was read. */
  #seen = new Map<Watched, Map<string, number>>();
  #changed: () => void = () => {};

  private constructor(log: Log, instruments: number) {
    this.#log = log;
    this.#writer = log.writer();
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

  /** Until each instrument on whose candle it holds has its alert in one minute. */
  async warmUp(witness: Witness): Promise<void> {
    this.#witness = witness;
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
    let alerts = 0;
    for (let minute = 0; minute < minutes; minute += 1) {
      const durableAt = await this.#write();
      for (const topic of watched) {
        await this.#all(topic, minuteWithinMs);
        for (const instrument of this.#expected.alerts) {
          latencies[topic].push(Math.max(0, (this.#of(topic).get(instrument) ?? Number.NaN) - durableAt));
        }
      }
      alerts += this.#expected.alerts.size;
      await new Promise((next) => setTimeout(next, pauseMs));
    }
    const { alerts: ofAlerts, 'metrics.closed': ofMetrics } = latencies;
    return { metrics: quantilesOf(ofMetrics), alerts: quantilesOf(ofAlerts), alertsPerMinute: alerts / minutes };
  }

  /** Returns when the next minute became durable. */
  async #write(): Promise<number> {
    const records = this.#market.next('klines.closed');
    this.#seen = new Map(watched.map((topic) => [topic, new Map()]));
    this.#expected = expectedOf(records, this.#witness);
    this.#timestamp = records.at(-1)?.timestamp ?? Number.NaN;
    await this.#writer.append(records);
    return wallTime();
  }

  async #all(topic: Watched, withinMs: number): Promise<void> {
    const deadline = performance.now() + withinMs;
    const expected = this.#expected[topic].size;
    while (this.#of(topic).size < expected) {
      const leftMs = deadline - performance.now();
      const { size } = this.#of(topic);
      if (leftMs <= 0) throw new Error(`only ${size} of ${expected} instruments are in ${topic}`);
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
        for (const { key, timestamp, value } of records) {
          if (key === null || timestamp !== this.#timestamp || seen.has(key)) continue;
          if (topic === 'metrics.closed' || names(value, this.#witness.rule)) seen.set(key, at);
        }
        this.#changed();
      }
    })();
    // The reader's position is that of now once it is known.
    while (this.#log.engine === 'kafka' && reader.positions().size === 0)
      await new Promise((next) => setTimeout(next, 5));
  }
}

/** Without decoding: whoever watches takes its time from those who are watched. */
const names = (value: Uint8Array | null, rule: string): boolean =>
  value !== null && Buffer.from(value.buffer, value.byteOffset, value.length).includes(rule);

function expectedOf(records: readonly NewRecord[], witness: Witness): Record<Watched, ReadonlySet<string>> {
  const expected = { 'metrics.closed': new Set<string>(), alerts: new Set<string>() };
  for (const { value } of records) {
    const decoded = value && decodeEvent(value);
    if (decoded?.type !== 'KlineClosed') continue;
    expected['metrics.closed'].add(decoded.event.instrument);
    if (witness.holds(decoded.event)) expected.alerts.add(decoded.event.instrument);
  }
  return expected;
}

const ok = (): boolean => true;
const missing = (): boolean => false;

const quantilesOf = (values: readonly number[]): Quantiles => ({
  p50: percentile(values, 0.5),
  p99: percentile(values, 0.99),
  max: percentile(values, 1),
});
