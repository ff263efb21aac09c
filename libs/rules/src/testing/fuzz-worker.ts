/** A thread that throws mistyped conditions at the language. */
import { setPriority } from 'node:os';
import { workerData } from 'node:worker_threads';
import { type FuzzWork, fuzz } from './fuzz-progress.ts';
import { fuzzRound } from './fuzz-round.ts';

// Of this thread alone on Linux: tests beside it that wait for an answer come first.
setPriority(10);
fuzz(workerData as FuzzWork, fuzzRound);
