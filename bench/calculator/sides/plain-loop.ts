import { type Candle, ExactSum, type Window } from '@screener/market';
import { serveSide } from '../../framework/serve-side.ts';
import { type CandleRun, type MeasuredCandle, measureCandles } from '../closed-candle-loop.ts';

const minutes = 1_440;

/** The window of a day, added up afresh for every candle. */
function create(): MeasuredCandle {
  const candles: Candle[] = [];
  return {
    add(candle) {
      candles.push(candle);
      if (candles.length > minutes) candles.shift();
      return candles.length < minutes ? undefined : windowOf(candles);
    },
  };
}

function windowOf(candles: readonly Candle[]): Window {
  const [volume, quoteVolume, takerBuyQuoteVolume] = [new ExactSum(), new ExactSum(), new ExactSum()];
  const [oldest, newest] = [candles[0] as Candle, candles[minutes - 1] as Candle];
  let { high, low } = oldest;
  let trades = 0;
  for (const candle of candles) {
    high = Math.max(high, candle.high);
    low = Math.min(low, candle.low);
    volume.add(candle.volume);
    quoteVolume.add(candle.quoteVolume);
    takerBuyQuoteVolume.add(candle.takerBuyQuoteVolume);
    trades += candle.trades;
  }
  return {
    minutes,
    open: oldest.open,
    oldestClose: oldest.close,
    high,
    low,
    close: newest.close,
    volume: volume.value(),
    quoteVolume: quoteVolume.value(),
    trades,
    takerBuyQuoteVolume: takerBuyQuoteVolume.value(),
  };
}

serveSide({ window: (run: CandleRun) => measureCandles(create, run) });
