/** `npm run bench -- log`. */
import type { BenchmarkCase } from '../framework/benchmark.ts';
import { embeddedAppend } from './embedded-append.ts';
import { kafkaTransactions } from './kafka-transactions.ts';

export const cases: readonly BenchmarkCase[] = [embeddedAppend, kafkaTransactions];
