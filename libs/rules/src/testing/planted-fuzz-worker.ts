/** What a crash and a hang of the language would look like, for the test of the watcher. */
import { workerData } from 'node:worker_threads';
import { type FuzzWork, fuzz } from './fuzz-progress.ts';
import { fuzzText } from './fuzz-round.ts';

export const PLANTED_ROUND = 50;
/** This one hangs, every other one crashes. */
export const HANGING_SEED = 7;

if (workerData !== null)
  fuzz(workerData as FuzzWork, (seed, round) => {
    if (round === PLANTED_ROUND) {
      if (seed !== HANGING_SEED) throw new TypeError(`planted, ${fuzzText(seed, round).length} characters`);
      for (;;);
    }
    return 'accepted';
  });
