import type { CaseRun } from '../framework/benchmark.ts';
import * as framework from '../framework/measured-side.ts';
import type { MeasuredSide } from '../framework/rounds.ts';

/** `file`: in `sides/`. */
export type MeasuredWork = Omit<framework.MeasuredWork, 'file'> & { readonly file: string };

export const measuredSide = (bench: CaseRun, { file, ...work }: MeasuredWork): MeasuredSide =>
  framework.measuredSide(bench, { ...work, file: new URL(`sides/${file}.ts`, import.meta.url) });
