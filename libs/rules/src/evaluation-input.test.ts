import { type Candle, InstrumentState, MINUTE_MS, type Window } from '@screener/market';
import { describe, expect, it } from 'vitest';
import { CANDLES_MAX, CandleHistory, nextPlace } from './candle-history.ts';
import { compileCondition } from './compile-condition.ts';
import { createEvaluationInput, EvaluationInput, type InstrumentMinutes } from './evaluation-input.ts';
import { MarketMinute } from './market-names.ts';

const START = 1_700_000_040_000;
const BTC = 'binance:usdm:BTCUSDT';

const candleAt = (minute: number, close: number, open = close - 1): Candle => ({
  openTime: START + minute * MINUTE_MS,
  open,
  high: Math.max(open, close) + 1,
  low: Math.min(open, close) - 1,
  close,
  volume: 10,
  quoteVolume: 10 * close,
  trades: 3,
  takerBuyVolume: 5,
  takerBuyQuoteVolume: 5 * close,
});

const market = new MarketMinute({
  openTime: START,
  instruments: 2,
  aboveVwap_1h: 0.75,
  advancing_1h: 1,
  declining_1h: 1,
  advancing_1d: 0,
  declining_1d: 2,
  btc: { price: 60_000, change_1h: 1.5, change_1d: null },
  eth: null,
  ranks: [{ instrument: BTC, change_1h: 2, change_1d: null, volume_1d: 1 }],
});

class Minutes {
  readonly minutes: InstrumentMinutes = createEvaluationInput({ instrument: BTC, quote: 'USDT', changeBasis: 'open' });
  readonly #state = new InstrumentState({ windows: [1, 5] });

  close(minute: number, close: number, seen?: MarketMinute): this {
    const metrics = this.#state.add(candleAt(minute, close));
    if (metrics.outcome === 'refused') throw new Error(metrics.text);
    this.minutes.closed(metrics.openTime, metrics, seen);
    return this;
  }

  evaluate(condition: string): boolean | undefined {
    return compileCondition(condition).evaluate(this.minutes.input);
  }
}

