/** The processor: consume, transform, produce, exactly once, on any engine. One task per partition of the input. */
import type { Engine } from '../engine.ts';
import type { Notify } from '../notify.ts';
import type { Member, ProcessorDefinition } from '../port.ts';
import { systemTimers } from '../timers.ts';
import { followLiveInputs } from './live-inputs.ts';
import { LiveOutput } from './live-output.ts';
import { startMember } from './member.ts';
import { PartitionWork } from './partition-work.ts';
import { SideInputs } from './side-inputs.ts';
import { type Surroundings, takeOver } from './take-over.ts';
import { TakeOverQueue } from './take-over-queue.ts';

export async function startProcessor(engine: Engine, definition: ProcessorDefinition, notify: Notify): Promise<Member> {
  const { group, input } = definition;
  const sideInputs = await SideInputs.open(engine, definition.sides ?? [], notify);
  const timers = engine.timers ?? systemTimers;
  const liveOutput = new LiveOutput(engine.writer(), notify, timers);
  const takeOvers = new TakeOverQueue(timers);
  return startMember({
    engine,
    group,
    input,
    notify,
    watched: true,
    run: async (partition, life) => {
      const { stop, alive } = life;
      const around: Surroundings = { engine, definition, partition, sideInputs, takeOvers, notify, stop, alive };
      const work = new PartitionWork(around, await takeOver(around), life);
      const ended = new AbortController();
      const live = followLiveInputs({
        engine,
        definition,
        partition,
        task: () => work.task,
        output: liveOutput,
        stop: AbortSignal.any([stop, ended.signal]),
        notify,
      });
      try {
        life.live();
        await work.run();
      } finally {
        ended.abort();
        await live;
        await work.close();
      }
    },
    closed: async () => {
      await sideInputs.close();
      await liveOutput.close();
    },
  });
}
