/** Runs the jobs of a backfill, alone on an embedded log, with others on Kafka. */
import type { Exchange } from '@screener/exchanges';
import type { Log, NewRecord } from '@screener/log';
import type { CommandIo } from '../command.ts';
import { ProgressBar } from '../progress-bar.ts';
import { grouped } from '../text-table.ts';
import { inParallel } from '../work-pool.ts';
import { type FetchOptions, fetchHistory, type HistoryJob, type JobOutcome } from './fetch-history.ts';
import type { BackfillCost } from './plan-jobs.ts';
import { type Progress, readProgress } from './progress-records.ts';
import { shareWork } from './share-work.ts';
import { missingPieces } from './stretches.ts';

export interface RunOptions {
  readonly log: Log;
  readonly exchange: Exchange;
  readonly jobs: readonly HistoryJob[];
  readonly cost: BackfillCost;
  /** As the log has it, when nobody else can write any more. */
  readonly progress: Progress;
  /** Percent of the exchange's limit. */
  readonly share: number;
  readonly io: CommandIo;
  readonly random: () => number;
  readonly notify: (text: string) => void;
}

export interface BackfillOutcome {
  readonly jobs: readonly (HistoryJob & { readonly outcome: JobOutcome })[];
  readonly tookMs: number;
  /** Ended by whoever started it. */
  readonly stopped: boolean;
}

export const isWhole = ({ jobs, stopped }: BackfillOutcome): boolean =>
  !stopped && jobs.every(({ outcome }) => outcome.failure === undefined);

/** Instruments that are fetched at the same time where the log does not say otherwise. */
const instrumentsAtOnceMax = 8;

export async function runBackfill(options: RunOptions): Promise<BackfillOutcome> {
  const { log, jobs, cost, io } = options;
  const { signal } = io;
  const began = performance.now();
  const bar = new ProgressBar(io, 'backfill', cost.minutes, true);
  const running = jobs.map((job) => ({ ...job, outcome: newOutcome() }));
  let minutes = 0;
  const advance = (more: number): void => {
    minutes += more;
    bar.advance(more, `, ${grouped(Math.round((minutes * 1_000) / (performance.now() - began)))} candles a second`);
  };
  // What was just read of the log holds for the first attempt; after a failure it is read again.
  const fetch = (one: (typeof running)[number], { append, stop, progress }: Doing): Promise<void> => {
    let known: Progress | undefined = progress;
    return fetchHistory(one, one.outcome, {
      ...{ exchange: options.exchange, share: options.share, signal: stop, append, advance },
      async stretchesOf({ instrument, partition }) {
        const read = known ?? (await readProgress(log, [partition]));
        known = undefined;
        return read.get(instrument) ?? [];
      },
    });
  };
  try {
    if (log.engine === 'embedded') {
      const writer = log.writer();
      const append = (records: readonly NewRecord[]): Promise<void> => writer.append(records);
      const doing = { append, stop: signal, progress: options.progress };
      await inParallel(running, instrumentsAtOnceMax, (one) => fetch(one, doing));
      await writer.close();
    } else {
      await shareWork({
        log,
        partitions: [...new Set(jobs.map(({ partition }) => partition))],
        async work(partition, append, stop) {
          const progress = await readProgress(log, [partition]);
          for (const one of running) if (one.partition === partition) await fetch(one, { append, stop, progress });
        },
        finishedByOthers: (partitions) => finishedIn(log, jobs, partitions),
        ...{ signal, random: options.random, notify: options.notify },
      });
    }
  } finally {
    bar.end();
  }
  return { jobs: running, tookMs: performance.now() - began, stopped: signal.aborted };
}

interface Doing {
  readonly append: FetchOptions['append'];
  readonly stop: AbortSignal;
  readonly progress: Progress;
}

const newOutcome = (): JobOutcome => ({ candles: 0, synthetic: 0, gaps: 0, failure: undefined });

/** Of these partitions, those in which nothing of the jobs is missing any more. */
async function finishedIn(
  log: Log,
  jobs: readonly HistoryJob[],
  partitions: readonly number[],
): Promise<readonly number[]> {
  const progress = await readProgress(log, partitions);
  const isThere = ({ instrument, asked }: HistoryJob): boolean =>
    missingPieces(asked, progress.get(instrument) ?? []).length === 0;
  return partitions.filter((partition) => jobs.every((job) => job.partition !== partition || isThere(job)));
}
