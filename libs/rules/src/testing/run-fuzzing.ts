/** Watches a fuzzing thread: a hang is as much a finding as a crash, and neither may take the test run with it. */
import { Worker } from 'node:worker_threads';
import { FuzzProgress, type FuzzWork } from './fuzz-progress.ts';

export interface FuzzingOptions {
  readonly seed: number;
  readonly firstRound: number;
  readonly durationMs: number;
  /** Goes on until then, also where the machine is busy. */
  readonly roundsMin: number;
  /** A thread that is seen so often in one and the same round hangs; starting takes as long as it takes. */
  readonly looksUntilHang: number;
  readonly worker?: URL;
}

export interface FuzzingResult {
  readonly rounds: number;
  readonly accepted: number;
  readonly refused: number;
  readonly finding?: { readonly round: number; readonly reason: string };
}

/** Looks are counted and not time: where all the machine stands still, so does the watcher. */
export const LOOK_EVERY_MS = 250;

export async function runFuzzing(options: FuzzingOptions): Promise<FuzzingResult> {
  const { seed, firstRound, durationMs, roundsMin, looksUntilHang } = options;
  const progress = new FuzzProgress();
  progress.round = firstRound - 1;
  const work: FuzzWork = { seed, firstRound, progress: progress.buffer };
  const worker = new Worker(options.worker ?? new URL('./fuzz-worker.ts', import.meta.url), { workerData: work });
  const roundsOf = (): number => progress.accepted + progress.refused;
  const began = performance.now();
  let seenIn = progress.round;
  let looks = 0;
  let watching: NodeJS.Timeout | undefined;
  const reason = await new Promise<string | undefined>((resolve) => {
    worker.once('error', (error) => resolve(error instanceof Error ? (error.stack ?? error.message) : String(error)));
    worker.once('exit', () => resolve(progress.stopped ? undefined : 'its thread ended'));
    watching = setInterval(() => {
      looks = progress.round === seenIn && progress.round >= firstRound ? looks + 1 : 0;
      seenIn = progress.round;
      if (looks >= looksUntilHang) resolve(`it hangs for ${(looks * LOOK_EVERY_MS) / 1000} s`);
      if (performance.now() - began >= durationMs && roundsOf() >= roundsMin) progress.stop();
    }, LOOK_EVERY_MS);
  });
  clearInterval(watching);
  await worker.terminate();
  const { accepted, refused, round } = progress;
  const finding = reason === undefined ? {} : { finding: { round, reason } };
  return { rounds: accepted + refused, accepted, refused, ...finding };
}
