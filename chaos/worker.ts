/**
 * The app under test in a process of its own, a member of each of its groups: what the harness kills, freezes and cuts off.
 * Its settings are the first argument, as JSON. It ends with its parent, however that ends.
 */
import { reasonOf, ScreenerError } from '@screener/errors';
import { type Log, openLog, type Writer } from '@screener/log';
import type { RunningApp } from '@screener/service';
import type { FromWorker, LivePartitions, StageStates, ToWorker, WorkerSettings } from './messages.ts';
import { type ObservedLog, type ObservedProcessor, observeLog } from './observed-log.ts';
import { runApp } from './run-app.ts';
import type { TaskState, Victim } from './workload/workload.ts';
import { victimOf } from './workload/workloads.ts';

const statusEveryMs = 50;

const settings = JSON.parse(process.argv[2] ?? '') as WorkerSettings;
process.on('disconnect', () => process.exit(0));

const tell = (message: FromWorker): void => {
  if (process.connected) process.send?.(message, () => {});
};

/** Asked to leave: what was just being started fails now, and that is nothing to tell. */
let leaving = false;

/** Says why, then ends; whoever started us decides what follows. */
function fail(cause: unknown): void {
  const explained = cause instanceof ScreenerError;
  const text = explained
    ? `${cause.code}: ${cause.message}`
    : cause instanceof Error
      ? (cause.stack ?? '')
      : String(cause);
  process.send?.({ type: 'failed', explained, text } satisfies FromWorker, () => process.exit(explained ? 1 : 70));
}
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

let observed: ObservedLog | undefined;
let running: RunningApp | undefined;
const processors = (): readonly (readonly [string, ObservedProcessor])[] => [...(observed?.processors ?? [])];
const livePartitions = (): LivePartitions =>
  Object.fromEntries(processors().map(([group, { member }]) => [group, member?.partitions() ?? []]));

/** Of every partition that is live. */
function states({ stateOf }: Victim): StageStates {
  const of = ({ member, tasks }: ObservedProcessor): Readonly<Record<number, TaskState>> =>
    Object.fromEntries(
      (member?.partitions() ?? []).flatMap((partition) => {
        const task = tasks.get(partition);
        return task === undefined ? [] : [[partition, stateOf(task)]];
      }),
    );
  return Object.fromEntries(processors().map(([group, processor]) => [group, of(processor)]));
}

async function close(): Promise<void> {
  leaving = true;
  // Asked while the app starts: what it has joined so far would take partitions over again, and the log would wait for it.
  if (running === undefined) await Promise.all(processors().map(([, { member }]) => member?.close()));
  else await running.stop();
  await log?.close();
  process.exit(0);
}

async function append({ id, records }: Extract<ToWorker, { type: 'append' }>): Promise<void> {
  try {
    if (writer === undefined) throw new Error('the log is not open yet');
    await writer.append(records);
    tell({ type: 'appended', id });
  } catch (cause) {
    tell({ type: 'appended', id, reason: reasonOf(cause) });
  }
}

let log: Log | undefined;
let writer: Writer | undefined;
const victim = victimOf(settings.workload);
process.on('message', (message: ToWorker) => {
  if (message.type === 'states') tell({ type: 'states', states: states(victim) });
  else if (message.type === 'close') void close().catch(fail);
  else void append(message);
});
setInterval(() => tell({ type: 'live', live: livePartitions() }), statusEveryMs);

try {
  const notify = (text: string): void => tell({ type: 'notice', text: text.trim() });
  log = await openLog({
    directory: settings.directory,
    ...(settings.brokers && { brokers: settings.brokers }),
    ...(settings.instance !== undefined && { instance: settings.instance }),
    client: process.env.KAFKA_CLIENT === 'kafkajs' ? 'kafkajs' : 'platformatic',
    notify,
  });
  writer = log.writer();
  observed = observeLog(log);
  running = await runApp({ app: victim.app, log: observed.log, instance: settings.name, notify });
  running.failed.catch((cause: unknown) => leaving || fail(cause));
} catch (cause) {
  if (!leaving) fail(cause);
}
