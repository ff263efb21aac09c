/** `npm run bench -- latency`: from a closed candle to the alert that it makes. */
import type { BenchmarkCase } from '../framework/benchmark.ts';
import { alertsEmbedded, alertsOnKafka } from './alerts.ts';

export const cases: readonly BenchmarkCase[] = [alertsEmbedded, alertsOnKafka];
