/** What the simulated exchange says of each minute, as numbers: tests compare with it what others made of the frames. */
import { type Candle, MINUTE_MS } from '@screener/market';
import type { Emissions } from './emissions.ts';
import type { CandleSource } from './market.ts';
import type { RequestGate } from './rest/request-gate.ts';
import type { StreamTraffic } from './streams/stream-traffic.ts';
import type { Delisting, Halt, MarketTruth } from './truth.ts';
import { printed, type Units } from './units.ts';

export type SimulatedCandle = Candle;

export interface SimulatedCorrection {
  readonly symbol: string;
  readonly openTime: number;
  /** From then on `after` is the truth. */
  readonly atMs: number;
  readonly before: SimulatedCandle;
  readonly after: SimulatedCandle;
}

export class Ledger {
  readonly #market: CandleSource;

  constructor(market: CandleSource) {
    this.#market = market;
  }

  /** The truth as it stands now: what REST says of a closed minute, its corrections included. */
  candleAt(symbol: string, openTime: number): SimulatedCandle {
    return this.numbers(symbol, this.#market.candle(symbol, openTime));
  }

  protected numbers(symbol: string, units: Units): SimulatedCandle {
    const instrument = this.#market.instrument(symbol);
    if (instrument === undefined) throw new RangeError(`no instrument ${symbol} in this simulation`);
    const text = printed(units, instrument);
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

  /** Candles whose open times lie in [from, to]; minutes that the exchange has no candle for are left out. */
  candles(symbol: string, from: number, to: number): readonly SimulatedCandle[] {
    const found: SimulatedCandle[] = [];
    for (let openTime = Math.ceil(from / MINUTE_MS) * MINUTE_MS; openTime <= to; openTime += MINUTE_MS) {
      if (this.#market.has(symbol, openTime)) found.push(this.candleAt(symbol, openTime));
    }
    return found;
  }
}

/** With what became of the market and what was sent of it. */
export class ExchangeLedger extends Ledger {
  readonly #truth: MarketTruth;
  readonly #emissions: Emissions;
  readonly #gate: RequestGate;
  /** What happened on the WebSocket side. */
  readonly traffic: Readonly<StreamTraffic>;

  constructor(truth: MarketTruth, emissions: Emissions, gate: RequestGate, traffic: StreamTraffic) {
    super(truth);
    this.#truth = truth;
    this.#emissions = emissions;
    this.#gate = gate;
    this.traffic = traffic;
  }

  get requests(): number {
    return this.#gate.requests;
  }

  get requestsRefused(): number {
    return this.#gate.refusals;
  }

  /** Sent although the address was banned; what was on its way when the ban was told does not count. */
  get requestsDuringBan(): number {
    return this.#gate.requestsDuringBan;
  }

  /** Sent before the time that an earlier refusal had named: these lead to a ban. */
  get requestsBeforeRetry(): number {
    return this.#gate.requestsBeforeRetry;
  }

  get corrections(): readonly SimulatedCorrection[] {
    return this.#truth.corrections.map(({ symbol, openTime, atMs, before, after }) => {
      return { symbol, openTime, atMs, before: this.numbers(symbol, before), after: this.numbers(symbol, after) };
    });
  }

  get halts(): readonly Halt[] {
    return this.#truth.halts;
  }

  get delistings(): readonly Delisting[] {
    return this.#truth.delistings;
  }

  get listings(): readonly { readonly symbol: string; readonly listedAt: number }[] {
    return this.#truth.listings;
  }

  /** False where the exchange has no candle: before a listing, after a delisting, in a halt without bars. */
  hasCandle(symbol: string, openTime: number): boolean {
    return this.#truth.has(symbol, openTime);
  }

  /** False where nobody traded: streams were silent about the minute. */
  traded(symbol: string, openTime: number): boolean {
    return this.#truth.trades(symbol, openTime);
  }

  framesSent(symbol: string): number {
    return this.#emissions.frames(symbol);
  }

  /** How often the final frame of a minute was sent to anybody; kept for two simulated days. */
  finalsSent(symbol: string, openTime: number): number {
    return this.#emissions.finalsSent(symbol, openTime);
  }
}
