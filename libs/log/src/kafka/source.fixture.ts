/** A process with a source, for tests that kill it. Arguments: brokers, client, group, topics. Prints what was acknowledged. */
import { seededRandom } from '../contract/bench.ts';
import { CountingSource } from '../contract/counting-source.ts';
import { logOf } from '../log-of-engine.ts';
import type { LogRecord } from '../port.ts';
import { openKafkaEngine } from './kafka-engine.ts';

const [brokers = '', client, group = '', input = '', output = '', audit = ''] = process.argv.slice(2);
const engine = await openKafkaEngine({
  brokers: brokers.split(','),
  clientId: 'source-fixture',
  client: client === 'kafkajs' ? client : 'platformatic',
});
const source = new CountingSource({
  ...{ group, input, output, audit },
  name: `process ${process.pid}`,
  read: readAll,
  pause: async () => {
    for (const place of source.acknowledged.splice(0)) process.stdout.write(`${place}\n`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  },
  random: seededRandom(process.pid),
});
await logOf(engine).source(source.definition);

async function readAll(partition: number): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  const reader = engine.reader({ topic: output, partitions: [partition], from: 'beginning', until: 'end' });
  for await (const batch of reader) records.push(...batch);
  return records;
}
