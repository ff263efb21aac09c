/** `screener start`: infrastructure first, then the apps, in one process or one process each; all of it ends in reverse order. */
import { join } from 'node:path';
import { reasonOf, ScreenerError } from '@screener/errors';
import type { Log } from '@screener/log';
import {
  createLogger,
  createShutdown,
  type Environment,
  type Logger,
  type Settings,
  startTelemetry,
} from '@screener/service';
import type { CommandIo } from '../command.ts';
import { makeDirectory } from '../make-directory.ts';
import { dataDirectory, openProjectLog, type Source } from '../open-project-log.ts';
import { ensureProjectTopics } from '../project-topics.ts';
import { type AppName, appNames, type Composition } from './app-catalog.ts';
import { createChildProcesses } from './child-processes.ts';
import { chooseSource } from './choose-source.ts';
import { probeOf } from './collected-exchanges.ts';
import { startDatabase } from './database.ts';
import { checkPortFree, freePort } from './free-port.ts';
import { followHeartbeats } from './heartbeat-view.ts';
import { refuseMixedLog } from './mixed-log.ts';
import { warnOfRetiredAddress } from './retired-address.ts';
import { runApps } from './run-apps.ts';
import type { StartOptions } from './start-options.ts';
import { type AppReport, type StatusLine, startStatusLine } from './status-line.ts';

const SERVED_WITHIN_MS = 60_000;

export interface RunEverything {
  readonly options: StartOptions;
  readonly settings: Settings;
  readonly environment: Environment;
  readonly io: CommandIo;
}

export async function runEverything({ options, settings: wished, environment, io }: RunEverything): Promise<number> {
  const { HOST: host, PORT: port } = wished;
  // Port 0 means any: everybody has to hear of the same one.
  const given = { ...wished, PORT: port === 0 ? await freePort(host) : port };
  if (options.processes && given.KAFKA_BROKERS === undefined && io.startBroker === undefined) {
    throw new ScreenerError('OPTION_INVALID', {
      option: '--processes',
      found: 'no KAFKA_BROKERS',
      expected: 'a Kafka log, since the embedded one has one writing process',
      example: 'npm run start:kafka, or KAFKA_BROKERS=localhost:9092 screener start --processes',
    });
  }
  const phase = phasePrinter(io);
  let status: StatusLine | undefined;
  const print = (text: string): void => (status ? status.print(text) : void io.stderr.write(`${text}\n`));
  const logger = createLogger({
    level: given.LOG_LEVEL,
    name: 'screener',
    json: environment.LOG_FORMAT === 'json',
    write: (line) => print(line.trimEnd()),
    now: Date.now,
  });
  const shutdown = createShutdown((text) => logger.warn(text));
  try {
    await checkPortFree(given.HOST, given.PORT);
    const choice = await chooseSource({ live: options.live, demo: options.demo, probe: probeOf(given) });
    print(`  ${choice.reason}`);
    // Beside everything else: the gateway serves the page as soon as it is there, and all APIs without it.
    const pageBuilt = io.buildPage?.(print).catch((cause: unknown) => logger.error(reasonOf(cause), { cause }));
    const { source } = choice;
    const directory = dataDirectory(given, source);
    makeDirectory(directory);
    if (source === 'live') warnOfRetiredAddress(given, logger);
    const telemetry = await startTelemetry(environment, 'crypto-screener');
    shutdown.add('telemetry', telemetry.stop);

    const settings = await withBroker(given, join(directory, 'kafka'), { io, shutdown, phase, print });
    const log = await openProjectLog(settings, source, 'write', (text) => logger.warn(text));
    shutdown.add('log', () => log.close());
    await ensureProjectTopics(log, (text) => logger.warn(text));
    await refuseMixedLog(log, source);
    phase(log.engine === 'kafka' ? 'topics ready' : `log ready: ${directory}`);

    const databaseUrl =
      settings.DATABASE_URL ??
      (await startDatabase({ directory: join(directory, 'postgres'), logger, shutdown, phase }));
    const composition = await compose({ options, settings, source, databaseUrl });
    const names = appNames.filter((name) => name !== 'simulator' || source === 'demo');
    const start = options.processes ? startInProcesses : startInOneProcess;
    const reports = await start({ names, composition, environment, log, logger, shutdown, phase, options });

    const address = `http://${settings.HOST === '0.0.0.0' ? 'localhost' : settings.HOST}:${settings.PORT}`;
    await pageBuilt;
    if (await served(address, io.signal)) phase('page live');
    print(`\n  ${source === 'demo' ? 'SIMULATED market' : 'Live market'}: ${address}\n`);
    status = startStatusLine({ stream: io.stderr, reports, label: source === 'demo' ? 'SIMULATED' : 'live' });
    await aborted(io.signal);
    status.stop();
    status = undefined;
    print('stopping …');
    return 0;
  } finally {
    status?.stop();
    await shutdown.run();
  }
}

