import { expect, test } from 'vitest';
import { type BrokerConnection, type KafkaClient, RequestFailed } from './client.ts';
import { Connections } from './connections.ts';

const one = { host: 'one', port: 1 };
const two = { host: 'two', port: 1 };

/** Connections of which each answers as the test says. */
class Made implements BrokerConnection {
  readonly address: string;
  failure: RequestFailed | undefined;
  destroyed = false;
  readonly #closed = Promise.withResolvers<void>();

  constructor(address: string) {
    this.address = address;
  }

  send(): Promise<never> {
    return this.failure === undefined ? Promise.resolve(undefined as never) : Promise.reject(this.failure);
  }

  onClose(call: () => void): void {
    void this.#closed.promise.then(call);
  }

  destroy(): void {
    this.destroyed = true;
    this.#closed.resolve();
  }
}

async function setUp() {
  const made: Made[] = [];
  const client = {
    connect: async ({ host }) => {
      const connection = new Made(host);
      made.push(connection);
      return connection;
    },
  } satisfies Partial<KafkaClient> as unknown as KafkaClient;
  const connections = new Connections(client, async () => {});
  const ask = async (lane: string, address = one): Promise<void> => {
    await (await connections.get(lane, address)).send('Metadata', { topics: [] });
  };
  for (const lane of ['write', 'control', 'read']) await ask(lane);
  await ask('control', two);
  return { connections, made, ask };
}

const failing = (timedOut: boolean): RequestFailed => new RequestFailed(undefined, 'no answer', { timedOut });

test('when one request is not answered in time, the other silent connections to that address go at once', async () => {
  const { connections, made, ask } = await setUp();
  const [write, control, read, elsewhere] = made;
  if (write === undefined || read === undefined) throw new Error('no connections');
  // Heard of while the other waited: sound.
  write.send = async () => {
    await ask('read');
    throw failing(true);
  };
  await expect(ask('write')).rejects.toThrow('no answer');
  expect(made.map(({ destroyed }) => destroyed)).toEqual([true, true, false, false]);
  expect([control?.address, elsewhere?.address]).toEqual(['one', 'two']);
  // Whoever comes now gets a new one.
  await ask('control');
  await ask('write');
  expect(made.map(({ address }) => address)).toEqual(['one', 'one', 'one', 'two', 'one', 'one']);
  connections.close();
});

test('a connection that is closed, or refuses, says nothing of the others', async () => {
  const { connections, made, ask } = await setUp();
  for (const failure of [failing(false), new RequestFailed('NOT_COORDINATOR', 'NOT_COORDINATOR')]) {
    const [write] = made;
    if (write !== undefined) write.failure = failure;
    await expect(ask('write')).rejects.toBe(failure);
  }
  expect(made.filter(({ destroyed }) => destroyed)).toEqual([]);
  expect(made).toHaveLength(4);
  connections.close();
});
