/**
 * The simulated market: every candle is a pure function of (seed, symbol, minute), so history of any depth, the candle
 * in progress and the final frame agree to the last digit. Prices and amounts are whole numbers of ticks and steps:
 * their decimal strings are exact.
 *
 * The logarithm of the price is Brownian motion in the Lévy-Ciesielski construction (a sum of tents of halving width,
 * one draw per tent), tied down at anchors so that it never runs away; pumps and dumps are added on top.
 */
import { MINUTE_MS } from '@screener/market';
import type { SimulatedInstrument } from './catalogue.ts';
import { hashText, mix, normalOf, unitOf } from './hash.ts';
import { crowdIn, type Move, Moves, shiftAt } from './moves.ts';

/** Trades of a minute happen in this many steps. */
export const stepsPerMinute = 64;
const anchorLevel = 13;
const anchorMinutes = 2 ** anchorLevel;
/** Calm and wild times change at this rhythm; a power of two, so that every narrower tent lies inside one of them. */
const regimeMinutes = 512;
const tradesPerMinuteMax = 1_000_000;

/** A candle in whole ticks and steps. */
export interface Units {
  readonly openTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly amount: number;
  readonly value: number;
  readonly trades: number;
  readonly takerAmount: number;
  readonly takerValue: number;
  readonly firstTrade: number;
}

/** Where candles come from: the seeded process, real ones from a file, or either with what happened to it on top. */
export interface CandleSource {
  readonly instruments: readonly SimulatedInstrument[];
  instrument(symbol: string): SimulatedInstrument | undefined;
  /** False where the exchange has no candle for a minute. */
  has(symbol: string, openTime: number): boolean;
  /** The candle of a minute after `steps` of its steps (all: the final candle). */
  candle(symbol: string, openTime: number, steps?: number): Units;
}

interface Track {
  readonly instrument: SimulatedInstrument;
  readonly seed: number;
  readonly index: number;
  readonly tick: number;
  readonly step: number;
  hour: number;
  moves: readonly Move[];
  /** The boundary computed last: the end of one minute is the beginning of the next. */
  boundaryMinute: number;
  boundary: number;
}

export class Market implements CandleSource {
  readonly #instruments: SimulatedInstrument[];
  readonly #seed: number;
  readonly #tracks: Map<string, Track>;
  readonly #moves: Moves;
  readonly #path = new Float64Array(stepsPerMinute + 1);
  readonly #weights = new Float64Array(stepsPerMinute + 1);

  constructor(seed: number, instruments: readonly SimulatedInstrument[]) {
    this.#instruments = [...instruments];
    this.#seed = seed;
    this.#moves = new Moves(seed, instruments.length);
    this.#tracks = new Map(instruments.map((instrument, index) => [instrument.symbol, this.#track(instrument, index)]));
  }

  get instruments(): readonly SimulatedInstrument[] {
    return this.#instruments;
  }

  instrument(symbol: string): SimulatedInstrument | undefined {
    return this.#tracks.get(symbol)?.instrument;
  }

  has(symbol: string, openTime: number): boolean {
    return openTime >= (this.#tracks.get(symbol)?.instrument.listedAt ?? Number.POSITIVE_INFINITY);
  }

  /** A listing: its candles too are a function of the seed and its name; whose turn it is to pump does not change. */
  list(instrument: SimulatedInstrument): void {
    if (this.#tracks.has(instrument.symbol)) throw new RangeError(`${instrument.symbol} is listed already`);
    this.#tracks.set(instrument.symbol, this.#track(instrument, this.#instruments.length));
    this.#instruments.push(instrument);
  }

  #track(instrument: SimulatedInstrument, index: number): Track {
    return {
      instrument,
      index,
      seed: hashText(mix(this.#seed, 0x73796d62), instrument.symbol),
      tick: 10 ** -instrument.priceDecimals,
      step: 10 ** -instrument.amountDecimals,
      hour: Number.NaN,
      moves: [],
      boundaryMinute: Number.NaN,
      boundary: 0,
    };
  }

  candle(symbol: string, openTime: number, steps = stepsPerMinute): Units {
    const track = this.#tracks.get(symbol);
    if (track === undefined) throw new RangeError(`no instrument ${symbol} in this simulation`);
    const minute = Math.floor(openTime / MINUTE_MS);
    const begin = this.#boundary(track, minute);
    const end = this.#boundary(track, minute + 1);
    const regime = regimeOf(track.seed, minute);
    this.#follow(track, minute, begin, end, regime);
    this.#enterHourOf(track, minute);
    return this.#trade(track, minute, regime, steps);
  }

  /** Logarithm of price / typical price at the beginning of a minute. */
  #boundary(track: Track, minute: number): number {
    if (track.boundaryMinute === minute) return track.boundary;
    const { seed, instrument } = track;
    const anchor = Math.floor(minute / anchorMinutes);
    const along = (minute - anchor * anchorMinutes) / anchorMinutes;
    const spread = instrument.minuteDeviation * Math.sqrt(anchorMinutes);
    let value = spread * ((1 - along) * normalOf(mix(seed, anchor)) + along * normalOf(mix(seed, anchor + 1)));
    const regime = regimeOf(seed, minute);
    for (let level = anchorLevel; level >= 1; level--) {
      const width = 2 ** level;
      const node = Math.floor(minute / width);
      const tent = 1 - Math.abs((2 * (minute - node * width)) / width - 1);
      if (tent === 0) break; // a point on this grid lies on every finer one: all further tents are 0 here
      const wildness = width > regimeMinutes ? 1 : regime;
      value +=
        tent *
        normalOf(mix(mix(seed, 0x1000 + level), node)) *
        wildness *
        instrument.minuteDeviation *
        Math.sqrt(width / 4);
    }
    this.#enterHourOf(track, minute);
    value += shiftAt(track.moves, minute);
    track.boundaryMinute = minute;
    track.boundary = value;
    return value;
  }

  #enterHourOf(track: Track, minute: number): void {
    const hour = Math.floor(minute / 60);
    if (track.hour === hour) return;
    track.hour = hour;
    track.moves = this.#moves.of(track.index, hour);
  }

  /** The path inside the minute: midpoint displacement between its two ends. */
  #follow(track: Track, minute: number, begin: number, end: number, regime: number): void {
    const path = this.#path;
    path[0] = begin;
    path[stepsPerMinute] = end;
    let draw = mix(mix(track.seed, 0x70617468), minute);
    const deviation = track.instrument.minuteDeviation * regime;
    for (let width = stepsPerMinute; width > 1; width /= 2) {
      const spread = deviation * Math.sqrt(width / stepsPerMinute / 4);
      for (let from = 0; from < stepsPerMinute; from += width) {
        draw = mix(draw, width);
        path[from + width / 2] = ((path[from] ?? 0) + (path[from + width] ?? 0)) / 2 + spread * normalOf(draw);
      }
    }
  }