interface StartApps {
  readonly names: readonly AppName[];
  readonly composition: Composition;
  readonly environment: Environment;
  readonly log: Log;
  readonly logger: Logger;
  readonly shutdown: ReturnType<typeof createShutdown>;
  readonly phase: (text: string) => void;
  readonly options: StartOptions;
}

type Reports = () => readonly AppReport[];

async function startInOneProcess({ names, composition, log, logger, shutdown, phase }: StartApps): Promise<Reports> {
  const { APP_PORT: appPort } = composition.settings;
  const supervisor = await runApps({ names, composition, log, logger, shutdown, appPort });
  phase(`${names.length} apps running in this process`);
  return () => supervisor.states;
}

async function startInProcesses({
  names,
  composition,
  environment,
  log,
  logger,
  shutdown,
  phase,
  options,
}: StartApps): Promise<Reports> {
  const { settings } = composition;
  const view = followHeartbeats(log, Date.now, (cause) => logger.warn('heartbeats cannot be read', { cause }));
  shutdown.add('heartbeats', view.stop);
  const children = createChildProcesses({ entry: join(import.meta.dirname, '../main.ts'), logger });
  shutdown.add('apps', children.stop);
  const childEnvironment = {
    ...environment,
    KAFKA_BROKERS: settings.KAFKA_BROKERS?.join(','),
    DATABASE_URL: settings.DATABASE_URL,
    BINANCE_REST_BASE: settings.BINANCE_REST_BASE,
    BINANCE_WS_BASE: settings.BINANCE_WS_BASE,
    PORT: String(settings.PORT),
  };
  for (const [index, name] of names.entries()) {
    const args = ['start', '--app', name, composition.simulated ? '--demo' : '--live'];
    for (const option of ['symbols', 'speed', 'seed'] as const) {
      if (options[option] !== undefined) args.push(`--${option}`, String(options[option]));
    }
    children.start({ name, args, environment: { ...childEnvironment, APP_PORT: appPortOf(settings, index) } });
  }
  const pids = [...children.pids()].map(([name, pid]) => `${name} ${pid}`).join(', ');
  phase(`${names.length} apps started, one process each: ${pids}`);
  return view.reports;
}

/** On one machine no two processes can have one port: each has the next one. */
const appPortOf = ({ APP_PORT: first = 0 }: Settings, index: number): string => String(first === 0 ? 0 : first + index);

async function compose({
  options,
  settings,
  source,
  databaseUrl,
}: {
  options: StartOptions;
  settings: Settings;
  source: Source;
  databaseUrl: string;
}): Promise<Composition> {
  const shared = {
    simulated: source === 'demo',
    symbols: options.symbols,
    speed: options.speed ?? 1,
    seed: options.seed,
  };
  if (source === 'live') return { ...shared, settings: { ...settings, DATABASE_URL: databaseUrl } };
  // The simulator keeps one address for the whole run, so that whoever restarts finds the others.
  const port = await freePort();
  const simulated = { BINANCE_REST_BASE: `http://127.0.0.1:${port}`, BINANCE_WS_BASE: `ws://127.0.0.1:${port}` };
  return { ...shared, settings: { ...settings, ...simulated, DATABASE_URL: databaseUrl } };
}

interface Surroundings {
  readonly io: CommandIo;
  readonly shutdown: ReturnType<typeof createShutdown>;
  readonly phase: (text: string) => void;
  readonly print: (text: string) => void;
}

async function withBroker(
  settings: Settings,
  directory: string,
  { io, shutdown, phase, print }: Surroundings,
): Promise<Settings> {
  if (settings.KAFKA_BROKERS !== undefined || io.startBroker === undefined) return settings;
  const broker = await io.startBroker(directory, (text) => print(`  ${text}`));
  shutdown.add('Kafka', () => broker.stop());
  phase('Kafka ready');
  return { ...settings, KAFKA_BROKERS: [broker.brokers] };
}

/** Apps in processes of their own come up by themselves; the address is shown when somebody answers there. */
async function served(address: string, signal: AbortSignal): Promise<boolean> {
  const deadline = performance.now() + SERVED_WITHIN_MS;
  while (!signal.aborted && performance.now() < deadline) {
    const answer = await fetch(`${address}/ready`, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer !== undefined) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

function phasePrinter(io: CommandIo): (text: string) => void {
  let last = performance.now();
  return (text) => {
    const now = performance.now();
    io.stderr.write(`  ${text} (${((now - last) / 1000).toFixed(1)} s)\n`);
    last = now;
  };
}

const aborted = (signal: AbortSignal): Promise<void> =>
  signal.aborted
    ? Promise.resolve()
    : new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
