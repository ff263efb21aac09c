/** Real candles in place of the seeded process, for chosen symbols; all others stay as they are. */
import { MINUTE_MS } from '@screener/market';
import type { SimulatedInstrument } from '../catalogue.ts';
import { stepsPerMinute, type Units } from '../market.ts';
import type { ListableSource } from '../truth.ts';
import type { ReplayedCandles } from './candle-file.ts';

export interface Replay {
  readonly symbol: string;
  readonly candles: ReplayedCandles;
}

/** A replay begins with so much of its file as history, or half of it. */
const historyMinutes = 1_500;

/** Where simulated time best begins. */
export function replayStart(replays: readonly Replay[]): number | undefined {
  const starts = replays.map(({ candles: { firstOpenTime, lastOpenTime } }) =>
    Math.min(firstOpenTime + historyMinutes * MINUTE_MS, Math.floor((firstOpenTime + lastOpenTime) / 2)),
  );
  return starts.length === 0 ? undefined : Math.max(...starts);
}

export class ReplayedMarket implements ListableSource {
  readonly #source: ListableSource;
  readonly #replays: ReadonlyMap<string, ReplayedCandles>;
  readonly #replayed: ReadonlyMap<string, SimulatedInstrument>;
  readonly #instruments: SimulatedInstrument[];

  constructor(source: ListableSource, replays: readonly Replay[]) {
    this.#source = source;
    this.#replays = new Map(replays.map(({ symbol, candles }) => [symbol, candles]));
    this.#replayed = new Map(replays.map((replay) => [replay.symbol, instrumentOf(replay)]));
    const known = source.instruments.map((instrument) => this.#replayed.get(instrument.symbol) ?? instrument);
    const added = [...this.#replayed.values()].filter(({ symbol }) => source.instrument(symbol) === undefined);
    this.#instruments = [...known, ...added];
  }

  get instruments(): readonly SimulatedInstrument[] {
    return this.#instruments;
  }

  instrument(symbol: string): SimulatedInstrument | undefined {
    return this.#replayed.get(symbol) ?? this.#source.instrument(symbol);
  }

  /** Where the file has a hole, the exchange has no candle. */
  has(symbol: string, time: number): boolean {
    const replay = this.#replays.get(symbol);
    if (replay === undefined) return this.#source.has(symbol, time);
    return replay.candles.has(Math.floor(time / MINUTE_MS) * MINUTE_MS);
  }

  candle(symbol: string, openTime: number, steps = stepsPerMinute): Units {
    const replay = this.#replays.get(symbol);
    if (replay === undefined) return this.#source.candle(symbol, openTime, steps);
    const candle = replay.candles.get(openTime);
    if (candle === undefined) throw new RangeError(`no candle of ${symbol} at ${new Date(openTime).toISOString()}`);
    return steps >= stepsPerMinute ? candle : partial(candle, steps / stepsPerMinute);
  }

  list(instrument: SimulatedInstrument): void {
    this.#source.list(instrument);
    this.#instruments.push(instrument);
  }
}

/** The candle in progress: from the open to the nearer end first, to the other, then to the close. */
function partial(candle: Units, done: number): Units {
  const { open, high, low, close } = candle;
  const points = close >= open ? [open, low, high, close] : [open, high, low, close];
  const legs = points.length - 1;
  const leg = Math.min(legs - 1, Math.floor(done * legs));
  const [from = open, to = close] = points.slice(leg, leg + 2);
  const price = Math.round(from + (to - from) * (done * legs - leg));
  const seen = [...points.slice(0, leg + 1), price];
  const [highest, lowest] = [Math.max(...seen), Math.min(...seen)];
  const amount = Math.floor(candle.amount * done);
  const takerAmount = Math.floor(candle.takerAmount * done);
  const worth = (value: number, traded: number): number =>
    Math.min(highest * traded, Math.max(lowest * traded, Math.round(value * done)));
  return {
    ...candle,
    high: highest,
    low: lowest,
    close: price,
    amount,
    value: worth(candle.value, amount),
    trades: Math.ceil(candle.trades * done),
    takerAmount,
    takerValue: worth(candle.takerValue, takerAmount),
  };
}

function instrumentOf({ symbol, candles }: Replay): SimulatedInstrument {
  const { priceDecimals, amountDecimals, firstOpenTime } = candles;
  return {
    symbol,
    base: symbol.replace(/USDT$/, ''),
    quote: 'USDT',
    price: (candles.candles.get(firstOpenTime)?.open ?? 0) / 10 ** priceDecimals,
    priceDecimals,
    amountDecimals,
    minuteValue: 0,
    minuteDeviation: 0,
    listedAt: firstOpenTime,
  };
}
