/** `npm run start:kafka`: the screener with one process per app, on a local Kafka broker unless KAFKA_BROKERS names one. */
import { runAsProgram } from '../apps/screener/src/program.ts';
import { runCommand } from '../apps/screener/src/run-command.ts';
import { buildPage } from './build-page.ts';
import { availableBroker, startAvailableBroker } from './kafka/available-broker.ts';

await runAsProgram((io) =>
  runCommand(['start', '--processes', ...process.argv.slice(2)], {
    ...io,
    buildPage: (notify) => buildPage({ notify }),
    async startBroker(directory, notify) {
      const available = await availableBroker(io.environment);
      if (available.kind === 'none') throw new Error(available.reason);
      return startAvailableBroker(available, { directory, notify });
    },
  }),
);
