/** Calculator and alerter as the product runs them, and a rule that fires on every instrument in every minute. */
import { alerterApp, ruleKey } from '@screener/alerter';
import { calculatorApp } from '@screener/calculator';
import { encodeEvent } from '@screener/events';
import { type Log, readTopology, type Topology } from '@screener/log';
import { createBenchSupervisor } from '../calculator/our-calculator.ts';

const apps = { calculator: calculatorApp, alerter: alerterApp } as const;
export type PipelineApp = keyof typeof apps;

const topologyFile = new URL('../../topology/topics.yaml', import.meta.url).pathname;

/** Kept for ever: the candles of a benchmark are of a day long ago. */
export const pipelineTopics = (): Topology =>
  readTopology(topologyFile).map((topic) => ({ ...topic, retentionMs: undefined }));

export async function startApps(log: Log, names: readonly PipelineApp[]): Promise<void> {
  const supervisor = createBenchSupervisor(log, names.join('+'));
  for (const name of names) await supervisor.start(apps[name]);
}

export const witnessRule = 'bench_every_minute';

/** The presets fire beside it where they do. */
export async function saveWitnessRule(log: Log): Promise<void> {
  const rule = {
    ...{ rule: witnessRule, version: 1, owner: 'bench', title: 'Every minute', text: 'Fires in every minute' },
    ...{ condition: 'price > 0.0 && volume_1m >= 0.0', parameters: {}, timeframe: '1m', cooldownMs: 0 },
  };
  const value = encodeEvent('RuleSaved', rule);
  const writer = log.writer();
  await writer.append([{ topic: 'rules', key: ruleKey(witnessRule, 1), timestamp: Date.now(), value }]);
  await writer.close();
}
