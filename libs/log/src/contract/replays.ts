import { encodeEvent } from '@screener/events';
import { describe, expect, test } from 'vitest';
import { type Bench, bytes, deadlineMs, until } from './bench.ts';
import { Ledger } from './ledger-task.ts';

export function describeReplays(bench: Bench): void {
  /** Takes everything over without new input, and returns the state and how many records that took. */
  const restart = async (ledger: Ledger, version = 1): Promise<{ states: unknown[]; applied: number }> => {
    const member = await bench.log.processor({ ...ledger.definition, snapshotVersion: version });
    await until('all partitions live', () => member.partitions().length === ledger.partitions);
    await member.close();
    const applied = [...ledger.tasks.values()].reduce((sum, task) => sum + task.applied, 0);
    return { states: ledger.states(), applied };
  };

  describe('snapshots and replay', () => {
    test('give the state of an undisturbed run, bit for bit, whatever they start from', {
      timeout: 3 * deadlineMs,
    }, async () => {
      const ledger = await Ledger.create(bench);
      const member = await bench.log.processor(ledger.definition);
      const writer = bench.engine.writer();
      // Many small appends, so that snapshots stand at many different offsets.
      for (let minute = 0; minute < 45; minute += 1) {
        await writer.append(ledger.minutes(minute, minute + 1, minute < 20 ? 6 : 10));
        await until(`minute ${minute}`, () => ledger.caughtUp(bench));
      }
      await member.close();
      const { states, outputs } = await ledger.undisturbed(bench);
      expect(await ledger.outputs(bench)).toEqual(outputs);
      const total = outputs.flat().length;

      const fromSnapshots = await restart(ledger);
      expect(fromSnapshots.states).toEqual(states);
      expect(fromSnapshots.applied).toBeLessThan(total / 2);

      // A damaged snapshot on top: it is ignored; what came before it, or the input, gives the same state.
      const partition = [...ledger.tasks.values()].find(({ accounts }) => accounts.has('key-3'))?.partition ?? -1;
      const { group, snapshots } = ledger.definition;
      const place = { topic: snapshots, key: `${group}/${partition}/key-3/a`, timestamp: 1, partition };
      const wrong = {
        group,
        partition,
        key: 'key-3',
        version: 1,
        offset: 5,
        checksum: 1,
        state: Buffer.from('{"count":1}'),
      };
      await writer.append([
        { ...place, value: encodeEvent('SnapshotTaken', wrong) },
        { ...place, value: bytes('not an event at all') },
      ]);
      expect((await restart(ledger)).states).toEqual(states);

      // A format that nobody wrote yet: everything from the beginning.
      const fromScratch = await restart(ledger, 2);
      expect(fromScratch.states).toEqual(states);
      expect(fromScratch.applied).toBe(total);
      expect(await ledger.outputs(bench)).toEqual(outputs);
    });
  });
}
