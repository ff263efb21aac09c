import { describe, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { logOf } from '../log-of-engine.ts';
import { systemTimers } from '../timers.ts';
import { type Bench, deadlineMs, until } from './bench.ts';
import { engineMethods } from './engine-methods.ts';
import { Ledger } from './ledger-task.ts';

/** The minute that a task may stand still passes in two seconds. */
const hurry = 30;

export function describeStuckTasks(bench: Bench): void {
  describe('a task that stands still while its input grows', () => {
    test('is taken over again, and its neighbours never notice', { timeout: 3 * deadlineMs }, async () => {
      const ledger = await Ledger.create(bench);
      let hung = 0;
      const released: (() => void)[] = [];
      const engine: Engine = {
        ...engineMethods(bench.engine),
        timers: {
          now: () => systemTimers.now() * hurry,
          after: (delayMs, call) => systemTimers.after(delayMs / hurry, call),
        },
        transactor: async (group, topic, partition) => {
          const transactor = await bench.engine.transactor(group, topic, partition);
          if (partition !== 1 || hung > 0) return transactor;
          return {
            committed: transactor.committed,
            // Never answers: no error, no end.
            commit: (outputs, nextOffset) => {
              hung += 1;
              return new Promise((resolve, reject) => {
                released.push(() => void transactor.commit(outputs, nextOffset).then(resolve, reject));
              });
            },
            close: () => transactor.close(),
          };
        },
      };
      const notices: string[] = [];
      const member = await logOf(engine, (notice) => notices.push(notice)).processor(ledger.definition);
      const writer = bench.engine.writer();
      let minute = 0;
      await until('the stuck one to be taken over', async () => {
        await writer.append(ledger.minutes(minute, minute + 1));
        minute += 1;
        return notices.some((notice) => notice.includes('stood still'));
      });
      await until('everything processed', () => ledger.caughtUp(bench));
      expect(hung).toBe(1);
      const told = notices.filter((notice) => notice.includes('stood still'));
      expect(told).toHaveLength(1);
      expect(told[0]).toMatch(/partition 1 stood still for \d+ s while \d+ more records came/);
      // What hung wakes up at last: a zombie, which changes nothing.
      for (const release of released) release();
      await writer.append(ledger.minutes(minute, minute + 1));
      await until('one more minute', () => ledger.caughtUp(bench));
      await member.close();
      const { outputs, states } = await ledger.undisturbed(bench);
      expect(await ledger.outputs(bench)).toEqual(outputs);
      expect(ledger.states()).toEqual(states);
    });
  });
}
