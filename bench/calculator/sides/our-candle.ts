import { serveSide } from '../../framework/serve-side.ts';
import { type CandleRun, measureCandles, measuredState } from '../closed-candle-loop.ts';

serveSide({
  run: (run: CandleRun) => measureCandles(() => measuredState({}), run),
  /** Without the statistics of the day. */
  indicators: (run: CandleRun) => measureCandles(() => measuredState({ statistics: false }), run),
  /** Windows alone. */
  windows: (run: CandleRun) => measureCandles(() => measuredState({ indicators: [], statistics: false }), run),
  /** One window alone; like a loop over candles, it keeps nothing of older ones for corrections. */
  window: (run: CandleRun) =>
    measureCandles(
      () => measuredState({ windows: [1_440], indicators: [], statistics: false, corrections: false }),
      run,
    ),
});
