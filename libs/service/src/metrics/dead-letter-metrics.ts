import type { Log } from '@screener/log';
import { type Polling, startPolling } from '../polling.ts';
import type { Metrics } from './metrics.ts';

const LOOK_EVERY_MS = 10_000;

/** The same number in every process of one log: whoever adds it up over processes asks for the largest. */
export function watchDeadLetters(log: Log, metrics: Metrics, everyMs = LOOK_EVERY_MS): Polling {
  const waiting = metrics.gauge(
    'screener_dead_letters_records',
    'Offsets that the topic dead-letters holds: 0 is well; on Kafka each transaction there counts as one more',
  );
  return startPolling({
    everyMs,
    async look() {
      const offsets = await log.offsets('dead-letters');
      waiting.set(offsets.reduce((sum, { beginning, end }) => sum + end - beginning, 0));
    },
  });
}
