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
    if (difference.created) continue;
    const hint = isRetention(difference) ? 'screener topics apply changes that' : 'it stays as it is';
    notify(`topic ${difference.topic}: ${differenceText(difference)}; ${hint}`);
  }
}

/** How long records are kept: the one thing that may be changed of a topic that is there. */
export const isRetention = ({ property }: TopicDifference): boolean =>
  property === 'retentionMs' || property === 'compactionLagMs';

/** What is older than the new retention would be gone. */
export const isLowered = (difference: TopicDifference): boolean =>
  // 'for ever' is no number, and longer than any.
  isRetention(difference) &&
  (Number.isNaN(Number(difference.found)) || Number(difference.expected) < Number(difference.found));

export function refusePartitionChange(differences: readonly TopicDifference[]): void {
  const counts = differences.find(({ property }) => property === 'partitions');
  if (counts === undefined) return;
  const { topic, found, expected } = counts;
  throw new ScreenerError('PARTITIONS_DIFFER', { topic, found, expected });
}
