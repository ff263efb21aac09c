/** What the day and its collectors say to each other. */
import type { Stretch } from './day-clock.ts';

export interface CollectorSettings {
  readonly restBase: string;
  readonly wsBase: string;
  /** Of the embedded log, and of what a collector remembers over a restart. */
  readonly directory: string;
  /** None: the embedded log. */
  readonly brokers: readonly string[];
  readonly stretch: Stretch;
  /** The fastest that simulated time will run. */
  readonly speedMost: number;
  readonly primeMinutes: number;
  readonly primeBars: number;
  readonly seed: number;
  readonly logFile: string;
}

/** Sent all the time. Without a report: a sign of life. */
export interface FromCollector {
  readonly report?: CollectorReport;
}

export interface CollectorReport {
  /** How busy it was since its last report, from 0 to 1. */
  readonly load: number;
  readonly status: string;
  readonly text: string;
  readonly numbers: Readonly<Record<string, number>>;
}
