/** The loop in which the evaluators of all presets are measured. */
import { createHash } from 'node:crypto';
import type { MeasuredMinute } from './seeded-minutes.ts';

export interface PresetRun {
  readonly instruments: number;
  readonly minutes: number;
  /** How often all of it is evaluated. */
  readonly passes: number;
}

/** For each minute, which presets hold: bit n for the n-th of them. */
export type EvaluatePresets<Prepared> = (prepared: Prepared) => number;

/** `evaluate` is what is measured; `prepared` are its inputs, one for each minute, made before. */
export function measurePresets<Prepared>(
  prepared: readonly Prepared[],
  passes: number,
  evaluate: EvaluatePresets<Prepared>,
) {
  const hash = createHash('sha256');
  let held = 0;
  for (const each of prepared) {
    const holding = evaluate(each);
    held += holding === 0 ? 0 : 1;
    hash.update(`${holding},`);
  }
  if (held === 0) throw new Error('no preset held in any minute');
  let checksum = 0;
  const began = process.cpuUsage();
  for (let pass = 0; pass < passes; pass++) {
    for (let index = 0; index < prepared.length; index++) checksum ^= evaluate(prepared[index] as Prepared);
  }
  const { user, system } = process.cpuUsage(began);
  return { cpuUs: user + system, output: `${held} ${hash.digest('hex')}`, checksum };
}

/** Candles that presets look at, oldest first. */
export const CANDLES_READ = 10;

/** The minute, the one before it and the last candles of the same instrument. */
export interface MinuteInContext {
  readonly current: MeasuredMinute;
  readonly previous: MeasuredMinute;
  readonly last: readonly MeasuredMinute[];
}

/** Of each instrument, once enough minutes lie before. */
export function inContext(minutes: readonly MeasuredMinute[]): readonly MinuteInContext[] {
  const byInstrument = new Map<string, MeasuredMinute[]>();
  const found: MinuteInContext[] = [];
  for (const current of minutes) {
    const known = byInstrument.get(current.instrument) ?? [];
    known.push(current);
    byInstrument.set(current.instrument, known);
    const previous = known.at(-2);
    if (previous !== undefined && known.length >= CANDLES_READ) {
      found.push({ current, previous, last: known.slice(-CANDLES_READ) });
    }
  }
  return found;
}
