import type { Engine, Transactor } from '../engine.ts';
import { engineMethods } from './engine-methods.ts';

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
    ...engineMethods(engine),
    transactor: async (group, topic, partition) => spoil(await engine.transactor(group, topic, partition)),
  };
}
