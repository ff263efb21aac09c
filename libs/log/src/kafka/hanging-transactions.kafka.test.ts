/** What an owner that was killed inside a transaction does to those who read what it wrote. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Bench, bytes, text, uniqueName } from '../contract/bench.ts';
import type { ClientName } from './client.ts';
import { openKafkaEngine } from './kafka-engine.ts';
import { TRANSACTION_TIMEOUT_MS } from './kafka-transactor.ts';

const clients: readonly ClientName[] = ['platformatic', 'kafkajs'];
const brokers = (process.env.KAFKA_BROKERS ?? '').split(',').filter((broker) => broker !== '');
/**
 * A broker looks for timed out transactions now and then: every second on those of the scripts, every ten by default
 * (transaction.abort.timed.out.transaction.cleanup.interval.ms). The rest is for a busy machine.
 */
const marginMs = 12_000;
/** Far less than the timeout: what comes within it was not waited for. */
const atOnceMs = TRANSACTION_TIMEOUT_MS / 2;

describe.skipIf(brokers.length === 0).each(clients)('a transaction whose owner was killed, through %s', (client) => {
  const bench = new Bench(() => openKafkaEngine({ brokers, clientId: 'hanging-test', client }));
  const children: ChildProcess[] = [];
  beforeAll(() => bench.start());
  afterAll(() => bench.stop());
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  /** Resolves when it has been killed with its transaction open. */
  async function killInside(group: string, input: string, output: string): Promise<void> {
    const file = new URL('./killed-in-transaction.fixture.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, [file, brokers.join(','), client, group, input, output], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const exited = once(child, 'exit');
    const ended = exited.then(([code]) => Promise.reject(new Error(`the fixture ended with ${code}`)));
    ended.catch(() => {});
    await Promise.race([once(createInterface(child.stdout!), 'line'), ended]);
    child.kill('SIGKILL');
    await exited;
  }

  async function setUp() {
    const input = await bench.topic('input', { partitions: 1 });
    const output = await bench.topic('output', { partitions: 1 });
    const group = uniqueName('group');
    await killInside(group, input, output);
    const killedAt = performance.now();
    // Written by somebody else, behind the open transaction.
    await bench.engine.writer().append([{ topic: output, key: 'a', value: bytes('behind'), timestamp: 2 }]);
    return { input, output, group, killedAt };
  }

  async function firstRead(topic: string): Promise<string | null> {
    for await (const [record] of bench.engine.reader({ topic, from: 'beginning' })) return text(record?.value);
    throw new Error('the reader ended');
  }

  test('holds readers up no longer than the transaction timeout', async () => {
    const { output, killedAt } = await setUp();
    // Really open: who asks for what is there now gets nothing.
    expect(await bench.read(output)).toEqual([]);
    expect(await firstRead(output)).toBe('behind');
    const heldUpMs = performance.now() - killedAt;
    process.stdout.write(`held up for ${Math.round(heldUpMs)} ms by a transaction that nobody took over\n`);
    expect(heldUpMs).toBeLessThan(TRANSACTION_TIMEOUT_MS + marginMs);
  });

  test('holds nobody up once its partition is taken over', async () => {
    const { input, output, group } = await setUp();
    expect(await bench.read(output)).toEqual([]);
    const began = performance.now();
    const heir = await bench.engine.transactor(group, input, 0);
    expect(heir.committed).toBeUndefined();
    expect(await firstRead(output)).toBe('behind');
    const heldUpMs = performance.now() - began;
    process.stdout.write(`held up for ${Math.round(heldUpMs)} ms from take-over on\n`);
    expect(heldUpMs).toBeLessThan(atOnceMs);
    await heir.close();
  });
});
