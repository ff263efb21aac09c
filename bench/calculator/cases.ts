/** `npm run bench -- calculator`. */
import type { BenchmarkCase } from '../framework/benchmark.ts';
import { throughputEmbedded, throughputOnKafka } from './app-throughput.ts';
import { closedCandle, dayWindow } from './closed-candle.ts';
import { indicators } from './indicators.ts';
import { latencyEmbedded, latencyOnKafka } from './latency.ts';
import { memory } from './memory.ts';
import { restart } from './restart.ts';

export const cases: readonly BenchmarkCase[] = [
  closedCandle,
  dayWindow,
  indicators,
  memory,
  throughputOnKafka,
  throughputEmbedded,
  restart,
  latencyOnKafka,
  latencyEmbedded,
];
