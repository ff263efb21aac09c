/** What the streams really sent: how often the final frame of each minute left, whatever faults did to it before. */
import type { FrameOutlet, KlineFrame } from './kline-feed.ts';
import type { StreamApi } from './streams/stream-api.ts';

interface Sent {
  frames: number;
  /** How often, by open time; oldest first. */
  readonly finals: Map<number, number>;
}

/** Per symbol: two simulated days. */
const minutesKeptMax = 2_880;

export class Emissions implements FrameOutlet {
  readonly #streams: StreamApi;
  readonly #sent = new Map<string, Sent>();

  constructor(streams: StreamApi) {
    this.#streams = streams;
  }

  emit({ instrument, stream, minutes, candle, closed, text }: KlineFrame): void {
    if (!this.#streams.send(stream, text)) return;
    let sent = this.#sent.get(instrument.symbol);
    if (sent === undefined) {
      sent = { frames: 0, finals: new Map() };
      this.#sent.set(instrument.symbol, sent);
    }
    sent.frames++;
    if (!closed || minutes !== 1) return;
    const { openTime } = candle;
    sent.finals.set(openTime, (sent.finals.get(openTime) ?? 0) + 1);
    if (sent.finals.size > minutesKeptMax) sent.finals.delete(sent.finals.keys().next().value ?? openTime);
  }

  frames(symbol: string): number {
    return this.#sent.get(symbol)?.frames ?? 0;
  }

  /** How often the final frame of a minute was sent to anybody. */
  finalsSent(symbol: string, openTime: number): number {
    return this.#sent.get(symbol)?.finals.get(openTime) ?? 0;
  }
}
