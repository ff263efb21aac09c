/** `npm run bench -- calculator`. */
import type { BenchmarkCase } from '../framework/benchmark.ts';
import { closedCandle, dayWindow } from './closed-candle.ts';
import { indicators } from './indicators.ts';
import { memory } from './memory.ts';

export const cases: readonly BenchmarkCase[] = [closedCandle, dayWindow, indicators, memory];
