import type { TopicDescription, TopicDifference, TopicSpec, Topology } from './topology.ts';

const compared = ['partitions', 'retentionMs', 'compact', 'compactionLagMs'] as const;

/** What is not as the topology says. A missing topic is marked `created`: the caller creates it. */
export function topicDifferences(topology: Topology, found: readonly TopicDescription[]): readonly TopicDifference[] {
  const byName = new Map(found.map((topic) => [topic.name, topic]));
  return topology.flatMap((spec): TopicDifference[] => {
    const topic = byName.get(spec.name);
    if (topic !== undefined) return compared.flatMap((property) => difference(spec, topic, property));
    const expected = `${spec.partitions} partition${spec.partitions === 1 ? '' : 's'}`;
    return [{ topic: spec.name, property: 'topic', expected, found: 'missing', created: true }];
  });
}

function difference(
  spec: TopicSpec,
  topic: TopicDescription,
  property: (typeof compared)[number],
): readonly TopicDifference[] {
  // Retention says nothing about a compacted topic.
  if (spec[property] === topic[property] || (property === 'retentionMs' && spec.compact && topic.compact)) return [];
  const text = (value: unknown): string => (value === undefined ? 'for ever' : String(value));
  return [{ topic: spec.name, property, expected: text(spec[property]), found: text(topic[property]), created: false }];
}
