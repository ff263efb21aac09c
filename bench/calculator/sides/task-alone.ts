/** What the calculator's task costs where nobody reads or writes a log: decode, compute, encode. */
import { createCalculatorTask } from '@screener/calculator';
import { type LogRecord, partitionOf, type TaskContext } from '@screener/log';
import type { Outcome } from '../../framework/rounds.ts';
import { serveSide } from '../../framework/serve-side.ts';
import { partitions, SimulatedMinutes } from '../simulated-minutes.ts';

interface TaskRun {
  readonly instruments: number;
  readonly minutes: number;
  readonly measuredFrom: number;
}

serveSide({
  run({ instruments, minutes, measuredFrom }: TaskRun): Outcome {
    const market = new SimulatedMinutes({ instruments });
    const tasks = Array.from({ length: partitions }, (_, partition) => createCalculatorTask(partition));
    let bytes = 0;
    const context: TaskContext = { emit: ({ value }) => (bytes += value?.length ?? 0), fresh: () => true };
    let measuredRecords = 0;
    let measuredUs = 0;
    for (let minute = 0; minute < minutes; minute += 1) {
      const records = market.next('input').map(
        (record, offset): LogRecord => ({
          ...record,
          partition: record.partition ?? partitionOf(record.key, partitions),
          offset,
        }),
      );
      const before = process.cpuUsage();
      for (const record of records) tasks[record.partition]?.apply(record, context);
      const { user, system } = process.cpuUsage(before);
      if (minute < measuredFrom) continue;
      measuredRecords += records.length;
      measuredUs += user + system;
    }
    if (bytes === 0) throw new Error('nothing was put out');
    return { figures: { rate: (measuredRecords * 1e6) / measuredUs }, output: 'done' };
  },
});
