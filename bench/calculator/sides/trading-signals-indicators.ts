import { requireOfPeers } from '../../../scripts/peers.ts';
import { serveSide } from '../../framework/serve-side.ts';
import { type IndicatorRun, type MeasuredIndicators, measureIndicators } from '../indicator-loop.ts';

interface Series<Input, Result> {
  update(input: Input, replace: boolean): unknown;
  getResult(): Result | null;
}
interface HighLowClose {
  readonly high: number;
  readonly low: number;
  readonly close: number;
}
interface TradingSignals {
  readonly RSI: new (interval: number) => Series<number, number>;
  readonly EMA: new (interval: number) => Series<number, number>;
  readonly ATR: new (interval: number) => Series<HighLowClose, number>;
  readonly BollingerBands: new (
    interval: number,
    deviations: number,
  ) => Series<number, { upper: number; middle: number; lower: number }>;
  readonly MACD: new (
    short: unknown,
    long: unknown,
    signal: unknown,
  ) => Series<number, { macd: number; signal: number; histogram: number }>;
  readonly StochasticOscillator: new (periods: {
    kPeriod: number;
    kSlowingPeriod: number;
    dPeriod: number;
  }) => Series<HighLowClose, { stochK: number }>;
}

const { RSI, EMA, ATR, BollingerBands, MACD, StochasticOscillator } = requireOfPeers(
  'trading-signals',
) as TradingSignals;

function create(): MeasuredIndicators {
  const rsi = new RSI(14);
  const macd = new MACD(new EMA(12), new EMA(26), new EMA(9));
  const bands = new BollingerBands(20, 2);
  const averages = [9, 20, 50, 200].map((period) => new EMA(period));
  const atr = new ATR(14);
  const stochastic = new StochasticOscillator({ kPeriod: 14, kSlowingPeriod: 3, dPeriod: 3 });
  return {
    add(bar) {
      rsi.update(bar.close, false);
      macd.update(bar.close, false);
      bands.update(bar.close, false);
      for (const average of averages) average.update(bar.close, false);
      atr.update(bar, false);
      stochastic.update(bar, false);
    },
    values() {
      const [line, band, smooth] = [macd.getResult(), bands.getResult(), stochastic.getResult()];
      const [strength, range] = [rsi.getResult(), atr.getResult()];
      if (!line || !band || !smooth || strength === null || range === null) return [];
      const { macd: macdLine, signal, histogram } = line;
      const trends = averages.map((average) => average.getResult() ?? Number.NaN);
      const { upper, middle, lower } = band;
      return [strength, macdLine, signal, histogram, upper, middle, lower, ...trends, range, smooth.stochK];
    },
  };
}

serveSide({ run: (run: IndicatorRun) => measureIndicators(create, run) });
