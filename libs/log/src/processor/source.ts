/** A source: what comes from outside enters the log through the one member of a group that owns its partition. */
import { reasonOf } from '@screener/errors';
import type { Engine } from '../engine.ts';
import type { Notify } from '../notify.ts';
import type { Member, SourceDefinition, SourceTask } from '../port.ts';
import { type Life, startMember } from './member.ts';
import { SourceAppends } from './source-appends.ts';

export async function startSource(engine: Engine, definition: SourceDefinition, notify: Notify): Promise<Member> {
  const { group, input } = definition;
  return startMember({
    engine,
    group,
    input,
    notify,
    // Its input does not tell whether there is anything to do.
    watched: false,
    run: (partition, life) => lookAfter(engine, definition, partition, life, notify),
  });
}

/** The numbers are those of docs/architecture.md. */
async function lookAfter(
  engine: Engine,
  { group, input, task: create }: SourceDefinition,
  partition: number,
  life: Life,
  notify: Notify,
): Promise<void> {
  // 1. Fence the previous owner and settle what it left.
  const transactor = await engine.transactor(group, input, partition);
  const appends = new SourceAppends({ group, partition }, transactor, () => life.progressed());
  const over = Promise.race([appends.failed, aborted(life.stop)]);
  over.catch(() => {});
  try {
    if (life.stop.aborted) return;
    const task = create(partition);
    try {
      // 2. The task reads in the log where to go on, and begins to write.
      const started = task.start(appends);
      // Once it is over, how its start ends is of no interest.
      started.catch(() => {});
      await Promise.race([started, over]);
      if (!life.stop.aborted) life.live();
      await over;
    } finally {
      // 3. It writes no more, and everything that it wrote is settled, before anybody else gets the partition.
      await closed(task, (cause) =>
        notify(`${group}: ${input} partition ${partition} did not close well: ${reasonOf(cause)}`, cause),
      );
      await appends.close();
    }
  } finally {
    await transactor.close().catch(() => {});
  }
}

/** Why the task ended counts for more than how. */
async function closed(task: SourceTask, failed: (cause: unknown) => void): Promise<void> {
  try {
    await task.close();
  } catch (cause) {
    failed(cause);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
