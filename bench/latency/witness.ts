/** Rules whose alerts are waited for: it is known of each candle whether it makes them fire. The presets fire beside them. */

import { encodeEvent } from '@screener/events';
import type { Log } from '@screener/log';
import type { Candle } from '@screener/market';

export interface Witness {
  readonly rule: string;
  readonly title: string;
  readonly condition: string;
  /** Says what the condition says. */
  readonly holds: (candle: Pick<Candle, 'trades'>) => boolean;
}

/** Simulated candles have from 0 to 899 trades, one as likely as the other. */
const MANY_TRADES = 882;

export const witnesses = {
  /** One instrument in fifty: as many alerts as a busy minute has. */
  usual: {
    rule: 'bench_witness_of_few',
    title: 'One in fifty',
    condition: `trades_1m >= ${MANY_TRADES}.0`,
    holds: ({ trades }) => trades >= MANY_TRADES,
  },
  /** Every instrument: the worst that one rule can do. */
  crowd: {
    rule: 'bench_witness_of_all',
    title: 'Every minute',
    condition: 'price > 0.0 && volume_1m >= 0.0',
    holds: () => true,
  },
} as const satisfies Record<string, Witness>;

export type Population = keyof typeof witnesses;

export async function saveWitness(log: Log, { rule, title, condition }: Witness): Promise<void> {
  const about = { rule, version: 1, owner: 'bench', title, text: 'Tells when an alert can be read' };
  const value = encodeEvent('RuleSaved', { ...about, condition, parameters: {}, timeframe: '1m', cooldownMs: 0 });
  const writer = log.writer();
  await writer.append([{ topic: 'rules', key: `${rule}/1/bench`, timestamp: Date.now(), value }]);
  await writer.close();
}
