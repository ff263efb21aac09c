import { readSettings } from '@screener/service';
import { type Command, parseArguments } from '../command.ts';
import { startOptions } from '../start/start-options.ts';

export const startCommand: Command = {
  name: 'start',
  summary: 'run the screener: everything in one process, or one process per app',
  options: startOptions,
  more: [
    'Without --live or --demo the live market is used where it can be reached within 5 s, otherwise a simulated one.',
    'With KAFKA_BROKERS set the log is Kafka, otherwise one file under SCREENER_HOME.',
  ].join('\n'),
  async run(args, io) {
    const { options } = parseArguments({ name: this.name, options: startOptions }, args);
    const environment = options.port === undefined ? io.environment : { ...io.environment, PORT: String(options.port) };
    const settings = readSettings(environment);
    // Loaded here: every other command starts without the weight of the apps.
    if (options.app !== undefined) {
      const { runOneApp } = await import('../start/run-one-app.ts');
      return runOneApp({ name: options.app, options, settings, io });
    }
    const { runEverything } = await import('../start/run-everything.ts');
    return runEverything({ options, settings, environment, io });
  },
};
