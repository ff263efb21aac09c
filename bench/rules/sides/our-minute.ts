import { compileRule, createEvaluationInput, presetRules } from '@screener/rules';
import { serveSide } from '../../framework/serve-side.ts';
import { inContext, type MinuteInContext, measurePresets, type PresetRun } from '../preset-loop.ts';
import { seededMinutes } from '../seeded-minutes.ts';

const rules = presetRules.map((rule) => compileRule(rule));

/** Candles of the minutes before are put in when the instrument is seen first, as the alerter has them by then. */
function evaluator() {
  const known = new Map<string, ReturnType<typeof createEvaluationInput>>();
  return ({ current, last }: MinuteInContext): number => {
    const { instrument, openTime, metrics } = current;
    let minutes = known.get(instrument);
    if (minutes === undefined) {
      minutes = createEvaluationInput({ instrument, changeBasis: 'open' });
      for (const each of last.slice(0, -1)) minutes.closed(each.openTime, each.metrics, undefined);
      known.set(instrument, minutes);
    }
    minutes.closed(openTime, metrics, undefined);
    let holding = 0;
    for (let index = 0; index < rules.length; index++) {
      if (rules[index]?.evaluate(minutes.input) === true) holding |= 1 << index;
    }
    return holding;
  };
}

serveSide({
  run: (run: PresetRun) => measurePresets(inContext(seededMinutes(run)), run.passes, evaluator()),
});
