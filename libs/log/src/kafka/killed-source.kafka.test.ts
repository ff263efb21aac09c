/** Sources in processes of their own, killed with -9 and stopped for longer than their session: the others number on. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Bench, deadlineMs, uniqueName, until } from '../contract/bench.ts';
import { countingFaults } from '../contract/counting-source.ts';
import { type ClientName, SESSION_TIMEOUT_MS } from './client.ts';
import { openKafkaEngine } from './kafka-engine.ts';

const clients: readonly ClientName[] = ['platformatic', 'kafkajs'];
const brokers = (process.env.KAFKA_BROKERS ?? '').split(',').filter((broker) => broker !== '');
const partitions = 4;

describe.skipIf(brokers.length === 0).each(clients)('sources that are killed, through %s', (client) => {
  const bench = new Bench(() => openKafkaEngine({ brokers, clientId: 'killed-source-test', client }));
  const children: ChildProcess[] = [];
  beforeAll(() => bench.start());
  afterAll(() => bench.stop());
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  test('leave a numbering without a break, and so do zombies', { timeout: 4 * deadlineMs }, async () => {
    const input = await bench.topic('input', { partitions });
    const output = await bench.topic('output', { partitions });
    const audit = await bench.topic('audit', { partitions: 1 });
    const group = uniqueName('group');
    const acknowledged: string[] = [];
    const start = (): ChildProcess => {
      const file = new URL('./source.fixture.ts', import.meta.url).pathname;
      const child = spawn(process.execPath, [file, brokers.join(','), client, group, input, output, audit], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      children.push(child);
      createInterface({ input: child.stdout }).on('line', (line) => acknowledged.push(line));
      return child;
    };
    const grow = async (what: string): Promise<void> => {
      const before = (await bench.engine.offsets(output)).map(({ end }) => end);
      await until(what, async () =>
        (await bench.engine.offsets(output)).every(({ end, partition }) => end > (before[partition] ?? 0) + 20),
      );
    };
    const first = start();
    await grow('the first to write everywhere');
    const second = start();
    const bySecond = (): boolean => acknowledged.some((line) => line.includes(`process ${second.pid}-`));
    await until('the second to write too', bySecond);
    first.kill('SIGKILL');
    await once(first, 'exit');
    await grow('the second to write everywhere');
    // Silent for longer than its session: it wakes up with appends under way, and with the belief that all is its own.
    second.kill('SIGSTOP');
    const third = start();
    const stoppedAt = performance.now();
    await grow('the third to write everywhere');
    await until('the session to be over', () => performance.now() - stoppedAt > SESSION_TIMEOUT_MS);
    second.kill('SIGCONT');
    await grow('both to write');
    for (const child of [second, third]) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    // Settles what they left open.
    for (let partition = 0; partition < partitions; partition += 1)
      await (await bench.engine.transactor(group, input, partition)).close();
    const numbers = await Promise.all(
      Array.from({ length: partitions }, (_, partition) => bench.read(output, 'beginning', [partition])),
    );
    expect(countingFaults(numbers, await bench.read(audit), acknowledged)).toEqual([]);
  });
});
