/** Brings the topics of a log to what the topology says, as far as that can be done without touching data. */
import { ScreenerError } from '@screener/errors';
import type { Log, TopicDifference } from '@screener/log';
import { readProjectTopology } from './open-project-log.ts';
import { differenceText } from './topic-text.ts';

/** Creates what is missing. Another partition count is refused, everything else that differs is said. */
export async function ensureProjectTopics(log: Log, notify: (text: string) => void): Promise<void> {
  const differences = await log.ensureTopics(readProjectTopology());
  refusePartitionChange(differences);
  for (const difference of differences) {
    if (!difference.created) notify(`topic ${difference.topic}: ${differenceText(difference)}; it stays as it is`);
  }
}

export function refusePartitionChange(differences: readonly TopicDifference[]): void {
  const counts = differences.find(({ property }) => property === 'partitions');
  if (counts === undefined) return;
  const { topic, found, expected } = counts;
  throw new ScreenerError('PARTITIONS_DIFFER', { topic, found, expected });
}
