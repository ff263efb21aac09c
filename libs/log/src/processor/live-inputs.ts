/** Live topics of a task: the same-numbered partitions, from their end. Losing them for a moment stops nothing. */
import { reasonOf } from '@screener/errors';
import type { Engine } from '../engine.ts';
import type { Notify } from '../notify.ts';
import type { LogRecord, ProcessorDefinition, Task } from '../port.ts';
import { systemTimers } from '../timers.ts';
import { forEachBatch } from './batches.ts';
import type { LiveOutput } from './live-output.ts';
import { pause } from './pause.ts';

const retryAfterMs = 200;
/** Said at the first live record that fails, and then each time when so many times more did. */
const saidAgainAtFactor = 10;

export interface LiveInputsOptions {
  readonly engine: Engine;
  readonly definition: ProcessorDefinition;
  readonly partition: number;
  /** Undefined while the task is being restored: what comes then is left out, newer ones follow. */
  readonly task: () => Task | undefined;
  readonly output: LiveOutput;
  readonly stop: AbortSignal;
  readonly notify: Notify;
}

/** Resolves when all of them ended, which they do when `stop` is aborted. */
export async function followLiveInputs(options: LiveInputsOptions): Promise<void> {
  await Promise.all((options.definition.live ?? []).map((topic) => follow(topic, options)));
}

async function follow(topic: string, options: LiveInputsOptions): Promise<void> {
  const { engine, definition, partition, stop, notify } = options;
  const untaken = new UntakenLiveRecords(notify);
  while (!stop.aborted) {
    const reader = engine.reader({ topic, partitions: [partition], from: 'end' });
    try {
      await forEachBatch(reader, stop, (batch) => {
        for (const record of batch) applyLive(record, options, untaken);
        return undefined;
      });
    } catch (cause) {
      if (stop.aborted) return;
      notify(
        `${definition.group}: ${topic} partition ${partition} is not followed for a moment: ${reasonOf(cause)}`,
        cause,
      );
    }
    await pause(engine.timers ?? systemTimers, retryAfterMs, stop);
  }
}

/** A live record that fails costs only itself: the next one of its key comes within a second. */
function applyLive(record: LogRecord, options: LiveInputsOptions, untaken: UntakenLiveRecords): void {
  try {
    options.task()?.applyLive?.(record, options.output.emit);
  } catch (cause) {
    untaken.add(options.definition.group, record, cause);
  }
}

class UntakenLiveRecords {
  readonly #notify: Notify;
  #count = 0;
  #saidNextAt = 1;

  constructor(notify: Notify) {
    this.#notify = notify;
  }

  add(group: string, { topic, partition, offset }: LogRecord, cause: unknown): void {
    this.#count += 1;
    if (this.#count < this.#saidNextAt) return;
    this.#saidNextAt *= saidAgainAtFactor;
    const last = `the last at ${topic} partition ${partition} offset ${offset}: ${reasonOf(cause)}`;
    this.#notify(`${group}: ${this.#count} live records were left out, ${last}`, cause);
  }
}
