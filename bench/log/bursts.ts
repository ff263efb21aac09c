/** Bursts of records, and when their outputs could be read; the same bookkeeping in every driver. */
import { percentile } from '../framework/statistics.ts';
import { indexOf, KeyedDigest } from './records.ts';

export interface DriverPlace {
  /** None: embedded, in `directory`. */
  readonly brokers?: readonly string[];
  readonly directory?: string;
  readonly input: string;
  /** The input itself where there is no processor between. */
  readonly output: string;
  readonly snapshots: string;
}

export interface BurstRun {
  readonly bursts: number;
  readonly recordsPerBurst: number;
  readonly recordBytes: number;
  /** Between two bursts the log is idle. */
  readonly pauseMs: number;
}

export interface Latencies {
  readonly p50: number;
  readonly p99: number;
}

export interface BurstResult {
  /** From the call that writes to the output being read, in ms. */
  readonly sinceSent: Latencies;
  /** From the input being durable to the output being read, in ms; 0 where the output was there first. */
  readonly sinceDurable: Latencies;
  readonly output: string;
}

const warmUpBursts = 5;

export class Bursts {
  #missing = 0;
  #seenAt = new Map<number, number>();
  #allSeen: () => void = () => {};
  #digest = new KeyedDigest();

  /** `write` resolves when the records are durable. */
  async run(
    { bursts, recordsPerBurst, pauseMs }: BurstRun,
    write: (indexes: readonly number[], minute: number) => Promise<void>,
  ): Promise<BurstResult> {
    const sinceSent: number[] = [];
    const sinceDurable: number[] = [];
    this.#digest = new KeyedDigest();
    for (let burst = 0; burst < warmUpBursts + bursts; burst += 1) {
      const indexes = Array.from({ length: recordsPerBurst }, (_, index) => burst * recordsPerBurst + index);
      this.#seenAt = new Map();
      this.#missing = recordsPerBurst;
      const allSeen = new Promise<void>((resolve) => (this.#allSeen = resolve));
      const sentAt = performance.now();
      await write(indexes, burst);
      const durableAt = performance.now();
      await allSeen;
      for (const seenAt of burst < warmUpBursts ? [] : this.#seenAt.values()) {
        sinceSent.push(seenAt - sentAt);
        sinceDurable.push(Math.max(0, seenAt - durableAt));
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    return {
      sinceSent: latenciesOf(sinceSent),
      sinceDurable: latenciesOf(sinceDurable),
      output: this.#digest.toString(),
    };
  }

  /** One record of the output. The transformation leaves the number in it alone. */
  seen(key: string, value: Uint8Array): void {
    this.#digest.add(key, value);
    this.#seenAt.set(indexOf(value), performance.now());
    this.#missing -= 1;
    if (this.#missing === 0) this.#allSeen();
  }
}

const latenciesOf = (values: readonly number[]): Latencies => ({
  p50: percentile(values, 0.5),
  p99: percentile(values, 0.99),
});
