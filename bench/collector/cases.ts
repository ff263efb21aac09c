/** `npm run bench -- collector`. */
import type { BenchmarkCase } from '../framework/benchmark.ts';
import { cpuPerFrame } from './cpu-per-frame.ts';
import { loadEmbedded, loadOnKafka } from './load.ts';
import { priming } from './priming.ts';
import { rssDay } from './rss-day.ts';

export const cases: readonly BenchmarkCase[] = [cpuPerFrame, loadEmbedded, loadOnKafka, rssDay, priming];
