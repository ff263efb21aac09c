/** Real candles in place of the seeded process, for chosen symbols; all others stay as they are. */
import { MINUTE_MS } from '@screener/market';
import { baseOf, type SimulatedInstrument } from '../catalogue.ts';
import { hashText } from '../hash.ts';
import { partialCandle } from '../partial-candle.ts';
import type { ListableSource } from '../truth.ts';
import { stepsPerMinute, type Units } from '../units.ts';
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

  /** Also minutes of the file without trades are sent: whoever wrote it got them. */
  trades(symbol: string, openTime: number): boolean {
    return this.#replays.has(symbol) ? this.has(symbol, openTime) : this.#source.trades(symbol, openTime);
  }

  candle(symbol: string, openTime: number, steps = stepsPerMinute): Units {
    const replay = this.#replays.get(symbol);
    if (replay === undefined) return this.#source.candle(symbol, openTime, steps);
    const candle = replay.candles.get(openTime);
    if (candle === undefined) throw new RangeError(`no candle of ${symbol} at ${new Date(openTime).toISOString()}`);
    return partialCandle(candle, steps, hashText(openTime / MINUTE_MS, symbol));
  }

  list(instrument: SimulatedInstrument): void {
    this.#source.list(instrument);
    this.#instruments.push(instrument);
  }
}

function instrumentOf({ symbol, candles }: Replay): SimulatedInstrument {
  const { priceDecimals, amountDecimals, firstOpenTime } = candles;
  return {
    symbol,
    base: baseOf(symbol),
    quote: 'USDT',
    price: (candles.candles.get(firstOpenTime)?.open ?? 0) / 10 ** priceDecimals,
    priceDecimals,
    amountDecimals,
    minuteValue: 0,
    minuteDeviation: 0,
    listedAt: firstOpenTime,
    tradedShare: 1,
    emptyMinutes: 'absent',
  };
}
