import type { FrameReading } from '../stream/frame.ts';

/** What a frame was taken as, in one word: `updates`, `answer`, the reason of its refusal, … */
export const outcomeOf = (reading: FrameReading): string => {
  if (typeof reading === 'string') return reading;
  return 'problem' in reading ? reading.problem.reason : (Object.keys(reading)[0] ?? '');
};
