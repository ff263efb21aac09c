/** What a fuzzing thread and its watcher share: seen from outside even while the thread hangs. */
export class FuzzProgress {
  readonly buffer: SharedArrayBuffer;
  readonly #cells: Int32Array;

  constructor(buffer = new SharedArrayBuffer(4 * Int32Array.BYTES_PER_ELEMENT)) {
    this.buffer = buffer;
    this.#cells = new Int32Array(buffer);
  }

  /** The round that is under way. */
  get round(): number {
    return Atomics.load(this.#cells, 0);
  }
  set round(round: number) {
    Atomics.store(this.#cells, 0, round);
  }

  get stopped(): boolean {
    return Atomics.load(this.#cells, 1) === 1;
  }
  stop(): void {
    Atomics.store(this.#cells, 1, 1);
  }

  get accepted(): number {
    return Atomics.load(this.#cells, 2);
  }
  get refused(): number {
    return Atomics.load(this.#cells, 3);
  }
  count(result: 'accepted' | 'refused'): void {
    Atomics.add(this.#cells, result === 'accepted' ? 2 : 3, 1);
  }
}

export interface FuzzWork {
  readonly seed: number;
  readonly firstRound: number;
  readonly progress: SharedArrayBuffer;
}

/** Round after round until somebody stops it. */
export function fuzz(work: FuzzWork, doRound: (seed: number, round: number) => 'accepted' | 'refused'): void {
  const progress = new FuzzProgress(work.progress);
  for (let round = work.firstRound; !progress.stopped; round++) {
    progress.round = round;
    progress.count(doRound(work.seed, round));
  }
}
