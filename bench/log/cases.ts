/** `npm run bench -- log`. */
import type { BenchmarkCase } from '../framework/benchmark.ts';
import { codec } from './codec.ts';
import { embeddedAppend } from './embedded-append.ts';
import { idleLatencyEmbedded, idleLatencyOnKafka } from './idle-latency.ts';
import { kafkaTransactions } from './kafka-transactions.ts';
import { minuteCloseEmbedded, minuteCloseOnKafka } from './minute-close.ts';
import { restoreEmbedded, restoreOnKafka } from './restore.ts';
import { rssFlatEmbedded, rssFlatOnKafka } from './rss-flat.ts';

export const cases: readonly BenchmarkCase[] = [
  kafkaTransactions,
  minuteCloseOnKafka,
  minuteCloseEmbedded,
  embeddedAppend,
  codec,
  restoreOnKafka,
  restoreEmbedded,
  idleLatencyOnKafka,
  idleLatencyEmbedded,
  rssFlatOnKafka,
  rssFlatEmbedded,
];
