/** The presets as somebody would write them by hand, once for one set of numbers; in the order of their table. */

/** One number per metric that a preset reads. */
export interface HandWrittenMinute {
  readonly change_5m: number;
  readonly change_15m: number;
  readonly change_1h: number;
  readonly change_8h: number;
  readonly change_1d: number;
  readonly volume_5m: number;
  readonly volume_15m: number;
  readonly volume_1h: number;
  readonly volume_8h: number;
  readonly volume_1d: number;
  readonly taker_share_15m: number;
  readonly rsi_5m: number;
  readonly rsi_1h: number;
  readonly previous_rsi_1h: number;
  readonly atr_5m: number;
  readonly atr_mean_5m: number;
  readonly high_5m: number;
  readonly low_5m: number;
  readonly close_5m: number;
  readonly high_8h: number;
  readonly low_8h: number;
  readonly candles: readonly HandWrittenCandle[];
}

export interface HandWrittenCandle {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly quoteVolume: number;
}

type HandWritten = (m: HandWrittenMinute) => boolean;

/** By the ids of the presets: whoever adds one has to write it here too. */
export const handWritten: Readonly<Record<string, HandWritten>> = {
  big_bull_60m: (m) =>
    m.change_1h > 1.6 &&
    m.change_1d < 15 &&
    m.change_8h > m.change_1h &&
    m.change_1d > m.change_8h &&
    m.volume_1h > 500_000 &&
    m.volume_8h > 5_000_000 &&
    6 * m.volume_1h > m.volume_8h &&
    16 * m.volume_1h > m.volume_1d,
  big_bear_60m: (m) =>
    m.change_1h < -1.6 &&
    m.change_1d > -15 &&
    m.change_8h < m.change_1h &&
    m.change_1d < m.change_8h &&
    m.volume_1h > 500_000 &&
    m.volume_8h > 5_000_000 &&
    6 * m.volume_1h > m.volume_8h &&
    16 * m.volume_1h > m.volume_1d,
  pioneer_bull: (m) =>
    m.change_5m > 1 && m.change_15m > 1 && 3 * m.change_5m > m.change_15m && 2 * m.volume_5m > m.volume_15m,
  pioneer_bear: (m) =>
    m.change_5m < -1 && m.change_15m < -1 && 3 * m.change_5m < m.change_15m && 2 * m.volume_5m > m.volume_15m,
  big_bull_5m: (m) =>
    m.change_5m > 0.6 &&
    m.change_1d < 15 &&
    m.change_15m > m.change_5m &&
    m.change_1h > m.change_15m &&
    m.volume_5m > 100_000 &&
    m.volume_1h > 1_000_000 &&
    m.volume_5m > m.volume_15m / 3 &&
    m.volume_5m > m.volume_1h / 6 &&
    m.volume_5m > m.volume_8h / 66,
  big_bear_5m: (m) =>
    m.change_5m < -0.6 &&
    m.change_1d > -15 &&
    m.change_15m < m.change_5m &&
    m.change_1h < m.change_15m &&
    m.volume_5m > 100_000 &&
    m.volume_1h > 1_000_000 &&
    m.volume_5m > m.volume_15m / 3 &&
    m.volume_5m > m.volume_1h / 6 &&
    m.volume_5m > m.volume_8h / 66,
  big_bull_15m: (m) =>
    m.change_15m > 1 &&
    m.change_1d < 15 &&
    m.change_1h > m.change_15m &&
    m.change_8h > m.change_1h &&
    m.volume_15m > 400_000 &&
    m.volume_1h > 1_000_000 &&
    m.volume_15m > m.volume_1h / 3 &&
    m.volume_15m > m.volume_8h / 26,
  big_bear_15m: (m) =>
    m.change_15m < -1 &&
    m.change_1d > -15 &&
    m.change_1h < m.change_15m &&
    m.change_8h < m.change_1h &&
    m.volume_15m > 400_000 &&
    m.volume_1h > 1_000_000 &&
    m.volume_15m > m.volume_1h / 3 &&
    m.volume_15m > m.volume_8h / 26,
  bottom_hunter: (m) =>
    m.change_1h < -0.7 &&
    m.change_15m < -0.6 &&
    m.change_5m > 0.5 &&
    m.volume_5m > m.volume_15m / 2 &&
    m.volume_5m > m.volume_1h / 8,
  top_hunter: (m) =>
    m.change_1h > 0.7 &&
    m.change_15m > 0.6 &&
    m.change_5m < -0.5 &&
    m.volume_5m > m.volume_15m / 2 &&
    m.volume_5m > m.volume_1h / 8,
  bottom_hunter_rsi: (m) => m.change_1h < -1.5 && m.change_15m < -1 && m.change_5m > 0.7 && m.rsi_5m < 35,
  top_hunter_rsi: (m) => m.change_1h > 1.5 && m.change_15m > 1 && m.change_5m < -0.7 && m.rsi_5m > 65,
  rsi_oversold: (m) => m.previous_rsi_1h >= 30 && m.rsi_1h < 30,
  rsi_overbought: (m) => m.previous_rsi_1h <= 70 && m.rsi_1h > 70,
  bull_whale: (m) => m.volume_15m > 3 * (m.volume_1d / 96) && m.change_15m > 2 && m.taker_share_15m > 0.5,
  bear_whale: (m) => m.volume_15m > 3 * (m.volume_1d / 96) && m.change_15m < -2 && m.taker_share_15m < 0.5,
  bull_volume: (m) => lastThree(m, (c) => c.quoteVolume > 2.5 * (m.volume_1h / 60) && c.close > c.open),
  bear_volume: (m) => lastThree(m, (c) => c.quoteVolume > 2.5 * (m.volume_1h / 60) && c.close < c.open),
  pump_radar: (m) =>
    m.change_5m > 3 && m.volume_5m > 5 * (m.volume_1d / 288) && (m.high_5m - m.close_5m) / m.high_5m < 0.005,
  dump_radar: (m) =>
    m.change_5m < -3 && m.volume_5m > 5 * (m.volume_1d / 288) && (m.close_5m - m.low_5m) / m.low_5m < 0.005,
  quiet_whale: (m) => m.volume_5m > 5 * (m.volume_1d / 288) && m.change_5m > -0.3 && m.change_5m < 0.3,
  volatility: (m) => m.atr_5m > 3 * m.atr_mean_5m,
  flat_1m: (m) => m.candles.every((c) => (c.high - c.low) / c.open < 0.001),
  flat_8h: (m) => (m.high_8h - m.low_8h) / m.low_8h < 0.02,
  big_bull_60m_classic: (m) => m.volume_1h >= 2 * (m.volume_1d / 24) && m.change_1h >= 3,
  big_bear_60m_classic: (m) => m.volume_1h >= 2 * (m.volume_1d / 24) && m.change_1h <= -3,
  pioneer_bull_classic: (m) => m.volume_15m >= 1.5 * (m.volume_1d / 96) && m.change_15m >= 1,
  pioneer_bear_classic: (m) => m.volume_15m >= 1.5 * (m.volume_1d / 96) && m.change_15m <= -1,
};

function lastThree({ candles }: HandWrittenMinute, holds: (candle: HandWrittenCandle) => boolean): boolean {
  for (let index = candles.length - 3; index < candles.length; index++) {
    if (!holds(candles[index] as HandWrittenCandle)) return false;
  }
  return true;
}
