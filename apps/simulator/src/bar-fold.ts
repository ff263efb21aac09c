/** One-minute candles folded into one bar, exactly: sums of a month are larger than what a double can count. */
import { type Decimals, decimal, type PrintedCandle, type Units } from './units.ts';

const half = 2 ** 26;

/** A sum of whole numbers below 2^53 as two that stay exact. */
class WideSum {
  high = 0;
  low = 0;

  add(value: number): void {
    this.high += Math.floor(value / half);
    this.low += value % half;
  }

  addSum({ high, low }: WideSum): void {
    this.high += high;
    this.low += low;
  }

  value(): number | bigint {
    const whole = this.high * half + this.low;
    return Number.isSafeInteger(whole) ? whole : BigInt(this.high) * BigInt(half) + BigInt(this.low);
  }
}

export class BarFold {
  candles = 0;
  open = 0;
  high = 0;
  low = 0;
  close = 0;
  trades = 0;
  firstTrade = 0;
  readonly #amount = new WideSum();
  readonly #value = new WideSum();
  readonly #takerAmount = new WideSum();
  readonly #takerValue = new WideSum();

  /** In the order of time. */
  add(units: Units): void {
    this.#join(units.open, units.high, units.low, units.close, units.trades, units.firstTrade, 1);
    this.#amount.add(units.amount);
    this.#value.add(units.value);
    this.#takerAmount.add(units.takerAmount);
    this.#takerValue.add(units.takerValue);
  }

  /** A later stretch. */
  addFold(later: BarFold): void {
    if (later.candles === 0) return;
    this.#join(later.open, later.high, later.low, later.close, later.trades, later.firstTrade, later.candles);
    this.#amount.addSum(later.#amount);
    this.#value.addSum(later.#value);
    this.#takerAmount.addSum(later.#takerAmount);
    this.#takerValue.addSum(later.#takerValue);
  }

  get value(): number {
    return Number(this.#value.value());
  }

  get amount(): number {
    return Number(this.#amount.value());
  }

  printed(begin: number, end: number, { priceDecimals, amountDecimals }: Decimals): PrintedCandle {
    const valueDecimals = priceDecimals + amountDecimals;
    return {
      openTime: begin,
      closeTime: end - 1,
      open: decimal(this.open, priceDecimals),
      high: decimal(this.high, priceDecimals),
      low: decimal(this.low, priceDecimals),
      close: decimal(this.close, priceDecimals),
      volume: decimal(this.#amount.value(), amountDecimals),
      quoteVolume: decimal(this.#value.value(), valueDecimals),
      trades: this.trades,
      takerBuyVolume: decimal(this.#takerAmount.value(), amountDecimals),
      takerBuyQuoteVolume: decimal(this.#takerValue.value(), valueDecimals),
      firstTrade: this.firstTrade,
    };
  }

  #join(open: number, high: number, low: number, close: number, trades: number, first: number, count: number): void {
    if (this.candles === 0) {
      this.open = open;
      this.high = high;
      this.low = low;
    } else {
      if (high > this.high) this.high = high;
      if (low < this.low) this.low = low;
    }
    if (this.trades === 0) this.firstTrade = first;
    this.close = close;
    this.trades += trades;
    this.candles += count;
  }
}
