/**
 * Pushes kline events of the streams that somebody listens to: the candle in progress while it changes, and exactly one
 * final frame for every bar in which somebody traded. Of a minute without trades nothing is sent, as on the real ones.
 */
import { MINUTE_MS } from '@screener/market';
import { BarFold } from './bar-fold.ts';
import type { Bars } from './bars.ts';
import type { SimulatedInstrument } from './catalogue.ts';
import { hashText, unitOf } from './hash.ts';
import { barBegin, barEnd } from './intervals.ts';
import type { StreamApi } from './streams/stream-api.ts';
import type { Channel, KlineEvent, StreamDialect } from './streams/stream-dialect.ts';
import type { MarketTruth } from './truth.ts';
import { type PrintedCandle, printed, stepsDone, stepsPerMinute } from './units.ts';

export interface KlineFeedOptions {
  readonly market: MarketTruth;
  readonly bars: Bars;
  readonly dialect: StreamDialect;
  readonly streams: StreamApi;
  readonly outlet: FrameOutlet;
  /** Simulated time between two frames of a candle in progress, as of now. */
  readonly frameEveryMs: () => number;
  /** Also where nothing changed since the last frame. */
  readonly unchangedToo: boolean;
}

/** A kline event on its way to whoever listens. */
export interface KlineFrame extends KlineEvent {
  readonly stream: string;
  /** Of the bar; undefined: a month. */
  readonly minutes: number | undefined;
  /** The event as the exchange writes it. */
  readonly text: string;
}

/** The seam for faults: what lies between the feed and the connections. */
export interface FrameOutlet {
  emit(frame: KlineFrame): void;
}

interface KlineSubscription {
  readonly instrument: SimulatedInstrument;
  readonly stream: string;
  readonly channel: Extract<Channel, { kind: 'kline' }>;
  /** Frames of different symbols are spread over the interval: a share of it. */
  readonly phase: number;
  /** How long after the bar its final frame leaves; differs by symbol, as on the real exchange. */
  readonly finalDelayMs: number;
  /** Open time of the bar whose final frame comes next. */
  begin: number;
  frame: number;
  /** Trades told last: nothing new is not told. */
  trades: number;
  /** The minutes of the bar that are over, up to `foldedTo`. */
  fold: BarFold | undefined;
  foldedTo: number;
}

const finalDelayMsMin = 30;
const finalDelayMsMax = 400;
/** After a stall of the process, older final frames are not made up for: clients repair from REST. */
const minutesBehindMax = 1_440;

export class KlineFeed {
  readonly #options: KlineFeedOptions;
  readonly #open = new Map<string, KlineSubscription>();
  /** In the order in which their final frames leave. */
  #ordered: readonly KlineSubscription[] = [];
  #version = -1;
  #instruments = 0;

  constructor(options: KlineFeedOptions) {
    this.#options = options;
  }

