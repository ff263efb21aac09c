import { type App, startProcessorApp } from '@screener/service';
import { createAlerterTask, snapshotVersion } from './alerter-task.ts';
import { seedPresets } from './seed-presets.ts';

/** metrics.closed and rules → alerts, exactly once. */
export const alerterApp: App = {
  name: 'alerter',
  async start(context) {
    const { log, logger, settings } = context;
    const seeded = await seedPresets(log, context.now());
    if (seeded > 0) logger.info(`${seeded} preset rules written to the topic rules`);
    return startProcessorApp({
      context,
      definition: {
        group: 'alerter',
        input: 'metrics.closed',
        sides: ['rules'],
        snapshots: 'snapshots.alerter',
        snapshotVersion,
        task: (partition) =>
          createAlerterTask({
            partition,
            changeBasis: settings.CHANGE_BASIS,
            notify: (text) => logger.warn(text),
          }),
      },
      figures: async () => {
        const offsets = await log.offsets('alerts');
        return { alerts: offsets.reduce((sum, { beginning, end }) => sum + end - beginning, 0) };
      },
    });
  },
};
