/** Who is controller and who is coordinator changes while nobody looks: what was known of it must not outlive it. */
import { expect, test } from 'vitest';
import { Cluster } from './cluster.ts';
import { refusal } from './kafka-errors.ts';
import { metadataOf, type Script, ScriptedClient } from './scripted-client.fixture.ts';

const ports = { 1: 9001, 2: 9002, 3: 9003 };

interface State {
  controller: number;
  /** Node id, and the port at which it says the coordinator is. */
  coordinator: { nodeId: number; port: number };
  /** Each broker knows this in its own time; by port, where it differs. */
  readonly believes: Map<number, Partial<Pick<State, 'controller' | 'coordinator'>>>;
}

async function setUp() {
  const state: State = { controller: 1, coordinator: { nodeId: 1, port: 9001 }, believes: new Map() };
  const client = new ScriptedClient();
  const scriptOf =
    (port: number): Script =>
    (name) => {
      const { controller = state.controller, coordinator = state.coordinator } = state.believes.get(port) ?? {};
      if (name === 'Metadata') return metadataOf(ports, controller);
      if (name === 'FindCoordinator') return { ...coordinator, host: 'scripted' };
      if (name === 'DescribeConfigs') {
        if (port !== ports[state.controller as 1]) throw refusal('NOT_CONTROLLER');
        return new Map();
      }
      if (port !== state.coordinator.port) throw refusal('NOT_COORDINATOR');
      return new Map([[0, BigInt(port)]]);
    };
  for (const port of Object.values(ports)) client.brokers.set(port, scriptOf(port));
  const cluster = await Cluster.open({ brokers: ['scripted:9001'], clientId: 'test', client });
  client.asked.length = 0;
  return {
    state,
    client,
    cluster,
    scriptOf,
    /** Configurations are asked of the controller. */
    askController: () =>
      cluster.atController((node) => cluster.ask(node, 'DescribeConfigs', { topics: [], settings: [] })),
    /** Answers with the port of the coordinator. */
    askCoordinator: async () => {
      const question = { group: 'g', topic: 't', partitions: [0], stable: false };
      const answer = await cluster.atCoordinator('group', 'g', (node) => cluster.ask(node, 'OffsetFetch', question));
      return Number(answer.get(0));
    },
  };
}

test('a controller that moved is asked for anew, also while some brokers still name the old one', async () => {
  const { state, client, cluster, askController } = await setUp();
  await askController();
  expect(client.asked).toEqual(['9001 DescribeConfigs']);
  client.asked.length = 0;
  state.controller = 3;
  state.believes.set(9001, { controller: 1 });
  const asking = askController();
  await expect.poll(() => client.asked.filter((line) => line === '9001 DescribeConfigs').length).toBeGreaterThan(2);
  state.believes.clear();
  await asking;
  expect(client.asked.at(-1)).toBe('9003 DescribeConfigs');
  // From then on it is known.
  client.asked.length = 0;
  await askController();
  expect(client.asked).toEqual(['9003 DescribeConfigs']);
  await cluster.close();
});

test('a controller that died is replaced by what the others say', async () => {
  const { state, client, cluster, askController } = await setUp();
  await askController();
  client.brokers.delete(9001);
  state.controller = 2;
  await askController();
  expect(client.asked.at(-1)).toBe('9002 DescribeConfigs');
  await cluster.close();
});

test('a coordinator that moved is asked for anew, and remembered', async () => {
  const { state, client, cluster, askCoordinator } = await setUp();
  expect(await askCoordinator()).toBe(9001);
  expect(await askCoordinator()).toBe(9001);
  expect(client.asked.filter((line) => line.endsWith('FindCoordinator'))).toHaveLength(1);
  state.coordinator = { nodeId: 2, port: 9002 };
  expect(await askCoordinator()).toBe(9002);
  client.asked.length = 0;
  expect(await askCoordinator()).toBe(9002);
  expect(client.asked).toEqual(['9002 OffsetFetch']);
  await cluster.close();
});

test('a coordinator that died is waited for until the others name its successor', async () => {
  const { state, client, cluster, askCoordinator } = await setUp();
  expect(await askCoordinator()).toBe(9001);
  client.brokers.delete(9001);
  const asking = askCoordinator();
  // They still name the dead one for a while.
  await expect.poll(() => client.asked.filter((line) => line === '9002 FindCoordinator').length).toBeGreaterThan(2);
  state.coordinator = { nodeId: 3, port: 9003 };
  expect(await asking).toBe(9003);
  await cluster.close();
});

test('a broker that came back at another address is found there', async () => {
  const { state, client, cluster, scriptOf, askCoordinator } = await setUp();
  expect(await askCoordinator()).toBe(9001);
  client.brokers.delete(9001);
  client.brokers.set(9011, scriptOf(9011));
  state.coordinator = { nodeId: 1, port: 9011 };
  expect(await askCoordinator()).toBe(9011);
  await cluster.close();
});
