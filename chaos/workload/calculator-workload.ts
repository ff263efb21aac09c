/** The real calculator, as it is: its processors are asked of the app itself, so nothing here has to follow when it changes. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calculatorApp } from '@screener/calculator';
import { openLog, type ProcessorDefinition, readTopology, type Task, type Topology } from '@screener/log';
import { observeLog } from '../observed-log.ts';
import { runApp } from '../run-app.ts';
import { createMarketStream, fingerprintOf } from './market-stream.ts';
import type { Stage, TaskState, Victim, Workload } from './workload.ts';

/** Events a second are this times the instruments: what four workers that are killed all the time get done beside a broker. */
const minutesPerSecondOf = (instruments: number): number => Math.min(4, 600 / instruments);

const topicsFile = join(import.meta.dirname, '../../topology/topics.yaml');
const input = 'klines.closed';
/** What each of its processors writes. `overdue` comes of the clock of whoever watches the market. */
const outputsOf: Readonly<Record<string, Pick<Stage, 'outputs' | 'isAside'>>> = {
  calculator: { outputs: ['metrics.closed', 'market.parts'], isAside: ({ key }) => key === 'overdue' },
  market: { outputs: ['market.closed'] },
};

export const calculator: Victim = { app: calculatorApp, stateOf };

export async function calculatorWorkload(instruments: number): Promise<Workload> {
  // Everything is compared in the end, and the stream's time is not ours.
  const topology = readTopology(topicsFile).map((topic) => ({ ...topic, retentionMs: undefined }));
  const partitionsOf = (topic: string): number => topology.find(({ name }) => name === topic)?.partitions ?? 0;
  const definitions = await definitionsOfCalculator(topology);
  const stages = definitions.map((definition): Stage => {
    const outputs = outputsOf[definition.group];
    if (outputs === undefined)
      throw new Error(`nobody says what the group ${definition.group} of the calculator writes`);
    return { definition, partitions: partitionsOf(definition.input), ...outputs };
  });
  // A stage comes after those whose outputs it reads.
  stages.sort((one, other) => Number(one.definition.input !== input) - Number(other.definition.input !== input));
  const numbers = new Map<string, number>();
  return {
    ...calculator,
    topology: topology.filter(({ name }) => usedTopics(stages).has(name)),
    stages,
    minutesPerSecond: minutesPerSecondOf(instruments),
    stream: (seed) => createMarketStream({ seed, instruments, partitions: partitionsOf(input), topic: input }, numbers),
    numberOf: (record) => (record.key === null ? undefined : (numbers.get(fingerprintOf(record)) ?? -1)),
  };
}

/** What it writes besides, without a transaction or when something is wrong. */
const further = ['metrics.live', 'dead-letters'];

/** A broker that was killed looks through every partition it has: those that nobody uses only cost time. */
const usedTopics = (stages: readonly Stage[]): ReadonlySet<string> =>
  new Set([
    ...further,
    ...stages.flatMap(({ definition, outputs }) => {
      const { live = [], sides = [], snapshots } = definition;
      return [definition.input, ...live, ...sides, snapshots, ...outputs];
    }),
  ]);

async function definitionsOfCalculator(topology: Topology): Promise<readonly ProcessorDefinition[]> {
  const directory = mkdtempSync(join(tmpdir(), 'screener-chaos-'));
  const behind = await openLog({ directory });
  try {
    await behind.ensureTopics(topology);
    const { log, processors } = observeLog(behind);
    const running = await runApp({ app: calculator.app, log, instance: 'definitions', notify: () => undefined });
    await running.stop();
    return [...processors.values()].map(({ definition }) => definition);
  } finally {
    await behind.close();
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A state has a hundred thousand bytes: their digests are compared. */
function stateOf(task: Task): TaskState {
  const keys = [...(task.keys?.() ?? [])].sort();
  const digest = (key: string): string =>
    createHash('sha256')
      .update(task.snapshot?.(key) ?? '')
      .digest('base64');
  return { keys: Object.fromEntries(keys.map((key) => [key, digest(key)])), rules: [] };
}
