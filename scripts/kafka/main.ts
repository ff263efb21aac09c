/** `npm run kafka`: a broker for development on port 9092, until Ctrl-C; with `--brokers 3` three of them. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { availableBroker, startAvailableBroker } from './available-broker.ts';

const DEFAULT_PORT = 9092;
const USAGE_EXIT_CODE = 2;
const PORT_MAX = 65_535;

function refuse(line: string): never {
  process.stderr.write(`${line}\n`);
  process.exit(USAGE_EXIT_CODE);
}

function readOptions(): { readonly port: number; readonly brokers: number } {
  let values: { port?: string; brokers?: string };
  try {
    ({ values } = parseArgs({ options: { port: { type: 'string' }, brokers: { type: 'string' } } }));
  } catch (cause) {
    return refuse(`${(cause as Error).message.split('\n')[0]}; npm run kafka -- takes --port N and --brokers 1 or 3`);
  }
  const brokers = Number(values.brokers ?? 1);
  // Two would be worse than one: the quorum of two ends with either of them.
  if (brokers !== 1 && brokers !== 3) return refuse(`--brokers is '${values.brokers}': expected 1 or 3`);
  const port = Number(values.port ?? DEFAULT_PORT);
  if (!Number.isInteger(port) || port < 1 || port + brokers - 1 > PORT_MAX) {
    return refuse(`--port is '${values.port}': expected a port number, for example ${DEFAULT_PORT}`);
  }
  return { port, brokers };
}

const notify = (text: string) => process.stdout.write(`${text}\n`);
const { port, brokers } = readOptions();
// KAFKA_BROKERS names a broker to use; whoever asks for one to be started wants another.
const available = await availableBroker({ ...process.env, KAFKA_BROKERS: '' });
if (available.kind === 'none' || available.kind === 'given') {
  notify(available.kind === 'none' ? available.reason : '');
  process.exit(1);
}
const home = resolve(process.env.SCREENER_HOME ?? '.screener');
try {
  const directory = resolve(home, brokers === 1 ? 'kafka' : `kafka-${brokers}`);
  const broker = await startAvailableBroker(available, { directory, port, brokers, notify });
  const addresses = Array.from({ length: brokers }, (_, index) => `localhost:${port + index}`).join(',');
  notify(`ready: KAFKA_BROKERS=${addresses}   (Ctrl-C stops it)`);
  // The broker does not keep a program alive by itself.
  const waiting = setInterval(() => {}, 60_000);
  const stop = async (): Promise<void> => {
    await broker.stop();
    clearInterval(waiting);
    notify('Kafka stopped');
  };
  let stopping: Promise<void> | undefined;
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => (stopping ??= stop()));
} catch (cause) {
  process.stderr.write(`${(cause as Error).message}\n`);
  process.exit(1);
}
