import type { Engine } from '../engine.ts';

/** The methods of an engine as they are, for one that changes some of them. */
export function engineMethods(engine: Engine): Engine {
  return {
    name: engine.name,
    cluster: engine.cluster,
    ...(engine.timers && { timers: engine.timers }),
    createTopic: (spec) => engine.createTopic(spec),
    topics: () => engine.topics(),
    changeRetention: (topic, retention) => engine.changeRetention(topic, retention),
    writer: () => engine.writer(),
    reader: (options) => engine.reader(options),
    offsets: (topic) => engine.offsets(topic),
    committed: (group, topic) => engine.committed(group, topic),
    join: (group, topic, listener) => engine.join(group, topic, listener),
    transactor: (group, topic, partition) => engine.transactor(group, topic, partition),
    mirror: (group, topic, partition, nextOffset) => engine.mirror(group, topic, partition, nextOffset),
    ...(engine.protect && {
      protect: async (group: string, topic: string, partition: number, offset: number, task?: number) =>
        engine.protect?.(group, topic, partition, offset, task),
    }),
    ...(engine.protections && { protections: async () => (await engine.protections?.()) ?? [] }),
    ...(engine.release && { release: async (group: string) => engine.release?.(group) }),
    close: () => engine.close(),
  };
}
