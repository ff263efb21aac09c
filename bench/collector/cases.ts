/** `npm run bench -- collector`. */
import type { BenchmarkCase } from '../framework/benchmark.ts';
import { cpuPerFrame } from './cpu-per-frame.ts';

export const cases: readonly BenchmarkCase[] = [cpuPerFrame];
