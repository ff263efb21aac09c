/** Topics and what differs about them in words. */
import type { TopicDifference, TopicSpec } from '@screener/log';
import { durationText } from './text-table.ts';

export function keptText({ compact, compactionLagMs, retentionMs, live }: TopicSpec): string {
  const safe = compactionLagMs > 0 ? `, all of the last ${durationText(compactionLagMs)}` : '';
  const parts = [
    ...(compact ? [`newest of each key${safe}`] : []),
    ...(retentionMs === undefined || compact ? [] : [durationText(retentionMs)]),
    ...(live ? ['in memory when embedded'] : []),
  ];
  return parts.join(', ') || 'for ever';
}

export const partitionsText = (count: number): string => `${count} partition${count === 1 ? '' : 's'}`;

/** 'retention is 2 d, the topology says 30 d'. */
export function differenceText({ property, found, expected }: TopicDifference): string {
  if (property === 'topic') return `is missing, the topology has it with ${expected}`;
  const value = (text: string): string =>
    property.endsWith('Ms') && /^\d+$/.test(text) ? durationText(Number(text)) : text;
  return `${titles[property]} ${value(found)}, the topology says ${value(expected)}`;
}

const titles = {
  partitions: 'partitions:',
  retentionMs: 'kept',
  compact: 'compacted:',
  compactionLagMs: 'safe from compaction for',
} as const;