describe('what a condition sees of an instrument', () => {
  it('is the minute, the one before it, the last candles, the market and the instrument itself', () => {
    const minutes = new Minutes().close(0, 100).close(1, 101).close(2, 103, market);
    const holding = [
      'price == 103',
      'close_1m == 103',
      'previous.price == 101 && previous.close_1m == 101',
      'price >= 102 && previous.price < 102',
      'candles.last(3).map(c, c.close).sum() == 304',
      'candles.last(3)[0].open == 99 && candles.last(3)[2].volume == 1030 && candles.last(1)[0].base_volume == 10',
      'candles.last(3).all(c, c.close > c.open && c.trades == 3)',
      'market.breadth > 0.7 && market.declining_1d == 2',
      'rank.change_1h <= 10 && rank.volume_1d == 1',
      'btc.price == 60000 && btc.change_1h == 1.5',
      'instrument.symbol == "BTCUSDT" && instrument.exchange == "binance" && instrument.market in ["spot", "usdm"]',
      'instrument.quote.startsWith("USD")',
      '!has(rank.change_1d) && has(previous.price)',
    ];
    for (const condition of holding) expect(minutes.evaluate(condition), condition).toBe(true);
    const absent = [
      'change_5m > 0',
      'candles.last(4).exists(c, c.close > 0)',
      'rank.change_1d > 0',
      'btc.change_1d > 0',
      'eth.price > 0',
      'previous.change_5m > 0',
    ];
    for (const condition of absent) expect(minutes.evaluate(condition), condition).toBeUndefined();
  });

  it('has no minute before and no candles across a hole', () => {
    const minutes = new Minutes().close(0, 100).close(1, 101).close(3, 103);
    expect(minutes.evaluate('previous.price > 0')).toBeUndefined();
    expect(minutes.evaluate('candles.last(1).all(c, c.close == 103)')).toBe(true);
    expect(minutes.evaluate('candles.last(2).all(c, c.close > 0)')).toBeUndefined();
    expect(minutes.evaluate('market.breadth > 0')).toBeUndefined();
    minutes.close(4, 104);
    expect(minutes.evaluate('previous.price == 103 && candles.last(2).all(c, c.close > 102)')).toBe(true);
    expect(minutes.evaluate('candles.last(3).all(c, c.close > 0)')).toBeUndefined();
  });

  it('has the candle in progress as the newest one while it is live, and indicators of the closed minute', () => {
    const { minutes } = new Minutes().close(0, 100).close(1, 101);
    const evaluate = (condition: string): boolean | undefined => compileCondition(condition).evaluate(minutes.input);
    const windowOf = (candle: Candle): Window => ({ ...candle, minutes: 1, oldestClose: candle.close });
    const indicators = [{ interval: '1h', barOpenTime: START, rsi: 25 }];
    const third = candleAt(2, 102);
    minutes.closed(third.openTime, { price: 102, windows: [windowOf(third)], indicators }, undefined);
    for (const close of [103, 104]) {
      const candle = candleAt(3, close);
      minutes.live(candle.openTime, { price: close, windows: [windowOf(candle)] }, undefined);
      expect(evaluate(`price == ${close} && previous.price == 102 && candles.last(4)[3].close == ${close}`)).toBe(true);
      expect(evaluate('rsi_1h == 25 && previous.rsi_1h == 25 && open_1m < price')).toBe(true);
    }
    const later = candleAt(5, 105);
    minutes.live(later.openTime, { price: 105, windows: [windowOf(later)] }, undefined);
    expect(evaluate('rsi_1h == 25')).toBeUndefined();
  });

  it('is computed once, and only what is read', () => {
    const reads: number[] = [];
    const input = new EvaluationInput(
      3,
      (slot) => {
        reads.push(slot);
        return slot === 0 ? Number.NaN : undefined;
      },
      new CandleHistory(),
      [],
    );
    expect([input.number(0), input.number(0), input.number(1), input.number(1)]).toEqual([
      NaN,
      NaN,
      undefined,
      undefined,
    ]);
    expect(reads).toEqual([0, 1]);
    input.forget();
    expect(input.number(0)).toBeNaN();
    expect(reads).toEqual([0, 1, 0]);
  });
});

describe('the last candles', () => {
  const full = (minutes: number): CandleHistory => {
    const history = new CandleHistory();
    for (let minute = 0; minute < minutes; minute++)
      history.put(START + minute * MINUTE_MS, candleAt(minute, minute + 10));
    return history;
  };

  const CLOSE = 3;
  const closes = (history: CandleHistory, count: number): number[] | undefined => {
    let place = history.oldestOf(count);
    if (place === undefined) return undefined;
    const found: number[] = [];
    for (; found.length < count; place = nextPlace(place)) found.push(history.values[place + CLOSE] as number);
    return found;
  };

  it('reach back an hour and no further than they are known', () => {
    expect(closes(full(200), CANDLES_MAX)).toEqual(Array.from({ length: CANDLES_MAX }, (_, index) => 150 + index));
    expect(closes(full(5), 6)).toBeUndefined();
    expect(closes(full(5), 5)).toEqual([10, 11, 12, 13, 14]);
    expect(closes(new CandleHistory(), 1)).toBeUndefined();
  });

  it('are none in a minute that has none', () => {
    const history = full(10);
    history.put(START + 10 * MINUTE_MS, undefined);
    expect(closes(history, 1)).toBeUndefined();
    history.put(START + 11 * MINUTE_MS, candleAt(11, 5));
    expect(closes(history, 1)).toEqual([5]);
    expect(closes(history, 2)).toBeUndefined();
  });

  it('are absent rather than wrong where a minute of the past is looked at again', () => {
    const history = full(100);
    history.put(START + 90 * MINUTE_MS, candleAt(90, 1_000));
    expect(closes(history, 3)).toEqual([98, 99, 1_000]);
    expect(closes(history, 55)?.at(0)).toBe(46);
    expect(closes(history, CANDLES_MAX)).toBeUndefined();
  });
});
