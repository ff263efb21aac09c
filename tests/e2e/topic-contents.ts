import type { Log } from '@screener/log';

/** Key and body of every record by partition, in order: what must be equal between two runs. */
export async function contentsOf(log: Log, topic: string): Promise<readonly (readonly string[])[]> {
  const partitions: string[][] = (await log.offsets(topic)).map(() => []);
  for await (const batch of log.reader({ topic, from: 'beginning', until: 'end' })) {
    for (const { partition, key, value } of batch)
      partitions[partition]?.push(`${key} ${value === null ? '' : Buffer.from(value).toString('base64')}`);
  }
  return partitions;
}

/** The first place where two runs differ, for people; undefined where they are equal. */
export function firstDifference(
  expected: readonly (readonly string[])[],
  found: readonly (readonly string[])[],
): string | undefined {
  for (const [partition, events] of expected.entries()) {
    const others = found[partition] ?? [];
    const length = Math.max(events.length, others.length);
    for (let place = 0; place < length; place++) {
      if (events[place] === others[place]) continue;
      return `partition ${partition}, event ${place} of ${events.length} (found ${others.length}): expected ${events[place]?.slice(0, 80)}, found ${others[place]?.slice(0, 80)}`;
    }
  }
  return undefined;
}

/** Resolves when a group has read its topic to the end. */
export async function caughtUp(log: Log, group: string, topic: string): Promise<boolean> {
  return (await log.lag(group, topic)).every(
    ({ committed, end, beginning, lag }) => lag === 0 && (committed !== undefined || end === beginning),
  );
}
