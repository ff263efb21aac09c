/**
 * The simulated market: every candle is a pure function of (seed, pair, minute), so history of any depth, the candle
 * in progress and the final frame agree to the last digit. Prices and amounts are whole numbers of ticks and steps:
 * their decimal strings are exact. Pumps and dumps are added on top of the path of the price.
 */
import { MINUTE_MS } from '@screener/market';
import type { SimulatedInstrument } from './catalogue.ts';
import { hashText, mix, normalOf, unitOf } from './hash.ts';
import { crowdIn, type Move, Moves, shiftAt } from './moves.ts';
import { partialCandle } from './partial-candle.ts';
import { PricePath } from './price-path.ts';
import { flat, stepsPerMinute, type Units } from './units.ts';

const tradesPerMinuteMax = 1_000_000;
/** So far back the last trade of a dead symbol is looked for. */
const deadMinutesMax = 2_000;

/** Where candles come from: the seeded process, real ones from a file, or either with what happened to it on top. */
export interface CandleSource {
  readonly instruments: readonly SimulatedInstrument[];
  instrument(symbol: string): SimulatedInstrument | undefined;
  /** False where the exchange has no candle for a minute. */
  has(symbol: string, openTime: number): boolean;
  /** False where nobody traded in a minute: streams have nothing to say of it. */
  trades(symbol: string, openTime: number): boolean;
  /** The candle of a minute after `steps` of its steps (all: the final candle). */
  candle(symbol: string, openTime: number, steps?: number): Units;
}

interface Track {
  readonly instrument: SimulatedInstrument;
  readonly seed: number;
  readonly index: number;
  readonly tick: number;
  readonly step: number;
  readonly path: PricePath;
  hour: number;
  moves: readonly Move[];
  /** The boundary computed last: the end of one minute is the beginning of the next. */
  boundaryMinute: number;
  boundary: number;
  /** The final candle computed last: the one in progress is asked for again and again. */
  latest: Units | undefined;
}

export class Market implements CandleSource {
  readonly #instruments: SimulatedInstrument[];
  readonly #seed: number;
  readonly #tracks: Map<string, Track>;
  readonly #moves: Moves;

  constructor(seed: number, instruments: readonly SimulatedInstrument[]) {
    this.#instruments = [...instruments];
    this.#seed = seed;
    this.#moves = new Moves(
      seed,
      instruments.map(({ tradedShare }) => tradedShare === 1),
    );
    this.#tracks = new Map(instruments.map((instrument, index) => [instrument.symbol, this.#track(instrument, index)]));
  }

  get instruments(): readonly SimulatedInstrument[] {
    return this.#instruments;
  }

  instrument(symbol: string): SimulatedInstrument | undefined {
    return this.#tracks.get(symbol)?.instrument;
  }

  has(symbol: string, openTime: number): boolean {
    const track = this.#tracks.get(symbol);
    if (track === undefined || openTime < track.instrument.listedAt || track.instrument.tradedShare === 0) return false;
    return track.instrument.emptyMinutes === 'flat' || isTraded(track, Math.floor(openTime / MINUTE_MS));
  }

  trades(symbol: string, openTime: number): boolean {
    const track = this.#tracks.get(symbol);
    if (track === undefined || openTime < track.instrument.listedAt) return false;
    return isTraded(track, Math.floor(openTime / MINUTE_MS));
  }

  /** A listing: its candles too are a function of the seed and its name; whose turn it is to pump does not change. */
  list(instrument: SimulatedInstrument): void {
    if (this.#tracks.has(instrument.symbol)) throw new RangeError(`${instrument.symbol} is listed already`);
    this.#tracks.set(instrument.symbol, this.#track(instrument, this.#instruments.length));
    this.#instruments.push(instrument);
  }

  candle(symbol: string, openTime: number, steps = stepsPerMinute): Units {
    const track = this.#tracks.get(symbol);
    if (track === undefined) throw new RangeError(`no instrument ${symbol} in this simulation`);
    const minute = Math.floor(openTime / MINUTE_MS);
    if (!isTraded(track, minute)) return flat(minute * MINUTE_MS, this.#lastPrice(track, minute));
    const final = this.#final(track, minute);
    if (steps >= stepsPerMinute) return final;
    const partial = partialCandle(final, steps, mix(mix(track.seed, 0x70617274), minute));
    if (partial.trades > 0) return partial;
    // Of those that trade all the time somebody always does at once; of the others nobody may have yet.
    return track.instrument.tradedShare === 1
      ? { ...partial, amount: 1, value: partial.open, trades: 1 }
      : flat(minute * MINUTE_MS, this.#lastPrice(track, minute));
  }

  #track(instrument: SimulatedInstrument, index: number): Track {
    // The pair, not the symbol: every dialect tells of the same market.
    const seed = hashText(mix(this.#seed, 0x73796d62), `${instrument.base}${instrument.quote}`);
    return {
      instrument,
      index,
      seed,
      tick: 10 ** -instrument.priceDecimals,
      step: 10 ** -instrument.amountDecimals,
      path: new PricePath(seed, instrument.minuteDeviation),
      hour: Number.NaN,
      moves: [],
      boundaryMinute: Number.NaN,
      boundary: 0,
      latest: undefined,
    };
  }

  #lastPrice(track: Track, minute: number): number {
    const first = Math.max(minute - deadMinutesMax, Math.ceil(track.instrument.listedAt / MINUTE_MS));
    for (let earlier = minute - 1; earlier >= first; earlier--) {
      if (isTraded(track, earlier)) return this.#final(track, earlier).close;
    }
    return Math.max(1, Math.round(track.instrument.price / track.tick));
  }

  /** Logarithm of price / typical price at the beginning of a minute. */
  #boundary(track: Track, minute: number): number {
    if (track.boundaryMinute === minute) return track.boundary;
    this.#enterHourOf(track, minute);
    track.boundaryMinute = minute;
    track.boundary = track.path.at(minute) + shiftAt(track.moves, minute);
    return track.boundary;
  }

  #enterHourOf(track: Track, minute: number): void {
    const hour = Math.floor(minute / 60);
    if (track.hour === hour) return;
    track.hour = hour;
    track.moves = this.#moves.of(track.index, hour);
  }

  #final(track: Track, minute: number): Units {
    const openTime = minute * MINUTE_MS;
    if (track.latest?.openTime === openTime) return track.latest;
    const begin = this.#boundary(track, minute);
    const change = this.#boundary(track, minute + 1) - begin;
    this.#enterHourOf(track, minute);
    const { factor, pressure } = crowdIn(track.moves, minute);
    const wildness = track.path.wildness(minute);
    track.latest = traded(track, { openTime, begin, change, wildness, factor, pressure });
    return track.latest;
  }
}

