/** Three programs that do the same: consume, transform, produce, in transactions. */
import type { CaseRun } from '../framework/benchmark.ts';
import type { Side } from '../framework/side.ts';

export interface ProcessorRun {
  readonly brokers: readonly string[];
  readonly group: string;
  readonly input: string;
  readonly output: string;
  /** Only ours keeps snapshots; this task has none to keep. */
  readonly snapshots: string;
  readonly partitions: number;
}

/** The bound of our own processor. */
export const recordsMaxPerTransaction = 500;

const files = {
  ours: new URL('sides/our-processor.ts', import.meta.url),
  platformatic: new URL('sides/platformatic-processor.ts', import.meta.url),
  kafkajs: new URL('sides/kafkajs-processor.ts', import.meta.url),
} as const;

export type ProcessorName = keyof typeof files;

/** Resolves when it takes records. */
export async function startProcessorSide(bench: CaseRun, name: ProcessorName, run: ProcessorRun): Promise<Side> {
  const side = await bench.side({ name: `processor-${name}`, file: files[name] });
  await side.call('start', run);
  return side;
}

export async function stopProcessorSide(side: Side): Promise<void> {
  await side.call('stop');
  await side.close();
}
