/** The two stages under test and the topics between them. */
import type { TopicSpec, Topology } from '@screener/log';

export interface Stage {
  readonly name: 'tally' | 'digest';
  readonly group: string;
  readonly input: string;
  readonly output: string;
  readonly snapshots: string;
}

export const rulesTopic = 'chaos.rules';
export const rulesPartitions = 2;
export const rulesCount = 4;

export const tally: Stage = {
  name: 'tally',
  group: 'chaos-tally',
  input: 'chaos.entries',
  output: 'chaos.tallies',
  snapshots: 'chaos.snapshots.tally',
};
/** Consumes what the first one writes: faults travel along the chain. */
export const digest: Stage = {
  name: 'digest',
  group: 'chaos-digest',
  input: tally.output,
  output: 'chaos.digests',
  snapshots: 'chaos.snapshots.digest',
};
export const stages = [tally, digest] as const;

/** Of event time: short, so that snapshots and take-overs meet often. */
export const snapshotEveryMs = 20 * 60_000;

const topic = (name: string, partitions: number, compact: boolean): TopicSpec => ({
  name,
  about: 'chaos',
  key: 'anything',
  events: ['Heartbeat'],
  writers: ['chaos'],
  partitions,
  retentionMs: undefined,
  compact,
  compactionLagMs: 0,
  live: false,
});

export const topologyOf = (partitions: number): Topology => [
  topic(tally.input, partitions, false),
  topic(tally.output, partitions, false),
  topic(digest.output, partitions, false),
  topic(rulesTopic, rulesPartitions, true),
  ...stages.map(({ snapshots }) => topic(snapshots, partitions, true)),
];
