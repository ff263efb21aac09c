/** `npm run bench -- rules`. */
import type { BenchmarkCase } from '../framework/benchmark.ts';
import { backtest } from './backtest.ts';
import { evaluate } from './evaluate.ts';
import { minute } from './minute.ts';
import { presetsPerSymbol, tenThousandRules } from './ten-thousand-rules.ts';

export const cases: readonly BenchmarkCase[] = [evaluate, minute, presetsPerSymbol, tenThousandRules, backtest];