  #trade(track: Track, minute: number, regime: number, steps: number): Units {
    const { instrument, tick, step } = track;
    const { factor, pressure } = crowdIn(track.moves, minute);
    const draw = mix(mix(track.seed, 0x766f6c75), minute);
    const worth = instrument.minuteValue * factor * regime * Math.exp(0.55 * normalOf(draw) - 0.15);
    const tradesWanted = Math.max(
      1,
      Math.min(tradesPerMinuteMax / 2, Math.round(worth / (120 + instrument.minuteValue / 2_500))),
    );
    const takerShare = Math.min(0.95, Math.max(0.05, 0.5 + 0.17 * pressure + 0.08 * normalOf(mix(draw, 1))));
    const weights = this.#weights;
    const busy = Math.min(1, tradesWanted / stepsPerMinute);
    let total = 0;
    let stepDraw = draw;
    for (let index = 1; index <= stepsPerMinute; index++) {
      stepDraw = mix(stepDraw, index);
      const share = unitOf(stepDraw);
      // The first step always trades: so no minute is empty and a candle in progress exists from the first moment.
      const trades = index === 1 || (stepDraw & 0xffff) / 0x1_0000 < busy;
      const weight = trades ? 0.2 + share * share : 0;
      weights[index] = weight;
      total += weight;
    }
    const begin = this.#path[0] ?? 0;
    const priceAtBegin = (instrument.price * Math.exp(begin)) / tick;
    let [open, high, low, close, amount, value, trades, takerAmount, takerValue] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
    for (let index = 1; index <= steps; index++) {
      const share = (weights[index] ?? 0) / total;
      if (share === 0) continue;
      const away = (this.#path[index] ?? 0) - begin;
      // exp() of a small number by its series: one minute needs 64 of them.
      const price = Math.max(1, Math.round(priceAtBegin * (1 + away * (1 + (away / 2) * (1 + away / 3)))));
      const traded = Math.max(1, Math.round((worth * share) / (price * tick) / step));
      const taken = Math.min(traded, Math.round(traded * takerShare));
      if (open === 0) {
        open = price;
        high = price;
        low = price;
      }
      if (price > high) high = price;
      if (price < low) low = price;
      close = price;
      amount += traded;
      value += traded * price;
      takerAmount += taken;
      takerValue += taken * price;
      trades += Math.max(1, Math.round(tradesWanted * share));
    }
    const openTime = minute * MINUTE_MS;
    const firstTrade = minute * tradesPerMinuteMax;
    return { openTime, open, high, low, close, amount, value, trades, takerAmount, takerValue, firstTrade };
  }
}

/** How wild a stretch of time is: around 1. */
const regimeOf = (seed: number, minute: number): number =>
  Math.exp(0.3 * normalOf(mix(mix(seed, 0x7265676d), Math.floor(minute / regimeMinutes))));

/** Whole units as an exact decimal string. */
export function decimal(units: number, decimals: number): string {
  const digits = String(units);
  if (decimals === 0) return digits;
  const padded = digits.padStart(decimals + 1, '0');
  return `${padded.slice(0, -decimals)}.${padded.slice(-decimals)}`;
}
