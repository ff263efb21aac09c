/** `screener start --app NAME`: one app in this process, against infrastructure that others run. */
import { ScreenerError } from '@screener/errors';
import { createLogger, createShutdown, type Settings, startTelemetry } from '@screener/service';
import type { CommandIo } from '../command.ts';
import { openProjectLog } from '../open-project-log.ts';
import { ensureProjectTopics } from '../project-topics.ts';
import { appNames, isAppName } from './app-catalog.ts';
import { warnOfRetiredAddress } from './retired-address.ts';
import { runApps } from './run-apps.ts';
import type { StartOptions } from './start-options.ts';

export interface RunOneApp {
  readonly name: string;
  readonly options: StartOptions;
  readonly settings: Settings;
  readonly io: CommandIo;
}

export async function runOneApp({ name, options, settings, io }: RunOneApp): Promise<number> {
  if (!isAppName(name))
    throw new ScreenerError('OPTION_INVALID', {
      option: '--app',
      found: name,
      expected: `one of ${appNames.join(', ')}`,
      example: '--app calculator',
    });
  const simulated = options.demo;
  const json = io.environment.LOG_FORMAT === 'json';
  const logger = createLogger({
    level: settings.LOG_LEVEL,
    name,
    json,
    write: (line) => void io.stderr.write(line),
    now: Date.now,
  });
  const shutdown = createShutdown((text) => logger.warn(text));
  const stopped = new Promise<void>((resolve) => {
    if (io.signal.aborted) resolve();
    io.signal.addEventListener('abort', () => resolve(), { once: true });
    // Started by `screener start --processes`: when that process is gone, by kill -9 for example, this one ends too.
    process.once('disconnect', () => resolve());
  });
  try {
    if (settings.KAFKA_BROKERS === undefined) {
      throw new ScreenerError('SETTING_INVALID', {
        setting: 'KAFKA_BROKERS',
        found: '',
        expected: 'the brokers, since apps in several processes need Kafka',
        example: 'localhost:9092',
      });
    }
    const telemetry = await startTelemetry(io.environment, `crypto-screener-${name}`);
    shutdown.add('telemetry', telemetry.stop);
    const log = await openProjectLog(settings, simulated ? 'demo' : 'live', 'write', (text) => logger.warn(text));
    shutdown.add('log', () => log.close());
    await ensureProjectTopics(log, (text) => logger.warn(text));
    if (name === 'collector') warnOfRetiredAddress(settings, logger);
    const composition = {
      settings,
      simulated,
      symbols: options.symbols,
      speed: options.speed ?? 1,
      seed: options.seed,
    };
    await runApps({ names: [name], composition, log, logger, shutdown, appPort: settings.APP_PORT ?? 0 });
    await stopped;
    return 0;
  } finally {
    await shutdown.run();
    if (process.connected) process.disconnect();
  }
}
