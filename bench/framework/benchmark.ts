/** What a benchmark is made of. A benchmark is a folder `bench/<name>` whose `cases.ts` exports `cases`. */
import type { Side, SideOptions } from './side.ts';

export interface BenchmarkCase {
  /** Chosen with `--case`, whole or by its beginning: `restore` means `restore/kafka` and `restore/embedded`. */
  readonly name: string;
  /** One line for people: what is done, and what the peer is. */
  readonly about: string;
  run(bench: CaseRun): Promise<readonly Measurement[]>;
}

/** What a case is given. Everything it opens here is ended and removed after it, also on Ctrl-C. */
export interface CaseRun {
  /** A run that only shows that everything works: small amounts, figures too noisy to publish. */
  readonly quick: boolean;
  /** Measured rounds, after one that warms up. */
  readonly rounds: number;
  /** An empty directory. */
  directory(): string;
  /** The broker of this run, started at the first call. */
  brokers(): Promise<readonly string[]>;
  /** A process of its own, so that heap and garbage collection of one side do not touch the other. */
  side(options: SideOptions): Promise<Side>;
  say(line: string): void;
}

/** `ratio` is ours divided by the peer's. */
export type Goal =
  | { readonly ratioMin: number }
  | { readonly ratioMax: number }
  | { readonly oursMax: number }
  | { readonly oursMin: number }
  | undefined;

/** One figure, with its value in each round. */
export interface Measurement {
  /** The case, and what of it: `minute-close/kafka/p99`. */
  readonly name: string;
  readonly unit: string;
  readonly peer: string;
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
  readonly goal: Goal;
}

/** This machine cannot run the case; said in the table, not an error. */
export class CaseUnavailable extends Error {
  override readonly name = 'CaseUnavailable';
}
