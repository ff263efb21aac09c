/** What the simulated exchange says of each minute, as numbers: tests compare with it what others made of the frames. */
import { MINUTE_MS } from '@screener/market';
import { decimal, type Market, type Units } from './market.ts';

export interface SimulatedCandle {
  readonly openTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly quoteVolume: number;
  readonly trades: number;
  readonly takerBuyVolume: number;
  readonly takerBuyQuoteVolume: number;
}

/** The candle as the exchange writes it: decimal strings. */
export interface PrintedCandle {
  readonly openTime: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  readonly quoteVolume: string;
  readonly trades: number;
  readonly takerBuyVolume: string;
  readonly takerBuyQuoteVolume: string;
}

export function printed(units: Units, priceDecimals: number, amountDecimals: number): PrintedCandle {
  const price = (ticks: number): string => decimal(ticks, priceDecimals);
  return {
    openTime: units.openTime,
    open: price(units.open),
    high: price(units.high),
    low: price(units.low),
    close: price(units.close),
    volume: decimal(units.amount, amountDecimals),
    quoteVolume: decimal(units.value, priceDecimals + amountDecimals),
    trades: units.trades,
    takerBuyVolume: decimal(units.takerAmount, amountDecimals),
    takerBuyQuoteVolume: decimal(units.takerValue, priceDecimals + amountDecimals),
  };
}

export class Ledger {
  readonly #market: Market;

  constructor(market: Market) {
    this.#market = market;
  }

  candleAt(symbol: string, openTime: number): SimulatedCandle {
    const instrument = this.#market.instrument(symbol);
    if (instrument === undefined) throw new RangeError(`no instrument ${symbol} in this simulation`);
    const units = this.#market.candle(symbol, openTime);
    const text = printed(units, instrument.priceDecimals, instrument.amountDecimals);
    return {
      openTime: text.openTime,
      open: Number(text.open),
      high: Number(text.high),
      low: Number(text.low),
      close: Number(text.close),
      volume: Number(text.volume),
      quoteVolume: Number(text.quoteVolume),
      trades: text.trades,
      takerBuyVolume: Number(text.takerBuyVolume),
      takerBuyQuoteVolume: Number(text.takerBuyQuoteVolume),
    };
  }

  /** Candles whose open times lie in [from, to]. */
  candles(symbol: string, from: number, to: number): readonly SimulatedCandle[] {
    const found: SimulatedCandle[] = [];
    for (let openTime = Math.ceil(from / MINUTE_MS) * MINUTE_MS; openTime <= to; openTime += MINUTE_MS) {
      found.push(this.candleAt(symbol, openTime));
    }
    return found;
  }
}
