/**
 * One member of each group, in a process of its own: what the harness kills, freezes and cuts off.
 * Its settings are the first argument, as JSON. It ends with its parent, however that ends.
 */
import { reasonOf, ScreenerError } from '@screener/errors';
import { type Log, type Member, openLog, type Writer } from '@screener/log';
import type { FromWorker, LivePartitions, StageStates, ToWorker, WorkerSettings } from './messages.ts';
import { definitionOf, type StageTask, stateOf } from './workload/definitions.ts';
import { type Stage, stages } from './workload/names.ts';

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

const tasks: Record<Stage['name'], Map<number, StageTask>> = { tally: new Map(), digest: new Map() };
const members: Partial<Record<Stage['name'], Member>> = {};
const livePartitions = (): LivePartitions => ({
  tally: members.tally?.partitions() ?? [],
  digest: members.digest?.partitions() ?? [],
});

function states(): StageStates {
  const of = (name: Stage['name']) =>
    Object.fromEntries(
      (members[name]?.partitions() ?? []).flatMap((partition) => {
        const task = tasks[name].get(partition);
        return task === undefined ? [] : [[partition, stateOf(task)]];
      }),
    );
  return { tally: of('tally'), digest: of('digest') };
}

async function close(): Promise<void> {
  leaving = true;
  await Promise.all(Object.values(members).map((member) => member.close()));
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
process.on('message', (message: ToWorker) => {
  if (message.type === 'states') tell({ type: 'states', states: states() });
  else if (message.type === 'close') void close().catch(fail);
  else void append(message);
});
setInterval(() => tell({ type: 'live', live: livePartitions() }), statusEveryMs);

try {
  log = await openLog({
    directory: settings.directory,
    ...(settings.brokers && { brokers: settings.brokers }),
    ...(settings.instance !== undefined && { instance: settings.instance }),
    client: process.env.KAFKA_CLIENT === 'kafkajs' ? 'kafkajs' : 'platformatic',
    notify: (text) => tell({ type: 'notice', text }),
  });
  writer = log.writer();
  for (const stage of stages) {
    const member = await log.processor(
      definitionOf(stage, (partition, task) => {
        tasks[stage.name].set(partition, task);
        return task;
      }),
    );
    member.failed.catch((cause: unknown) => leaving || fail(cause));
    members[stage.name] = member;
  }
} catch (cause) {
  if (!leaving) fail(cause);
}
