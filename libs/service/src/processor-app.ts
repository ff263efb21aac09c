/** Runs one processor as an app and reports its partitions and lag. */
import type { ProcessorDefinition } from '@screener/log';
import type { AppContext, RunningApp } from './app.ts';
import { startPolling } from './polling.ts';

export interface ProcessorAppOptions {
  readonly context: AppContext;
  readonly definition: ProcessorDefinition;
  /** Further figures for the report, asked for each time. */
  readonly figures?: () => Promise<Readonly<Record<string, number>>>;
  readonly reportEveryMs?: number;
}

/** Lag is asked of the log, which costs a round trip on Kafka; a person looks at it, not a control loop. */
const REPORT_EVERY_MS = 2_000;

export async function startProcessorApp(options: ProcessorAppOptions): Promise<RunningApp> {
  const { context, definition, figures, reportEveryMs = REPORT_EVERY_MS } = options;
  const member = await context.log.processor(definition);

  const report = async (): Promise<void> => {
    const own = new Set(member.partitions());
    const lags = (await context.log.lag(definition.group, definition.input)).filter(({ partition }) =>
      own.has(partition),
    );
    const lag = lags.reduce((sum, entry) => sum + entry.lag, 0);
    const text = own.size === 0 ? 'waiting for partitions' : `${own.size} partitions, ${lag} events behind`;
    context.report('running', text, { partitions: own.size, lag, ...(await figures?.()) });
  };
  const polling = startPolling({
    everyMs: reportEveryMs,
    look: report,
    failed: (cause) => context.logger.debug('no report', { cause }),
  });
  return {
    failed: member.failed,
    async stop() {
      await polling.stop();
      await member.close();
    },
  };
}
