import { createEvaluationInput, type EvaluationInput } from '@screener/rules';
import type { MinuteInContext } from './preset-loop.ts';

/** As the alerter has it when a minute was closed; nothing is read of it yet. */
export function preparedInput({ last }: MinuteInContext): EvaluationInput {
  const [{ instrument } = { instrument: '' }] = last;
  const minutes = createEvaluationInput({ instrument, changeBasis: 'open' });
  for (const { openTime, metrics } of last) minutes.closed(openTime, metrics, undefined);
  return minutes.input;
}
