/** Numbers that no exchange can mean, one face after the other. */
import type { PrintedCandle } from '../units.ts';

export const absurdities: readonly ((candle: PrintedCandle) => PrintedCandle)[] = [
  (candle) => ({ ...candle, close: `-${candle.close}` }),
  (candle) => ({ ...candle, high: 'NaN' }),
  (candle) => ({ ...candle, volume: '1e400' }),
  (candle) => ({ ...candle, open: '-1' }),
  (candle) => ({ ...candle, low: `9${candle.high}` }),
  (candle) => ({ ...candle, high: '0.0' }),
];

const yearMs = 366 * 86_400_000;

/** And what only a frame can say wrongly: whoever asks for a minute knows which. */
export const frameAbsurdities: typeof absurdities = [
  ...absurdities,
  (candle) => ({ ...candle, openTime: candle.openTime + yearMs, closeTime: candle.closeTime + yearMs }),
];
