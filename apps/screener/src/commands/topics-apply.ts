/** `screener topics apply` and `diff`: the topics of a log beside topology/topics.yaml. */
import { ScreenerError } from '@screener/errors';
import { type Log, type TopicDescription, type TopicDifference, topicDifferences } from '@screener/log';
import { type Command, type CommandIo, parseArguments, writeLine } from '../command.ts';
import { readProjectTopology } from '../open-project-log.ts';
import { isLowered, isRetention, refusePartitionChange } from '../project-topics.ts';
import { differenceText, keptText, partitionsText } from '../topic-text.ts';
import { demoOption, jsonOption, withLog } from '../with-log.ts';

const options = { demo: demoOption, json: jsonOption } as const;
const applyOptions = {
  'lower-retention': { kind: 'flag', about: 'also where records are to be kept shorter: what is older is gone then' },
  ...options,
} as const;

export const topicsApplyCommand: Command = {
  name: 'topics apply',
  summary: 'create the topics of topology/topics.yaml that are missing, and keep the others as long as it says',
  options: applyOptions,
  more: [
    'Says what it will do before it does, and may be run any number of times. No topic is deleted or emptied, and none is kept for a',
    'shorter time without --lower-retention. A partition count is never changed: docs/architecture.md, "Changing a partition',
    'count", says how to migrate. Exit code 1 when something differs that it does not change.',
  ].join('\n'),
  async run(args, io) {
    const flags = parseArguments({ name: this.name, options: applyOptions }, args).options;
    const found = await topicsIfAny(io, flags.demo);
    const plan = topicDifferences(readProjectTopology(), found).map((difference) => {
      return { difference, action: actionOn(difference, flags['lower-retention']) };
    });
    for (const planned of plan) await writeLine(io.stdout, planLine(planned, flags.json));
    refusePartitionChange(plan.map(({ difference }) => difference));
    const toDo = plan.filter(({ action }) => action === 'create' || action === 'change');
    if (toDo.length > 0) {
      await withLog(io, flags.demo, 'change', async ({ log }) => {
        await log.ensureTopics(readProjectTopology());
        await changeRetentions(log, found, toDo);
        if (!flags.json) await writeLine(io.stdout, doneText(toDo));
        return 0;
      });
    }
    if (plan.length === 0 && !flags.json) await writeLine(io.stdout, allWell);
    return toDo.length === plan.length ? 0 : 1;
  },
};

interface Planned {
  readonly difference: TopicDifference;
  readonly action: 'create' | 'change' | 'refuse' | 'keep';
}

function actionOn(difference: TopicDifference, mayLower: boolean): Planned['action'] {
  if (difference.created) return 'create';
  if (difference.property === 'partitions') return 'refuse';
  return isRetention(difference) && (mayLower || !isLowered(difference)) ? 'change' : 'keep';
}

/** Only what the plan says: of a topic with two differences one may be left alone. */
async function changeRetentions(log: Log, found: readonly TopicDescription[], plan: readonly Planned[]): Promise<void> {
  for (const spec of readProjectTopology()) {
    const topic = found.find(({ name }) => name === spec.name);
    const changes = plan.filter(({ difference, action }) => action === 'change' && difference.topic === spec.name);
    if (topic === undefined || changes.length === 0) continue;
    const changed = new Set(changes.map(({ difference }) => difference.property));
    await log.changeRetention(spec.name, {
      retentionMs: (changed.has('retentionMs') ? spec : topic).retentionMs,
      compactionLagMs: (changed.has('compactionLagMs') ? spec : topic).compactionLagMs,
    });
  }
}

function doneText(plan: readonly Planned[]): string {
  const count = (action: Planned['action'], done: string): string[] => {
    const { size } = new Set(plan.filter((one) => one.action === action).map(({ difference }) => difference.topic));
    return size === 0 ? [] : [`${done} ${size} topic${size === 1 ? '' : 's'}`];
  };
  return [...count('create', 'created'), ...count('change', 'changed')].join(', ');
}

export const topicsDiffCommand: Command = {
  name: 'topics diff',
  summary: 'show where the topics of the log differ from topology/topics.yaml; exit code 1 when they do',
  options,
  async run(args, io) {
    const flags = parseArguments({ name: this.name, options }, args).options;
    const differences = topicDifferences(readProjectTopology(), await topicsFound(io, flags.demo));
    for (const difference of differences) {
      const { topic, property, found, expected } = difference;
      const text = `${topic}: ${differenceText(difference)}`;
      await writeLine(io.stdout, flags.json ? JSON.stringify({ topic, property, found, expected }) : text);
    }
    if (differences.length === 0 && !flags.json) await writeLine(io.stdout, allWell);
    return differences.length === 0 ? 0 : 1;
  },
};

const allWell = 'all topics are as topology/topics.yaml says';

/** Read beside whoever writes. */
async function topicsFound(io: CommandIo, demo: boolean): Promise<readonly TopicDescription[]> {
  let found: readonly TopicDescription[] = [];
  await withLog(io, demo, 'read', async ({ log }) => {
    found = await log.describeTopics();
    return 0;
  });
  return found;
}

/** None where there is no embedded log yet: one is made. */
async function topicsIfAny(io: CommandIo, demo: boolean): Promise<readonly TopicDescription[]> {
  try {
    return await topicsFound(io, demo);
  } catch (cause) {
    if (cause instanceof ScreenerError && cause.code === 'LOG_MISSING') return [];
    throw cause;
  }
}

function planLine({ difference, action }: Planned, json: boolean): string {
  const { topic, property, found, expected } = difference;
  if (json) return JSON.stringify({ action, topic, property, found, expected });
  const spec = readProjectTopology().find(({ name }) => name === topic);
  if (action === 'create' && spec) {
    return `will create ${topic}: ${partitionsText(spec.partitions)}, kept: ${keptText(spec)}`;
  }
  const hint = action === 'keep' && isLowered(difference) ? '; what is older would be gone: see --lower-retention' : '';
  return `will ${action === 'change' ? '' : 'not '}change ${topic}: ${differenceText(difference)}${hint}`;
}
