/** A process with a name that outlives a restart: its group keeps its partitions for it, and nobody else notices. */
import { afterEach, describe, expect, test } from 'vitest';
import { topicSpec, uniqueName, until } from '../contract/bench.ts';
import type { AssignmentListener, Engine } from '../engine.ts';
import type { ClientName } from './client.ts';
import { openKafkaEngine } from './kafka-engine.ts';

const clients: readonly ClientName[] = ['platformatic', 'kafkajs'];
const brokers = (process.env.KAFKA_BROKERS ?? '').split(',').filter((broker) => broker !== '');

class Recorder implements AssignmentListener {
  readonly has = new Set<number>();
  readonly told: string[] = [];
  failure: unknown;

  assigned(partitions: readonly number[]): void {
    this.told.push(`+${partitions.join(',')}`);
    for (const partition of partitions) this.has.add(partition);
  }

  async revoked(partitions: readonly number[]): Promise<void> {
    this.told.push(`-${partitions.join(',')}`);
    for (const partition of partitions) this.has.delete(partition);
  }

  failed(cause: unknown): void {
    this.failure = cause;
  }
}

describe.skipIf(brokers.length === 0).each(clients)('static membership through %s', (client) => {
  const engines: Engine[] = [];
  const open = async (instanceId: string): Promise<Engine> => {
    const engine = await openKafkaEngine({ brokers, clientId: instanceId, instanceId, client });
    engines.push(engine);
    return engine;
  };
  afterEach(async () => {
    await Promise.all(engines.splice(0).map((engine) => engine.close()));
  });

  test('a restart within the session timeout moves nothing', async () => {
    const topic = uniqueName('static');
    const group = uniqueName('group');
    const first = await open('app-0');
    await first.createTopic(topicSpec(topic, { partitions: 4 }));
    const before = new Recorder();
    await first.join(group, topic, before);
    const neighbour = new Recorder();
    await (await open('app-1')).join(group, topic, neighbour);
    await until('half for each', () => before.has.size === 2 && neighbour.has.size === 2);
    const toldBefore = [...neighbour.told];
    await first.close();
    const after = new Recorder();
    await (await open('app-0')).join(group, topic, after);
    await until('its partitions again', () => after.has.size === 2);
    expect([...after.has].sort()).toEqual([...before.has].sort());
    expect(neighbour.told).toEqual(toldBefore);
    expect([before.failure, neighbour.failure, after.failure]).toEqual([undefined, undefined, undefined]);
  });

  test('of two processes with one name the later goes on, and the other says why it ended', async () => {
    const topic = uniqueName('taken');
    const group = uniqueName('group');
    const first = await open('app-0');
    await first.createTopic(topicSpec(topic, { partitions: 2 }));
    const [earlier, later] = [new Recorder(), new Recorder()];
    await first.join(group, topic, earlier);
    await until('both partitions', () => earlier.has.size === 2);
    await (await open('app-0')).join(group, topic, later);
    await until('both partitions for the later', () => later.has.size === 2);
    await until('the earlier ends', () => earlier.failure !== undefined);
    expect(earlier.failure).toMatchObject({ code: 'INSTANCE_TAKEN', facts: { instance: 'app-0', group } });
    expect(later.failure).toBeUndefined();
  });
});
