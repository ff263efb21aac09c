/** The CEL library's own evaluation, as its documentation says: typed variables, parsed once, evaluated with a plain object. */
import { Environment } from '@marcbachmann/cel-js';
import { presetRules } from '@screener/rules';
import { serveSide } from '../../framework/serve-side.ts';
import { handWrittenMinute } from '../flat-minute.ts';
import type { HandWrittenMinute } from '../hand-written.ts';
import { inContext, measurePresets, type PresetRun } from '../preset-loop.ts';
import { seededMinutes } from '../seeded-minutes.ts';

class Candle {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly quote_volume: number;
  constructor(open: number, high: number, low: number, close: number, quoteVolume: number) {
    this.open = open;
    this.high = high;
    this.low = low;
    this.close = close;
    this.quote_volume = quoteVolume;
  }
}

class Candles {
  readonly all: readonly Candle[];
  constructor(all: readonly Candle[]) {
    this.all = all;
  }
}

function contextOf(minute: HandWrittenMinute): Record<string, unknown> {
  const { candles, previous_rsi_1h, ...numbers } = minute;
  const all = candles.map((c) => new Candle(c.open, c.high, c.low, c.close, c.quoteVolume));
  return { ...numbers, previous: { rsi_1h: previous_rsi_1h }, candles: new Candles(all) };
}

function environmentFor(context: Record<string, unknown>): Environment {
  const environment = new Environment();
  for (const [name, value] of Object.entries(context)) {
    if (typeof value === 'number') environment.registerVariable(name, 'double');
  }
  environment.registerVariable({ name: 'previous', schema: { rsi_1h: 'double' } });
  const fields = Object.fromEntries(['open', 'high', 'low', 'close', 'quote_volume'].map((name) => [name, 'double']));
  environment.registerType('Candle', { ctor: Candle, fields });
  environment.registerType('Candles', Candles);
  environment.registerVariable('candles', 'Candles');
  environment.registerFunction('Candles.last(int): list<Candle>', ({ all }: Candles, count: bigint) =>
    all.slice(all.length - Number(count)),
  );
  return environment;
}

/** What our language spells for the user: parameters as numbers, whole numbers as doubles. */
const spelled = (condition: string, parameters: Readonly<Record<string, number>>): string =>
  condition
    .replaceAll(/params\.(\w+)/g, (_, name: string) => `${parameters[name]}`)
    .replaceAll(/last\((\d+)\)|(?<![\w.])(\d+)(?![\w.])/g, (text, count?: string) => (count ? text : `${text}.0`));

serveSide({
  run(run: PresetRun) {
    const prepared = inContext(seededMinutes(run)).map((minute) => contextOf(handWrittenMinute(minute)));
    const environment = environmentFor(prepared[0] ?? {});
    const conditions = presetRules.map(({ rule, condition, parameters }) => {
      const parsed = environment.parse(spelled(condition, parameters));
      const checked = parsed.check();
      if (!checked.valid) throw new Error(`the library refuses ${rule}`, { cause: checked.error });
      return parsed;
    });
    return measurePresets(prepared, run.passes, (context) => {
      let holding = 0;
      for (let index = 0; index < conditions.length; index++) {
        if (conditions[index]?.(context) === true) holding |= 1 << index;
      }
      return holding;
    });
  },
});
