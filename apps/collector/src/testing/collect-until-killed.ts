/**
 * Collectors as a process of its own, for tests that kill it: data directory, addresses, and what the simulated clock showed
 * at which time of the wall clock; how many members share the work.
 */
import { openLog } from '@screener/log';
import { acceleratedClock, clockSince } from './accelerated-clock.ts';
import { startTestCollector, testExchange } from './test-collector.ts';

const [directory, restBase, wsBase, simulatedTime, wallTime, speed, members = '1'] = process.argv.slice(2);
if (directory === undefined || restBase === undefined || wsBase === undefined) {
  throw new RangeError('expected a data directory, a REST and a WebSocket address');
}
const clock = acceleratedClock(clockSince(Number(simulatedTime), Number(wallTime), Number(speed)), Number(speed));
const log = await openLog({ directory });
const running = await Promise.all(
  Array.from({ length: Number(members) }, () =>
    startTestCollector({ log, clock, exchanges: [testExchange({ restBase, wsBase }, clock)] }),
  ),
);
process.stdout.write('collecting\n');
await Promise.race(running.map(({ failed }) => failed));