interface Minute {
  readonly openTime: number;
  readonly begin: number;
  readonly change: number;
  readonly wildness: number;
  readonly factor: number;
  readonly pressure: number;
}

function traded(track: Track, { openTime, begin, change, wildness, factor, pressure }: Minute): Units {
  const { instrument, tick, step, seed } = track;
  const minute = openTime / MINUTE_MS;
  const draw = mix(mix(seed, 0x766f6c75), minute);
  const usual = (0.25 + 0.75 * wildness) * (bustles[draw & (draws - 1)] ?? 1);
  // A crowd has no quiet minutes: a move is always seen in the volume as well.
  const busy = factor > 1 ? Math.max(1, usual) : usual;
  const worth = instrument.minuteValue * factor * busy;
  const size = 120 + instrument.minuteValue / 2_500;
  const trades = Math.max(1, Math.min(tradesPerMinuteMax / 2, Math.round(worth / size)));
  const opening = (instrument.price * Math.exp(begin)) / tick;
  // How far a Brownian bridge between two prices goes beyond them.
  const variance = (instrument.minuteDeviation * wildness) ** 2;
  const highest = (change + Math.sqrt(change * change + variance * exponential(mix(draw, 2)))) / 2;
  const lowest = (change - Math.sqrt(change * change + variance * exponential(mix(draw, 3)))) / 2;
  const price = (away: number): number =>
    Math.max(1, Math.round(opening * (1 + away * (1 + (away / 2) * (1 + away / 3)))));
  const slip = (draw & 7) === 0 ? 1 : (draw & 7) === 1 ? -1 : 0;
  const open = Math.max(1, price(0) + slip);
  const close = trades === 1 ? open : price(change);
  const high = trades < 3 ? Math.max(open, close) : Math.max(open, close, price(highest));
  const low = trades < 3 ? Math.min(open, close) : Math.min(open, close, price(lowest));
  const amount = Math.max(trades, Math.round(worth / (opening * tick) / step));
  const leaning = (open + high + low + close) / 4 + (high - low) * 0.1 * normalOf(mix(draw, 4));
  const average = Math.min(high, Math.max(low, leaning));
  const value = Math.min(high * amount, Math.max(low * amount, Math.round(average * amount)));
  const takerShare = Math.min(0.95, Math.max(0.05, 0.5 + 0.17 * pressure + 0.08 * normalOf(mix(draw, 1))));
  const takerAmount = Math.round(amount * takerShare);
  const takerValue = Math.round(value * (takerAmount / amount));
  const firstTrade = minute * tradesPerMinuteMax;
  return { openTime, open, high, low, close, amount, value, trades, takerAmount, takerValue, firstTrade };
}

/** So many different draws are enough, and a table of them is faster than its formula. */
const draws = 4_096;
const drawn = Array.from({ length: draws }, (_, index) => (index + 0.5) / draws);
/** Twice an exponential draw. */
const exponentials = Float64Array.from(drawn, (unit) => -2 * Math.log(unit));
/** How much busier than usual a minute is: most a little less, some much more. */
const bustles = Float64Array.from(drawn, (_, index) => Math.exp(0.55 * normalOf(mix(0x62757374, index)) - 0.15));
const exponential = (hash: number): number => exponentials[hash & (draws - 1)] ?? 1;

const isTraded = ({ instrument: { tradedShare }, seed }: Track, minute: number): boolean =>
  tradedShare === 1 || unitOf(mix(mix(seed, 0x64656164), minute)) < tradedShare;
