import { requireOfPeers } from '../../../scripts/peers.ts';
import { serveSide } from '../../framework/serve-side.ts';
import { type IndicatorRun, type MeasuredIndicators, measureIndicators } from '../indicator-loop.ts';

interface Series<Input, Result> {
  nextValue(input: Input): Result | undefined;
}
type Maker<Input, Result> = new (options: object) => Series<Input, Result>;
interface HighLowClose {
  readonly high: number;
  readonly low: number;
  readonly close: number;
}
interface TechnicalIndicators {
  readonly RSI: Maker<number, number>;
  readonly EMA: Maker<number, number>;
  readonly ATR: Maker<HighLowClose, number>;
  readonly BollingerBands: Maker<number, { upper: number; middle: number; lower: number }>;
  readonly MACD: Maker<number, { MACD: number; signal?: number; histogram?: number }>;
  readonly Stochastic: Maker<HighLowClose, { d?: number }>;
}

const { RSI, EMA, ATR, BollingerBands, MACD, Stochastic } = requireOfPeers(
  'technicalindicators',
) as TechnicalIndicators;

const hlc = (): { high: number[]; low: number[]; close: number[] } => ({ high: [], low: [], close: [] });

function create(): MeasuredIndicators {
  const rsi = new RSI({ period: 14, values: [] });
  const periods = { fastPeriod: 12, slowPeriod: 26, signalPeriod: 9 };
  const macd = new MACD({ ...periods, SimpleMAOscillator: false, SimpleMASignal: false, values: [] });
  const bands = new BollingerBands({ period: 20, stdDev: 2, values: [] });
  const averages = [9, 20, 50, 200].map((period) => new EMA({ period, values: [] }));
  const atr = new ATR({ period: 14, ...hlc() });
  // Its %K is not smoothed; its %D is what others call %K smoothed by 3.
  const stochastic = new Stochastic({ period: 14, signalPeriod: 3, ...hlc() });
  let values: readonly number[] = [];
  return {
    add(bar) {
      const strength = rsi.nextValue(bar.close);
      const line = macd.nextValue(bar.close);
      const band = bands.nextValue(bar.close);
      const trends = averages.map((average) => average.nextValue(bar.close) ?? Number.NaN);
      const range = atr.nextValue(bar);
      const smooth = stochastic.nextValue(bar)?.d;
      if (line?.signal === undefined || line.histogram === undefined || band === undefined) return;
      if (strength === undefined || range === undefined || smooth === undefined) return;
      const { upper, middle, lower } = band;
      const lines = [line.MACD, line.signal, line.histogram];
      values = [strength, ...lines, upper, middle, lower, ...trends, range, smooth];
    },
    values: () => values,
  };
}

serveSide({ run: (run: IndicatorRun) => measureIndicators(create, run) });
