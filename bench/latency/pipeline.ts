/** Calculator and alerter as the product runs them. */
import { alerterApp } from '@screener/alerter';
import { calculatorApp } from '@screener/calculator';
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
