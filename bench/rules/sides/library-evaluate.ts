/** The CEL library's own evaluation, as its documentation says: typed variables, parsed once, evaluated with a plain object. */
import { compileRule, presetRules } from '@screener/rules';
import { type LibraryContext, LibraryEvaluation } from '@screener/rules/testing';
import { serveSide } from '../../framework/serve-side.ts';
import { handWrittenMinute } from '../flat-minute.ts';
import type { HandWrittenMinute } from '../hand-written.ts';
import { inContext, measurePresets, type PresetRun } from '../preset-loop.ts';
import { seededMinutes } from '../seeded-minutes.ts';

const names = new Set(presetRules.flatMap((rule) => compileRule(rule).names));
const library = new LibraryEvaluation([...names]);

function contextOf({ candles, previous_rsi_1h, ...numbers }: HandWrittenMinute): LibraryContext {
  const all = candles.map((candle) => {
    const { quoteVolume } = candle;
    return { ...candle, volume: quoteVolume, quote_volume: quoteVolume, base_volume: 0, trades: 0 };
  });
  return library.context({ numbers: { ...numbers, 'previous.rsi_1h': previous_rsi_1h }, texts: {}, candles: all });
}

const conditions = presetRules.map(({ condition, parameters }) => library.condition(condition, parameters));

serveSide({
  run(run: PresetRun) {
    const prepared = inContext(seededMinutes(run)).map((minute) => contextOf(handWrittenMinute(minute)));
    return measurePresets(prepared, run.passes, (context) => {
      let holding = 0;
      for (let index = 0; index < conditions.length; index++) {
        if (conditions[index]?.(context) === true) holding |= 1 << index;
      }
      return holding;
    });
  },
});
