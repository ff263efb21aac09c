/** Pushes kline events: the candle in progress while it changes, and exactly one final frame for every minute. */

import { MINUTE_MS } from '@screener/market';
import type { SimulatedInstrument } from './catalogue.ts';
import { hashText, unitOf } from './hash.ts';
import { printed } from './ledger.ts';
import { stepsPerMinute, type Units } from './market.ts';
import { stepsDone } from './rest-api.ts';
import type { MarketTruth } from './truth.ts';

export interface KlineFeedOptions {
  readonly market: MarketTruth;
  readonly outlet: FrameOutlet;
  /** Simulated time between two frames of a candle in progress. */
  readonly frameEveryMs: number;
}

/** A kline event on its way to whoever listens. */
export interface KlineFrame {
  readonly instrument: SimulatedInstrument;
  readonly stream: string;
  readonly openTime: number;
  readonly closed: boolean;
  readonly eventTime: number;
  /** The event as JSON. */
  readonly text: string;
}

/** The seam for faults: what lies between the feed and the connections. */
export interface FrameOutlet {
  wanted(stream: string): boolean;
  emit(frame: KlineFrame): void;
}

interface Channel {
  readonly instrument: SimulatedInstrument;
  readonly stream: string;
  /** Frames of different symbols are spread over the interval. */
  readonly phaseMs: number;
  /** How long after the minute its final frame leaves; differs by symbol, as on the real exchange. */
  readonly finalDelayMs: number;
  /** Open time of the minute whose final frame comes next; undefined while nobody listens. */
  minute: number | undefined;
  frame: number;
  step: number;
}

const finalDelayMsMin = 30;
const finalDelayMsMax = 400;
/** After a stall of the process, older final frames are not made up for: clients repair from REST. */
const minutesBehindMax = 1_440;

export class KlineFeed {
  readonly #options: KlineFeedOptions;
  #channels: readonly Channel[] = [];

  constructor(options: KlineFeedOptions) {
    this.#options = options;
    this.#open();
  }

  /** Sends everything that is due by `now`, final frames in the order of their times. */
  advance(now: number): void {
    if (this.#channels.length < this.#options.market.instruments.length) this.#open();
    const open = Math.floor(now / MINUTE_MS) * MINUTE_MS;
    let oldest = open;
    for (const channel of this.#channels) {
      if (!this.#options.outlet.wanted(channel.stream)) channel.minute = undefined;
      else channel.minute ??= open;
      if (channel.minute !== undefined && channel.minute < oldest) oldest = channel.minute;
    }
    for (let minute = Math.max(oldest, open - minutesBehindMax * MINUTE_MS); minute < open; minute += MINUTE_MS) {
      for (const channel of this.#channels) {
        const eventTime = minute + MINUTE_MS + channel.finalDelayMs;
        if (channel.minute === undefined || channel.minute > minute || eventTime > now) continue;
        this.#send(channel, minute, stepsPerMinute, true, eventTime);
        channel.minute = minute + MINUTE_MS;
        channel.step = -1;
      }
    }
    for (const channel of this.#channels) {
      if (channel.minute !== open) continue;
      const frame = Math.floor((now - channel.phaseMs) / this.#options.frameEveryMs);
      const step = stepsDone(open, now);
      if (frame === channel.frame || step === channel.step) continue;
      channel.frame = frame;
      channel.step = step;
      this.#send(channel, open, step, false, now);
    }
  }

  /** Also for instruments listed meanwhile. */
  #open(): void {
    const { market, frameEveryMs } = this.#options;
    const added = market.instruments.slice(this.#channels.length).map((instrument) => {
      const draw = unitOf(hashText(1, instrument.symbol));
      return {
        instrument,
        stream: `${instrument.symbol.toLowerCase()}@kline_1m`,
        phaseMs: Math.floor(draw * frameEveryMs),
        finalDelayMs: Math.floor(finalDelayMsMin + draw * (finalDelayMsMax - finalDelayMsMin)),
        minute: undefined,
        frame: -1,
        step: -1,
      };
    });
    this.#channels = [...this.#channels, ...added].sort((left, right) => left.finalDelayMs - right.finalDelayMs);
  }

  #send({ instrument, stream }: Channel, minute: number, steps: number, closed: boolean, eventTime: number): void {
    const { market, outlet } = this.#options;
    if (!market.trades(instrument.symbol, minute)) return;
    const units = market.candle(instrument.symbol, minute, steps);
    const text = klineEvent(instrument, units, closed, eventTime);
    outlet.emit({ instrument, stream, openTime: minute, closed, eventTime, text });
  }
}

/** Letter for letter as captured from the exchange in July 2026, its spaces included. */
export function klineEvent(instrument: SimulatedInstrument, units: Units, closed: boolean, eventTime: number): string {
  const { symbol, priceDecimals, amountDecimals } = instrument;
  const candle = printed(units, priceDecimals, amountDecimals);
  const { openTime, open, high, low, close, volume, quoteVolume, trades, takerBuyVolume, takerBuyQuoteVolume } = candle;
  const name = JSON.stringify(symbol);
  return `{"e":"kline","E":${eventTime},"s":${name},"k":{"t":${openTime}, "T":${openTime + MINUTE_MS - 1}, "s":${name}, "i":"1m", "f":${units.firstTrade}, "L":${units.firstTrade + trades - 1}, "o":"${open}", "c":"${close}", "h":"${high}", "l":"${low}", "v":"${volume}", "n":${trades}, "x":${closed}, "q":"${quoteVolume}", "V":"${takerBuyVolume}", "Q":"${takerBuyQuoteVolume}", "B":"0"}}`;
}
