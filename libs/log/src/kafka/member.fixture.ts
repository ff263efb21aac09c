/** A process of its own for tests that kill one. Arguments: brokers, client, what to do, group, topics. Talks by lines. */
import { openKafkaEngine } from './kafka-engine.ts';

const [brokers = '', client, action, group = '', input = '', output = ''] = process.argv.slice(2);
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const engine = await openKafkaEngine({
  brokers: brokers.split(','),
  clientId: 'fixture',
  client: client === 'kafkajs' ? client : 'platformatic',
});

/** Commits 1, 2, 3, … until it is killed. */
async function write(): Promise<never> {
  const transactor = await engine.transactor(group, input, 0);
  for (let next = 1; ; next += 1) {
    const value = new TextEncoder().encode(`${next}`);
    await transactor.commit([{ topic: output, key: null, value, timestamp: next }], next);
    say(`committed ${next}`);
  }
}

async function join(): Promise<void> {
  await engine.join(group, input, {
    assigned: (partitions) => say(`assigned ${partitions.join(',')}`),
    revoked: async (partitions) => {
      say(`revoked ${partitions.join(',')}`);
    },
    failed: (cause) => say(`failed ${cause}`),
  });
}

/** Uses everything once and closes only the engine. */
async function end(): Promise<void> {
  const value = new TextEncoder().encode('x');
  await engine.writer().append([{ topic: input, key: 'a', value, timestamp: 1 }]);
  const reader = engine.reader({ topic: input, from: 'beginning' })[Symbol.asyncIterator]();
  await reader.next();
  void reader.next();
  const transactor = await engine.transactor(group, input, 0);
  await transactor.commit([{ topic: output, key: 'a', value, timestamp: 1 }], 1);
  await join();
  await engine.close();
  say('closed');
}

if (action === 'write') await write();
else if (action === 'join') await join();
else await end();
