/** The one process killed with -9, again and again, at any moment; the chaos harness does the same for as long as one likes. */
import { expect, test } from 'vitest';
import { Bench, seededRandom, topicSpec, until } from '../contract/bench.ts';
import { countingFaults } from '../contract/counting-source.ts';
import { Ledger } from '../contract/ledger-task.ts';
import { countingNames, crashNames, crashPartitions } from './testing/crash-child.ts';
import { TestBed } from './testing/test-bed.ts';

const bed = new TestBed();
const kills = 12;

test(`${kills} kills at random moments: every output exactly once, and the state of a quiet run`, {
  timeout: 240_000,
}, async () => {
  const bench = new Bench(() => bed.open());
  await bench.start();
  for (const topic of [crashNames.input, crashNames.output]) {
    await bench.engine.createTopic(topicSpec(topic, { partitions: crashPartitions }));
  }
  const compacted = { partitions: crashPartitions, compact: true, retentionMs: undefined };
  await bench.engine.createTopic(topicSpec(crashNames.snapshots, compacted));
  await bench.stop();
  const random = seededRandom(5);
  let acknowledged = 0;
  let killedAtWork = 0;
  for (let life = 0; life < kills; life += 1) {
    let lines = 0;
    const child = bed.startChild('process', (line) => {
      lines += 1;
      const minute = /^minute (\d+)$/.exec(line);
      if (minute !== null) acknowledged = Math.max(acknowledged, Number(minute[1]));
    });
    // Some die while they take over, some in the middle of the work, and never at the same instruction of it.
    const enough = life % 4 === 0 ? 1 : 2 + Math.floor(random() * 40);
    await until(`life ${life} to get going`, () => lines >= enough);
    const moment = performance.now() + random() * 15;
    await until('a moment of no meaning', () => performance.now() >= moment);
    if (child.exitCode === null && child.signalCode === null) killedAtWork += 1;
    await bed.kill(child);
  }
  expect(killedAtWork).toBe(kills);
  await bench.start();
  const input = await bench.read(crashNames.input);
  expect(input.filter(({ key, partition }) => key === null && partition === 0).length).toBeGreaterThanOrEqual(
    acknowledged,
  );
  const ledger = new Ledger(crashNames, crashPartitions);
  const live = async (snapshotVersion: number) => {
    ledger.tasks.clear();
    const member = await bench.log.processor({ ...ledger.definition, snapshotVersion });
    await until('all partitions live', () => member.partitions().length === crashPartitions);
    await until('the rest to be processed', () => ledger.caughtUp(bench));
    await member.close();
  };
  await live(1);
  const { outputs, states } = await ledger.undisturbed(bench);
  expect(await ledger.outputs(bench)).toEqual(outputs);
  expect(ledger.states()).toEqual(states);
  expect(outputs.flat().length).toBeGreaterThan(kills * 5 * 24);
  // Opened again, from the snapshots and from the beginning: the same to the last bit.
  for (const snapshotVersion of [1, 2]) {
    await bench.reopen();
    await live(snapshotVersion);
    expect(ledger.states()).toEqual(states);
  }
  expect(await ledger.outputs(bench)).toEqual(outputs);
  await bench.stop();
});

test('a source killed again and again numbers on without a break', { timeout: 120_000 }, async () => {
  const bench = new Bench(() => bed.open());
  await bench.start();
  const { input, output, audit } = countingNames;
  for (const topic of [input, output]) {
    await bench.engine.createTopic(topicSpec(topic, { partitions: crashPartitions }));
  }
  await bench.engine.createTopic(topicSpec(audit, { partitions: 1 }));
  await bench.stop();
  const random = seededRandom(9);
  const acknowledged: string[] = [];
  for (let life = 0; life < 8; life += 1) {
    let lines = 0;
    const child = bed.startChild('count', (line) => {
      lines += 1;
      if (line !== 'open') acknowledged.push(line);
    });
    const enough = 2 + Math.floor(random() * 200);
    await until(`life ${life} to get going`, () => lines >= enough);
    await bed.kill(child);
  }
  await bench.start();
  const partitions = Array.from({ length: crashPartitions }, (_, partition) => partition);
  const numbers = await Promise.all(partitions.map((partition) => bench.read(output, 'beginning', [partition])));
  expect(countingFaults(numbers, await bench.read(audit), acknowledged)).toEqual([]);
  expect(acknowledged.length).toBeGreaterThan(500);
  await bench.stop();
});
