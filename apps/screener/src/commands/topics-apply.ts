/** `screener topics apply` and `diff`: the topics of a log beside topology/topics.yaml. */
import { ScreenerError } from '@screener/errors';
import { type TopicDescription, type TopicDifference, topicDifferences } from '@screener/log';
import { type Command, type CommandIo, parseArguments, writeLine } from '../command.ts';
import { readProjectTopology } from '../open-project-log.ts';
import { refusePartitionChange } from '../project-topics.ts';
import { differenceText, keptText, partitionsText } from '../topic-text.ts';
import { demoOption, jsonOption, withLog } from '../with-log.ts';

const options = { demo: demoOption, json: jsonOption } as const;

export const topicsApplyCommand: Command = {
  name: 'topics apply',
  summary: 'create the topics of topology/topics.yaml that are missing; what is there is never changed',
  options,
  more: [
    'Says what it will create before it does, and may be run any number of times. No topic is deleted, emptied or kept for a',
    'shorter time. A partition count is never changed: docs/architecture.md, "Changing a partition count", says how to migrate.',
    'Exit code 1 when something differs that it does not change.',
  ].join('\n'),
  async run(args, io) {
    const flags = parseArguments({ name: this.name, options }, args).options;
    const differences = topicDifferences(readProjectTopology(), await topicsIfAny(io, flags.demo));
    for (const difference of differences) await writeLine(io.stdout, planLine(difference, flags.json));
    refusePartitionChange(differences);
    const missing = differences.filter(({ created }) => created).length;
    if (missing > 0) {
      await withLog(io, flags.demo, 'change', async ({ log }) => {
        await log.ensureTopics(readProjectTopology());
        if (!flags.json) await writeLine(io.stdout, `created ${missing} topic${missing === 1 ? '' : 's'}`);
        return 0;
      });
    }
    if (differences.length === 0 && !flags.json) await writeLine(io.stdout, allWell);
    return missing === differences.length ? 0 : 1;
  },
};

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

function planLine(difference: TopicDifference, json: boolean): string {
  const { topic, property, found, expected, created } = difference;
  const action = created ? 'create' : property === 'partitions' ? 'refuse' : 'keep';
  if (json) return JSON.stringify({ action, topic, property, found, expected });
  const spec = readProjectTopology().find(({ name }) => name === topic);
  if (created && spec) return `will create ${topic}: ${partitionsText(spec.partitions)}, kept: ${keptText(spec)}`;
  return `will not change ${topic}: ${differenceText(difference)}`;
}
