import { expect, test } from 'vitest';
import type { Member } from '../port.ts';
import { type Bench, bytes, deadlineMs, seededRandom, until } from './bench.ts';
import { type Faults, faultyEngine } from './faulty-engine.ts';
import { Ledger, lineOf } from './ledger-task.ts';

/** Small, so that snapshots, marks and take-overs meet often. */
const snapshotEveryMs = 180_000;
const minutes = 40;

export function describeEverythingAtOnce(bench: Bench, seeds: readonly number[] = [1, 5]): void {
  test.each(seeds.map((seed) => [seed]))(
    'failing commits, thieves, members that come and go, side inputs that change, poison: seed %i',
    { timeout: 4 * deadlineMs },
    async (seed) => {
      const random = seededRandom(seed);
      const side = await bench.topic('side', { partitions: 2 });
      const ledger = await Ledger.create(bench, { sides: [side], snapshotEveryMs });
      const { group } = ledger.definition;
      const faults: Faults = { before: 0, after: 0 };
      const log = bench.logOver(faultyEngine(bench.engine, random, 0.1, faults));
      const writer = bench.engine.writer();
      const members: Member[] = [await log.processor(ledger.definition)];
      let factor = 1;
      let moves = 0;
      let poisoned = 0;
      for (let minute = 0; minute < minutes; minute += 1) {
        const records = ledger.minutes(minute, minute + 1, 4 + Math.floor(minute / 4));
        for (let i = 0; random() < 0.3; i += 1) {
          const bad = { topic: ledger.input, key: `key-${i}`, value: bytes('poison'), timestamp: minute * 60_000 };
          records.splice(Math.floor(random() * records.length), 0, bad);
          poisoned += 1;
        }
        const cut = Math.floor(random() * records.length);
        await writer.append(records.slice(0, cut));
        if (random() < 0.4) {
          factor += 1;
          const partition = factor % 2;
          const value = bytes(random() < 0.1 ? 'poison' : `${factor}`);
          await writer.append([{ topic: side, key: 'f', value, timestamp: factor, partition }]);
        }
        const dice = random();
        moves += dice < 0.3 ? 1 : 0;
        if (dice < 0.1 && members.length < 3) members.push(await log.processor(ledger.definition));
        else if (dice < 0.2 && members.length > 1) await members.shift()?.close();
        else if (dice < 0.3)
          await (await bench.engine.transactor(group, ledger.input, Math.floor(random() * 4))).close();
        await writer.append(records.slice(cut));
        if (random() < 0.5) await until(`minute ${minute}`, () => ledger.caughtUp(bench));
      }
      await until('everything processed', () => ledger.caughtUp(bench));
      for (const member of members) await member.close();
      expect(faults.before + faults.after).toBeGreaterThan(0);
      expect(moves).toBeGreaterThan(0);

      const restart = async (snapshotVersion: number): Promise<number> => {
        ledger.tasks.clear();
        const member = await bench.log.processor({ ...ledger.definition, snapshotVersion });
        await until('all partitions live', () => member.partitions().length === ledger.partitions);
        await member.close();
        return [...ledger.tasks.values()].reduce((sum, { applied }) => sum + applied, 0);
      };
      const fromSnapshots = await restart(1);
      const states = ledger.states();
      const fromScratch = await restart(2);
      expect(fromSnapshots).toBeLessThan(fromScratch);
      expect(states).toEqual(ledger.states());
      // What was written, step by step, is what a quiet run from the beginning would have written.
      const outputs = await ledger.outputs(bench);
      expect([...ledger.tasks].sort(([a], [b]) => a - b).map(([, task]) => task.emitted.map(lineOf))).toEqual(outputs);
      expect(poisoned).toBeGreaterThan(0);
      expect(outputs.flat()).toHaveLength((await bench.read(ledger.input)).length - poisoned);
      const letters = await bench.read(ledger.definition.deadLetters ?? '');
      expect(letters.filter(({ headers }) => headers?.input?.startsWith(ledger.input))).toHaveLength(poisoned);
    },
  );
}