  /** Sends everything that is due by `now`, final frames in the order of their times. */
  advance(now: number): void {
    const { streams, market } = this.#options;
    if (streams.wantedVersion !== this.#version || market.instruments.length !== this.#instruments) this.#renew(now);
    const minute = Math.floor(now / MINUTE_MS) * MINUTE_MS;
    let oldest = Number.POSITIVE_INFINITY;
    for (const subscription of this.#ordered) {
      const end = barEnd(subscription.channel.interval, subscription.begin);
      if (end < oldest) oldest = end;
    }
    for (let end = Math.max(oldest, minute - minutesBehindMax * MINUTE_MS); end <= minute; end += MINUTE_MS) {
      for (const subscription of this.#ordered) {
        const { channel, finalDelayMs } = subscription;
        const due = barEnd(channel.interval, subscription.begin);
        if (due > end || end + finalDelayMs > now) continue;
        if (due === end) this.#close(subscription, end);
        subscription.begin = barBegin(channel.interval, end);
        subscription.frame = -1;
        subscription.trades = -1;
        subscription.fold = undefined;
      }
    }
    const frameEveryMs = this.#options.frameEveryMs();
    for (const subscription of this.#ordered) {
      const { begin, channel, phase } = subscription;
      if (now >= barEnd(channel.interval, begin)) continue;
      const frame = Math.floor((now - Math.floor(phase * frameEveryMs)) / frameEveryMs);
      if (frame === subscription.frame) continue;
      subscription.frame = frame;
      this.#tell(subscription, minute, now);
    }
  }

  /** Opens what somebody has begun to listen to, also of instruments listed meanwhile, and lets go of the rest. */
  #renew(now: number): void {
    const { streams, market, dialect } = this.#options;
    this.#version = streams.wantedVersion;
    this.#instruments = market.instruments.length;
    for (const stream of this.#open.keys()) if (!streams.isWanted(stream)) this.#open.delete(stream);
    for (const stream of streams.wanted) {
      if (this.#open.has(stream)) continue;
      const channel = dialect.channel(stream);
      if (channel?.kind !== 'kline') continue;
      const instrument = market.instrument(channel.symbol);
      if (instrument === undefined) continue;
      const draw = unitOf(hashText(1, instrument.symbol));
      this.#open.set(stream, {
        instrument,
        stream,
        channel,
        phase: draw,
        finalDelayMs: Math.floor(finalDelayMsMin + draw * (finalDelayMsMax - finalDelayMsMin)),
        begin: barBegin(channel.interval, now),
        frame: -1,
        trades: -1,
        fold: undefined,
        foldedTo: 0,
      });
    }
    this.#ordered = [...this.#open.values()].sort((left, right) => left.finalDelayMs - right.finalDelayMs);
  }

  #close(subscription: KlineSubscription, end: number): void {
    const { instrument, channel, begin, finalDelayMs } = subscription;
    const { market, bars } = this.#options;
    if (channel.interval.minutes === 1) {
      if (!market.trades(instrument.symbol, begin)) return;
      this.#send(subscription, printed(market.candle(instrument.symbol, begin), instrument), true, end + finalDelayMs);
      return;
    }
    const fold = bars.fold(instrument.symbol, begin, end);
    if (fold.trades > 0) this.#send(subscription, fold.printed(begin, end, instrument), true, end + finalDelayMs);
  }

  /** The candle in progress, where there is anything new. */
  #tell(subscription: KlineSubscription, minute: number, now: number): void {
    const { instrument, channel, begin } = subscription;
    const { market, unchangedToo } = this.#options;
    const trading = market.trades(instrument.symbol, minute);
    const steps = stepsDone(minute, now);
    if (channel.interval.minutes === 1) {
      if (!trading) return;
      const units = market.candle(instrument.symbol, minute, steps);
      if (units.trades === subscription.trades && !unchangedToo) return;
      if (units.trades === 0 && steps < stepsPerMinute) return;
      subscription.trades = units.trades;
      this.#send(subscription, printed(units, instrument), false, now);
      return;
    }
    const whole = new BarFold();
    whole.addFold(this.#folded(subscription, minute));
    if (trading) whole.add(market.candle(instrument.symbol, minute, steps));
    if ((whole.trades === subscription.trades && !unchangedToo) || whole.trades === 0) return;
    subscription.trades = whole.trades;
    this.#send(subscription, whole.printed(begin, barEnd(channel.interval, begin), instrument), false, now);
  }

  #folded(subscription: KlineSubscription, minute: number): BarFold {
    const { instrument, begin } = subscription;
    if (subscription.fold === undefined) {
      subscription.fold = this.#options.bars.fold(instrument.symbol, begin, minute);
      subscription.foldedTo = minute;
    } else if (subscription.foldedTo < minute) {
      subscription.fold.addFold(this.#options.bars.fold(instrument.symbol, subscription.foldedTo, minute));
      subscription.foldedTo = minute;
    }
    return subscription.fold;
  }

  #send(subscription: KlineSubscription, candle: PrintedCandle, closed: boolean, eventTime: number): void {
    const { instrument, stream, channel } = subscription;
    const event: KlineEvent = { instrument, code: channel.code, candle, closed, eventTime };
    const text = this.#options.dialect.kline(event);
    this.#options.outlet.emit({ ...event, stream, minutes: channel.interval.minutes, text });
  }
}
