import { createHash } from 'node:crypto';
import type { measureMinutes } from './user-minutes.ts';

/** What a side answers: times, and all alerts of all minutes in one line. */
export interface MinutesAnswer {
  readonly meanMs: number;
  readonly slowestMs: number;
  readonly output: string;
}

export function digestOf({ meanMs, slowestMs, alertsByMinute }: ReturnType<typeof measureMinutes>): MinutesAnswer {
  const hash = createHash('sha256');
  for (const alerts of alertsByMinute) hash.update(`${alerts.join('\n')}\n\n`);
  const count = alertsByMinute.reduce((sum, alerts) => sum + alerts.length, 0);
  if (count === 0) throw new Error('nothing fired');
  return { meanMs, slowestMs, output: `${count} alerts ${hash.digest('hex')}` };
}
