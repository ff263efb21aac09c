import { randomUUID } from 'node:crypto';
import { conditionNamesWith, sharedPreparation } from '@screener/rules';
import { type App, startProcessorApp } from '@screener/service';
import { alerterDefinition } from './alerter-definition.ts';
import { followRules } from './follow-rules.ts';
import { seedPresets } from './seed-presets.ts';

/** metrics.closed, metrics.live, rules, instruments and market.closed → alerts, exactly once. */
export const alerterApp: App = {
  name: 'alerter',
  async start(context) {
    const { log, logger, settings } = context;
    const seeded = await seedPresets(log, context.now(), randomUUID());
    if (seeded > 0) logger.info(`${seeded} preset rules written to the topic rules`);
    const names = conditionNamesWith(settings.CUSTOM_WINDOWS);
    const prepare = sharedPreparation(names);
    const rules = followRules(log, prepare, (cause) => logger.debug('rules are not followed for a moment', { cause }));
    try {
      const running = await startProcessorApp({
        context,
        definition: alerterDefinition({
          changeBasis: settings.CHANGE_BASIS,
          alertsPerMinuteMax: settings.ALERTS_PER_MINUTE_MAX,
          names,
          prepare,
          notify: (text) => logger.warn(text),
        }),
        figures: async () => {
          const offsets = await log.offsets('alerts');
          const alerts = offsets.reduce((sum, { beginning, end }) => sum + end - beginning, 0);
          return { alerts, ...rules.figures() };
        },
      });
      return {
        failed: running.failed,
        async stop() {
          await running.stop();
          await rules.close();
        },
      };
    } catch (cause) {
      await rules.close();
      throw cause;
    }
  },
};
