import { compileRule, type EvaluationInput, presetRules } from '@screener/rules';
import { serveSide } from '../../framework/serve-side.ts';
import { preparedInput } from '../our-minutes.ts';
import { inContext, measurePresets, type PresetRun } from '../preset-loop.ts';
import { seededMinutes } from '../seeded-minutes.ts';

const rules = presetRules.map((rule) => compileRule(rule));

serveSide({
  run(run: PresetRun) {
    const prepared = inContext(seededMinutes(run)).map(preparedInput);
    return measurePresets(prepared, run.passes, (input: EvaluationInput) => {
      let holding = 0;
      for (let index = 0; index < rules.length; index++) {
        if (rules[index]?.evaluate(input) === true) holding |= 1 << index;
      }
      return holding;
    });
  },
});
