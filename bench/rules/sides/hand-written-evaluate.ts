import { presetRules } from '@screener/rules';
import { serveSide } from '../../framework/serve-side.ts';
import { handWrittenMinute } from '../flat-minute.ts';
import { handWritten } from '../hand-written.ts';
import { inContext, measurePresets, type PresetRun } from '../preset-loop.ts';
import { seededMinutes } from '../seeded-minutes.ts';

const conditions = presetRules.map(({ rule }) => {
  const condition = handWritten[rule];
  if (condition === undefined) throw new Error(`the preset ${rule} is not written by hand`);
  return condition;
});

serveSide({
  run(run: PresetRun) {
    const prepared = inContext(seededMinutes(run)).map(handWrittenMinute);
    return measurePresets(prepared, run.passes, (minute) => {
      let holding = 0;
      for (let index = 0; index < conditions.length; index++) {
        if (conditions[index]?.(minute) === true) holding |= 1 << index;
      }
      return holding;
    });
  },
});
