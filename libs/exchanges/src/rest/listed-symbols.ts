/** Lists of instruments: one strange entry is reported and left out, it does not hide the others. */
import type { z } from 'zod';
import type { InstrumentStatus, ListedInstrument, ProblemListener } from '../exchange.ts';
import { problemText, sampleLength } from '../stream/frame.ts';

export function listedSymbols<T>(
  entries: readonly unknown[],
  shape: z.ZodType<T>,
  problem: ProblemListener,
  instrument: (entry: T, sample: string) => ListedInstrument,
): readonly ListedInstrument[] {
  return entries.flatMap((entry) => {
    const parsed = shape.safeParse(entry);
    const sample = (JSON.stringify(entry) ?? '').slice(0, sampleLength);
    if (parsed.success) return instrument(parsed.data, sample);
    const [issue] = parsed.error.issues;
    const text = `a listed symbol has another shape: ${issue?.path.join('.')}: ${issue?.message}`;
    problem({ reason: 'unknown-shape', text: problemText(text), sample });
    return [];
  });
}

/** An unknown status is reported and counts as halted, so that nothing is expected of the instrument. */
export function knownStatus(
  statuses: Readonly<Record<string, InstrumentStatus>>,
  status: string,
  symbol: string,
  problem: ProblemListener,
  sample: string,
): InstrumentStatus {
  const known = Object.hasOwn(statuses, status) ? statuses[status] : undefined;
  if (known !== undefined) return known;
  problem({ reason: 'unknown-status', text: problemText(`${symbol} has the unknown status ${status}`), sample });
  return 'halted';
}
