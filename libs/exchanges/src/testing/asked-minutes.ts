/** A page of one-minute candles as it was asked for; a bad row in it is no accident of the test. */
import type { ProblemListener } from '../exchange.ts';
import type { AskedBars } from '../rest/candle-rows.ts';

const unexpected: ProblemListener = ({ text }) => {
  throw new Error(`a row was refused: ${text}`);
};

export const askedMinutes = (from: number, to: number, problem = unexpected): AskedBars => ({
  symbol: 'BTCUSDT',
  minutes: 1,
  from,
  to,
  problem,
});
