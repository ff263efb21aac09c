import { ScreenerError } from '@screener/errors';
import { decodeAs, refuseOtherSchemaIds } from '@screener/events';
import type { Log } from '@screener/log';
import type { Source } from '../open-project-log.ts';

/**
 * Simulated and real candles in one log could never be told apart again, so the second kind is refused; so are schema ids of
 * another source than the log was begun with.
 */
export async function refuseMixedLog(log: Log, source: Source): Promise<void> {
  const simulated = source === 'demo';
  for await (const batch of log.reader({ topic: 'instruments', from: 'beginning', until: 'end' })) {
    for (const { value } of batch) {
      if (value === null) continue;
      refuseOtherSchemaIds(value);
      if ((decodeAs('InstrumentChanged', value).simulated ?? false) === simulated) continue;
      throw new ScreenerError('LOG_MIXED', {
        found: simulated ? 'live' : 'simulated',
        expected: simulated ? 'simulated' : 'live',
        hint: simulated ? '--live' : '--demo',
      });
    }
  }
}
