/**
 * A process that stops for ever inside a transaction: everything is written, only the request that decides is not sent.
 * Arguments: brokers, client, group, input, output.
 */
import { Cluster } from './cluster.ts';
import { openTransactor } from './kafka-transactor.ts';

const [brokers = '', client, group = '', input = '', output = ''] = process.argv.slice(2);
const cluster = await Cluster.open({
  brokers: brokers.split(','),
  clientId: 'killed-in-transaction',
  client: client === 'kafkajs' ? client : 'platformatic',
});
const send = cluster.send.bind(cluster);
cluster.send = (lane, node, name, question) => {
  if (name !== 'EndTxn') return send(lane, node, name, question);
  process.stdout.write('undecided\n');
  return new Promise(() => {});
};
const transactor = await openTransactor(cluster, { group, topic: input, partition: 0 });
const value = new TextEncoder().encode('undecided');
// Keeps the process alive: nothing else may end it but a signal.
setInterval(() => {}, 1_000);
await transactor.commit([{ topic: output, key: 'a', value, timestamp: 1 }], 1);
