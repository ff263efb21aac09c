/**
 * On a log of many machines several backfills share the work: each owns partitions of the topic `backfills` as a member of one
 * group, so that no two ever write the same history, and takes over what one of them leaves.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log, NewRecord } from '@screener/log';
import { progressTopic } from './progress-records.ts';

export interface SharedWork {
  readonly log: Log;
  /** Those in which there is something to do. */
  readonly partitions: readonly number[];
  /** Does what is to be done in a partition; called again when the partition was away meanwhile. */
  readonly work: (
    partition: number,
    append: (records: readonly NewRecord[]) => Promise<void>,
    signal: AbortSignal,
  ) => Promise<void>;
  /** Of these partitions, those that others have finished. */
  readonly finishedByOthers: (partitions: readonly number[]) => Promise<readonly number[]>;
  readonly signal: AbortSignal;
  readonly random: () => number;
  readonly notify: (text: string) => void;
  readonly idleMs?: number;
  readonly awayMs?: number;
}

export const backfillGroup = 'backfill';

/** Without any partition to work on for so long, what is left is in the hands of others. */
const idleMsDefault = 10_000;
/**
 * Who has nothing to do but waits for others gives up its partitions meanwhile: they may wait for one of those. Up to
 * so long, by chance, so that two who wait for each other do not go on doing so.
 */
const awayMsDefault = 10_000;
const lookMs = 50;

export async function shareWork(options: SharedWork): Promise<void> {
  const { signal, random, notify, finishedByOthers, awayMs = awayMsDefault } = options;
  let left = options.partitions;
  while (left.length > 0 && !signal.aborted) {
    const finished = await takePart(options, left);
    left = left.filter((partition) => !finished.has(partition));
    if (left.length === 0 || signal.aborted) return;
    const others = await finishedByOthers(left);
    left = left.filter((partition) => !others.includes(partition));
    if (left.length === 0) return;
    notify(`another backfill has ${left.length} of the partitions: waiting for it`);
    await sleep(awayMs * (0.2 + 0.8 * random()), undefined, { signal }).catch(() => {});
  }
}

/** As a member of the group, until nothing that it is given needs anything done. Answers the partitions that are finished. */
async function takePart(
  { log, work, signal, idleMs = idleMsDefault }: SharedWork,
  left: readonly number[],
): Promise<ReadonlySet<number>> {
  const finished = new Set<number>();
  const underWay = new Set<number>();
  let failure: { readonly cause: unknown } | undefined;
  let busyAt = performance.now();
  const member = await log.source({
    group: backfillGroup,
    input: progressTopic,
    task(partition) {
      const stopping = new AbortController();
      let working: Promise<void> = Promise.resolve();
      return {
        async start(writer) {
          if (!left.includes(partition) || finished.has(partition)) return;
          underWay.add(partition);
          let refused = false;
          const append = (records: readonly NewRecord[]): Promise<void> =>
            writer.append(records).catch((cause: unknown) => {
              refused = true;
              throw cause;
            });
          const ended = AbortSignal.any([stopping.signal, signal]);
          working = work(partition, append, ended)
            .then(() => {
              if (!ended.aborted) finished.add(partition);
            })
            .catch((cause: unknown) => {
              // Who is fenced begins anew, or another does: the log says how far this one came.
              if (!refused && !ended.aborted) failure = { cause };
            })
            .finally(() => {
              underWay.delete(partition);
              busyAt = performance.now();
            });
        },
        async close() {
          stopping.abort();
          await working;
        },
      };
    },
  });
  let lost: { readonly cause: unknown } | undefined;
  member.failed.catch((cause: unknown) => {
    lost = { cause };
  });
  const isOver = (): boolean =>
    signal.aborted ||
    failure !== undefined ||
    lost !== undefined ||
    left.every((partition) => finished.has(partition)) ||
    (underWay.size === 0 && performance.now() - busyAt > idleMs);
  while (!isOver()) await sleep(lookMs);
  await member.close();
  const thrown = failure ?? lost;
  if (thrown !== undefined) throw thrown.cause;
  return finished;
}
