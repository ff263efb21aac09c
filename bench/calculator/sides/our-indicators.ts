import { fullIndicatorTable } from '@screener/market';
import { serveSide } from '../../framework/serve-side.ts';
import { type IndicatorRun, type MeasuredIndicators, measureIndicators } from '../indicator-loop.ts';

const names = ['rsi', 'macd', 'bollinger', 'ema9', 'ema20', 'ema50', 'ema200', 'atr', 'stochastic'];
const indicators = names.map((name) => {
  const row = fullIndicatorTable.find((candidate) => candidate.name === name);
  if (row === undefined) throw new Error(`no indicator ${name}`);
  return row.indicator;
});
/** %D is ours alone. */
const compared = indicators.reduce((sum, { outputs }) => sum + outputs.length, -1);

function create(): MeasuredIndicators {
  const memory = new Float64Array(indicators.reduce((sum, { memoryLength }) => sum + memoryLength, 0));
  const outputs = new Float64Array(4);
  const values = new Array<number>(compared).fill(0);
  let begin = 0;
  const slots = indicators.map((indicator) => {
    const at = begin;
    begin += indicator.memoryLength;
    indicator.initialise(memory, at);
    return { indicator, at };
  });
  return {
    add(bar) {
      for (const { indicator, at } of slots) indicator.add(memory, at, bar);
    },
    values() {
      let to = 0;
      for (const { indicator, at } of slots) {
        indicator.read(memory, at, outputs);
        const { length } = indicator.outputs;
        for (let output = 0; output < length && to < compared; output += 1) values[to++] = outputs[output] as number;
      }
      return values;
    },
  };
}

serveSide({ run: (run: IndicatorRun) => measureIndicators(create, run) });
