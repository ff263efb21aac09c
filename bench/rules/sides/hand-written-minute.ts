import { presetRules } from '@screener/rules';
import { serveSide } from '../../framework/serve-side.ts';
import { handWrittenMinute } from '../flat-minute.ts';
import { handWritten } from '../hand-written.ts';
import { inContext, measurePresets, type PresetRun } from '../preset-loop.ts';
import { seededMinutes } from '../seeded-minutes.ts';

const conditions = presetRules.map(({ rule }) => handWritten[rule] ?? (() => false));

serveSide({
  run: (run: PresetRun) =>
    measurePresets(inContext(seededMinutes(run)), run.passes, (context) => {
      const minute = handWrittenMinute(context);
      let holding = 0;
      for (let index = 0; index < conditions.length; index++) {
        if (conditions[index]?.(minute) === true) holding |= 1 << index;
      }
      return holding;
    }),
});
