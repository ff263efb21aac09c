/** The calculator app as the product runs it: under its supervisor, with the topics of the topology. */
import { calculatorApp } from '@screener/calculator';
import { type Log, openLog, readTopology, type Topology } from '@screener/log';
import { createLogger, createSupervisor, readSettings, type Supervisor } from '@screener/service';

export interface CalculatorPlace {
  readonly directory: string;
  /** None: embedded. */
  readonly brokers?: readonly string[];
  /** Kafka: it keeps its partitions over a restart. */
  readonly instance?: string;
}

export interface OurCalculator {
  readonly log: Log;
  close(): Promise<void>;
}

export const calculatorGroup = 'calculator';
export const candleTopic = 'klines.closed';
export const metricsTopic = 'metrics.closed';

const topologyFile = new URL('../../topology/topics.yaml', import.meta.url).pathname;

/** What it reads and writes. Kept for ever: the candles of a benchmark are of a day long ago. */
export const calculatorTopics = (): Topology =>
  readTopology(topologyFile)
    .filter(({ name, writers }) => writers.includes('calculator') || [candleTopic, 'klines.live'].includes(name))
    .map((topic) => ({ ...topic, retentionMs: undefined }));

export const openCalculatorLog = ({ directory, brokers, instance }: CalculatorPlace): Promise<Log> =>
  openLog({
    directory,
    ...(brokers && { brokers }),
    ...(instance !== undefined && { instance }),
    notify: (text) => process.stderr.write(`  log: ${text}\n`),
  });

/** Apps as the product runs them; only what goes wrong is told. */
export function createBenchSupervisor(log: Log, name: string): Supervisor {
  const now = Date.now;
  const logger = createLogger({
    ...{ level: 'warn', name, json: false, now },
    write: (line) => process.stderr.write(`  ${line}\n`),
  });
  return createSupervisor({ context: { log, logger, settings: readSettings({}), instance: 'bench', now } });
}

export async function startOurCalculator(place: CalculatorPlace, opened?: Log): Promise<OurCalculator> {
  const log = opened ?? (await openCalculatorLog(place));
  const supervisor = createBenchSupervisor(log, 'calculator');
  await supervisor.start(calculatorApp);
  return {
    log,
    async close() {
      await supervisor.stop();
      if (opened === undefined) await log.close();
    },
  };
}

/** Input records that are behind the calculator for good. */
export async function processedRecords(log: Log, group: string, topic: string): Promise<number> {
  const lags = await log.lag(group, topic);
  return lags.reduce((sum, { committed }) => sum + (committed ?? 0), 0);
}
