/**
 * One member of each group, in a process of its own: what the harness kills, freezes and cuts off.
 * Its settings are the first argument, as JSON. It ends with its parent, however that ends.
 */
import { reasonOf, ScreenerError } from '@screener/errors';
import { type Log, type Member, openLog } from '@screener/log';
import type { FromWorker, LivePartitions, StageStates, ToWorker, WorkerSettings } from './messages.ts';
import { definitionOf, type StageTask, stateOf } from './workload/definitions.ts';
import { type Stage, stages } from './workload/names.ts';

const statusEveryMs = 50;

const settings = JSON.parse(process.argv[2] ?? '') as WorkerSettings;
process.on('disconnect', () => process.exit(0));

const tell = (message: FromWorker): void => {
  if (process.connected) process.send?.(message, () => {});
};

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

async function close(log: Log): Promise<void> {
  await Promise.all(Object.values(members).map((member) => member.close()));
  await log.close();
  process.exit(0);
}

const log = await openLog({
  directory: settings.directory,
  ...(settings.brokers && { brokers: settings.brokers }),
  ...(settings.instance !== undefined && { instance: settings.instance }),
  client: process.env.KAFKA_CLIENT === 'kafkajs' ? 'kafkajs' : 'platformatic',
  notify: (text) => tell({ type: 'notice', text }),
}).catch((cause: unknown) => fail(cause));
if (log) {
  const writer = log.writer();
  process.on('message', (message: ToWorker) => {
    if (message.type === 'states') return tell({ type: 'states', states: states() });
    if (message.type === 'close') return void close(log).catch(fail);
    const { id, records } = message;
    writer.append(records).then(
      () => tell({ type: 'appended', id }),
      (cause: unknown) => tell({ type: 'appended', id, reason: reasonOf(cause) }),
    );
  });
  try {
    for (const stage of stages) {
      const member = await log.processor(
        definitionOf(stage, (partition, task) => {
          tasks[stage.name].set(partition, task);
          return task;
        }),
      );
      member.failed.catch(fail);
      members[stage.name] = member;
    }
  } catch (cause) {
    fail(cause);
  }
  setInterval(() => tell({ type: 'live', live: livePartitions() }), statusEveryMs);
}
