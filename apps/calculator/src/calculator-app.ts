import { type App, startProcessorApp } from '@screener/service';
import { createCalculatorTask, snapshotVersion } from './calculator-task.ts';

/** klines.closed → metrics.closed, exactly once; klines.live → metrics.live, as it comes. */
export const calculatorApp: App = {
  name: 'calculator',
  start: (context) =>
    startProcessorApp({
      context,
      definition: {
        group: 'calculator',
        input: 'klines.closed',
        live: ['klines.live'],
        snapshots: 'snapshots.calculator',
        snapshotVersion,
        task: createCalculatorTask,
      },
    }),
};
