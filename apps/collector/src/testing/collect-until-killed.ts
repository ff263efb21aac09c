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
const restartMs = 50;

/** As the supervisor does: whoever cannot start or go on is started anew. */
async function collect(): Promise<never> {
  for (;;) {
    try {
      const exchange = testExchange({ restBase: restBase ?? '', wsBase: wsBase ?? '' }, clock);
      const running = await startTestCollector({ log, clock, exchanges: [exchange] });
      process.stdout.write('collecting\n');
      await running.failed;
    } catch (cause) {
      process.stdout.write(`again: ${cause}\n`);
      await new Promise((resolve) => setTimeout(resolve, restartMs));
    }
  }
}

await Promise.all(Array.from({ length: Number(members) }, collect));
