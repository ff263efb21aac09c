/** Live topics of a task: the same-numbered partitions, from their end. Losing them for a moment stops nothing. */
import { reasonOf } from '@screener/errors';
import type { Engine } from '../engine.ts';
import type { Notify } from '../notify.ts';
import type { ProcessorDefinition, Task } from '../port.ts';
import { systemTimers } from '../timers.ts';
import { forEachBatch } from './batches.ts';
import type { LiveOutput } from './live-output.ts';

const retryAfterMs = 200;

export interface LiveInputsOptions {
  readonly engine: Engine;
  readonly definition: ProcessorDefinition;
  readonly partition: number;
  readonly task: Task;
  readonly output: LiveOutput;
  readonly stop: AbortSignal;
  readonly notify: Notify;
}

/** Resolves when all of them ended, which they do when `stop` is aborted. */
export async function followLiveInputs(options: LiveInputsOptions): Promise<void> {
  const { definition, task } = options;
  if (task.applyLive === undefined) return;
  await Promise.all((definition.live ?? []).map((topic) => follow(topic, options)));
}

async function follow(topic: string, options: LiveInputsOptions): Promise<void> {
  const { engine, definition, partition, task, output, stop, notify } = options;
  while (!stop.aborted) {
    const reader = engine.reader({ topic, partitions: [partition], from: 'end' });
    try {
      await forEachBatch(reader, stop, (batch) => {
        for (const record of batch) task.applyLive?.(record, output.emit);
        return undefined;
      });
    } catch (cause) {
      if (stop.aborted) return;
      notify(
        `${definition.group}: ${topic} partition ${partition} is not followed for a moment: ${reasonOf(cause)}`,
        cause,
      );
      const { after } = engine.timers ?? systemTimers;
      await new Promise<void>((resolve) => after(retryAfterMs, resolve));
    }
  }
}
