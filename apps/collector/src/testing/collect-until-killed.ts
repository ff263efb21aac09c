/** A collector as a process of its own, for tests that kill it: data directory, REST and WebSocket address. */
import { openLog } from '@screener/log';
import { startTestCollector, testExchange } from './world.ts';

const [directory, restBase, wsBase] = process.argv.slice(2);
if (directory === undefined || restBase === undefined || wsBase === undefined) {
  throw new RangeError('expected a data directory, a REST and a WebSocket address');
}
const log = await openLog({ directory });
const exchange = testExchange(restBase, wsBase);
const collector = await startTestCollector({ log, exchange, symbols: undefined, report: () => {} });
process.stdout.write('collecting\n');
await collector.failed;
