import type { CaseRun } from './benchmark.ts';
import type { MeasuredSide } from './rounds.ts';

export interface MeasuredWork {
  readonly name: string;
  readonly file: URL;
  /** Answered with processor time and a digest. */
  readonly request: string;
  readonly run: object;
  /** Units of work in a run. */
  readonly work: number;
}

/** A process for each round; its figures are the processor time of a unit of work, and the rate. */
export const measuredSide = (bench: CaseRun, { name, file, request, run, work }: MeasuredWork): MeasuredSide => ({
  name,
  measure: async () => {
    const side = await bench.side({ name, file });
    const { cpuUs, output } = await side.call<{ cpuUs: number; output: string }>(request, run);
    await side.close();
    return { figures: { us: cpuUs / work, rate: (work * 1e6) / cpuUs }, output };
  },
});
