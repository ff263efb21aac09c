import type { Engine, Transactor } from '../engine.ts';

export interface Faults {
  before: number;
  after: number;
}

/**
 * An engine whose commits fail at random: before anything was written, or after all of it was. Nobody above can tell
 * which; both must come out right.
 */
export function faultyEngine(engine: Engine, random: () => number, share: number, faults: Faults): Engine {
  const spoil = (transactor: Transactor): Transactor => ({
    committed: transactor.committed,
    commit: async (outputs, nextOffset) => {
      const dice = random();
      if (dice < share / 2) {
        faults.before += 1;
        throw new Error('a fault before the commit');
      }
      await transactor.commit(outputs, nextOffset);
      if (dice < share) {
        faults.after += 1;
        throw new Error('a fault after the commit');
      }
    },
    close: () => transactor.close(),
  });
  return {
    name: engine.name,
    cluster: engine.cluster,
    createTopic: (spec) => engine.createTopic(spec),
    topics: () => engine.topics(),
    writer: () => engine.writer(),
    reader: (options) => engine.reader(options),
    offsets: (topic) => engine.offsets(topic),
    committed: (group, topic) => engine.committed(group, topic),
    join: (group, topic, listener) => engine.join(group, topic, listener),
    transactor: async (group, topic, partition) => spoil(await engine.transactor(group, topic, partition)),
    mirror: (group, topic, partition, nextOffset) => engine.mirror(group, topic, partition, nextOffset),
    close: () => engine.close(),
  };
}
