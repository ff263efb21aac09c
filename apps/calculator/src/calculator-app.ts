import { type App, type AppContext, type RunningApp, startPolling, startProcessorApp } from '@screener/service';
import { createCalculatorTask, snapshotVersion } from './calculator-task.ts';
import { createMarketTask, type MarketTask, marketSnapshotVersion, migrateMarketSnapshot } from './market-task.ts';
import { createMarketWatch } from './market-watch.ts';

/** klines.closed → metrics.closed and market.parts, market.parts → market.closed, exactly once; klines.live → metrics.live, as it comes. */
export const calculatorApp: App = {
  name: 'calculator',
  async start(context) {
    const { settings } = context;
    const market = await startMarket(context);
    try {
      const calculator = await startProcessorApp({
        context,
        definition: {
          group: 'calculator',
          input: 'klines.closed',
          live: ['klines.live'],
          snapshots: 'snapshots.calculator',
          snapshotVersion,
          task: (partition) => createCalculatorTask(partition, settings.CHANGE_BASIS, settings.CUSTOM_WINDOWS),
        },
      });
      return {
        failed: Promise.race([calculator.failed, market.failed]),
        // Side by side: each may have to wait for a broker that does not answer.
        stop: async () => void (await Promise.all([calculator.stop(), market.stop()])),
      };
    } catch (cause) {
      await market.stop();
      throw cause;
    }
  },
};

const WATCH_EVERY_MS = 1_000;

async function startMarket({ log, logger, now }: AppContext): Promise<RunningApp> {
  const partitions = (await log.offsets('klines.closed')).length;
  let task: MarketTask | undefined;
  const member = await log.processor({
    group: 'market',
    input: 'market.parts',
    snapshots: 'snapshots.market',
    snapshotVersion: marketSnapshotVersion,
    migrateSnapshot: migrateMarketSnapshot,
    task: () => {
      task = createMarketTask(partitions);
      return task;
    },
  });
  const writer = log.writer();
  const look = createMarketWatch({
    waiting: () => (member.partitions().length > 0 ? task?.waiting() : undefined),
    now,
    append: (records) => writer.append(records),
  });
  const polling = startPolling({
    everyMs: WATCH_EVERY_MS,
    look,
    failed: (cause) => logger.warn('late partitions are not looked for', { cause }),
  });
  return {
    failed: member.failed,
    async stop() {
      await polling.stop();
      await member.close();
      await writer.close();
    },
  };
}
