/** Klines of many symbols over as few connections as the exchange allows: who is listened to where, and how it goes. */
import type { KlineListener, KlineStream, KlineUpdate, StreamState } from '../exchange.ts';
import { manySymbols, silenceLimitMs } from './connection-silence.ts';
import type { FrameReading } from './frame.ts';
import { type LaneSurroundings, StreamLane } from './stream-lane.ts';
import type { StreamProtocol } from './stream-protocol.ts';
import { StreamPulses } from './stream-pulses.ts';

export interface KlineConnectionsOptions extends LaneSurroundings {
  readonly protocol: StreamProtocol;
  readonly streamsPerConnectionMax: number;
}

const lookEveryMs = 2_000;
const looksPerSilence = 4;
/** The rest waits for the next look. */
const movesPerLookMax = 25;
/** What the lane of prices listens to. */
const pricesTopic = 'prices';

export class KlineConnections implements KlineStream {
  readonly #options: KlineConnectionsOptions;
  readonly #listener: KlineListener;
  readonly #pulses: StreamPulses;
  readonly #lanes = new Set<StreamLane>();
  #pricesLane: StreamLane | undefined;
  #lanesOpened = 0;
  #lookedAt: number;
  #cancelLook: (() => void) | undefined;
  #closed = false;
  #frames = 0;
  #goAt: number | undefined;
  #bytes = 0;
  #foreign = 0;
  #resubscriptions = 0;
  /** Of lanes that are gone. */
  #past = { reconnections: 0, replacements: 0 };

  constructor(symbols: readonly string[], listener: KlineListener, options: KlineConnectionsOptions) {
    this.#options = options;
    this.#listener = listener;
    this.#pulses = new StreamPulses(options.protocol.silence);
    this.#lookedAt = options.now();
    this.listenTo(symbols);
    this.#lookLater();
  }

  listenTo(symbols: readonly string[]): void {
    if (this.#closed) return;
    const wanted = new Set(symbols);
    const changed = new Set<StreamLane>();
    for (const lane of this.#lanes) {
      for (const symbol of lane.symbols) {
        if (wanted.has(symbol)) continue;
        lane.symbols.delete(symbol);
        this.#pulses.forget(symbol);
        changed.add(lane);
      }
    }
    for (const symbol of wanted) {
      if (this.#pulses.has(symbol)) continue;
      this.#pulses.listen(symbol, this.#options.now());
      changed.add(this.#place(symbol, (lane) => !lane.circuitOpen));
    }
    this.#settle(changed);
    this.#listenToPrices(wanted.size > 0);
  }

  state(): StreamState {
    const lanes = this.#allLanes();
    const sum = (count: (lane: StreamLane) => number): number => lanes.reduce((total, lane) => total + count(lane), 0);
    return {
      connections: lanes.length,
      healthy: sum(({ healthy }) => Number(healthy)),
      reconnections: this.#past.reconnections + sum(({ reconnections }) => reconnections),
      frames: this.#frames,
      bytes: this.#bytes,
      foreign: this.#foreign,
      resubscriptions: this.#resubscriptions,
      replacements: this.#past.replacements + sum(({ replacements }) => replacements),
      circuitsOpen: sum(({ circuitOpen }) => Number(circuitOpen)),
      unserved: this.#unserved(),
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelLook?.();
    for (const lane of this.#allLanes()) lane.close();
    this.#lanes.clear();
    this.#pricesLane = undefined;
  }

  #allLanes(): readonly StreamLane[] {
    return [...this.#lanes, ...(this.#pricesLane === undefined ? [] : [this.#pricesLane])];
  }

  #unserved(): ReadonlySet<string> {
    const unserved = new Set<string>();
    for (const { healthy, symbols } of this.#lanes) {
      for (const symbol of symbols) if (!healthy || this.#pulses.silent(symbol)) unserved.add(symbol);
    }
    return unserved;
  }

  /** Into the first lane that suits and has room, or a new one; the lane has to be settled after that. */
  #place(symbol: string, suits: (lane: StreamLane) => boolean): StreamLane {
    const { streamsPerConnectionMax } = this.#options;
    let lane = [...this.#lanes].find((one) => one.symbols.size < streamsPerConnectionMax && suits(one));
    if (lane === undefined) {
      lane = this.#newLane(`stream ${++this.#lanesOpened}`, this.#options.protocol);
      this.#lanes.add(lane);
      lane.symbols.add(symbol);
      lane.start();
    }
    lane.symbols.add(symbol);
    return lane;
  }

  /** Tells the exchange what has changed, and ends what nobody needs. */
  #settle(changed: Iterable<StreamLane>): void {
    for (const lane of changed) {
      if (lane.symbols.size > 0) lane.sync();
      else this.#drop(lane);
    }
  }

  #drop(lane: StreamLane): void {
    lane.close();
    this.#lanes.delete(lane);
    this.#past.reconnections += lane.reconnections;
    this.#past.replacements += lane.replacements;
  }

  #newLane(name: string, protocol: StreamProtocol): StreamLane {
    return new StreamLane({
      ...this.#options,
      name,
      protocol,
      subscribed: (symbols) => {
        for (const symbol of symbols) this.#pulses.subscribed(symbol, this.#options.now());
      },
      doubtful: (symbol) => this.#pulses.misses(symbol) > 0,
      reading: (reading, bytes) => this.#read(reading, bytes),
      update: (update, bytes) => this.#readOne(update, bytes),
      problem: (problem) => this.#listener.problem(problem),
    });
  }

  #listenToPrices(wanted: boolean): void {
    const { prices } = this.#options.protocol;
    if (prices === undefined || this.#listener.price === undefined) return;
    if (!wanted) {
      if (this.#pricesLane !== undefined) this.#drop(this.#pricesLane);
      this.#pricesLane = undefined;
    } else if (this.#pricesLane === undefined) {
      this.#pricesLane = this.#newLane('the stream of prices', prices);
      this.#pricesLane.symbols.add(pricesTopic);
      this.#pricesLane.start();
    }
  }

  #readOne(update: KlineUpdate, bytes: number): string | undefined {
    this.#bytes += bytes;
    if (!this.#tell(update, this.#now())) return undefined;
    this.#frames++;
    return update.symbol;
  }

  /** The same for all frames that are read in one go: hundreds, and asking the clock costs as much as reading a number. */
  #now(): number {
    if (this.#goAt === undefined) {
      this.#goAt = this.#options.now();
      queueMicrotask(() => {
        this.#goAt = undefined;
      });
    }
    return this.#goAt;
  }

  /** False: nobody listens to that symbol. */
  #tell(update: KlineUpdate, now: number): boolean {
    const heard = this.#pulses.heard(update, now);
    if (heard) this.#listener.kline(update);
    else this.#foreign++;
    return heard;
  }

  #read(reading: FrameReading, bytes: number): string | undefined {
    this.#bytes += bytes;
    if (typeof reading === 'string') {
      if (reading === 'foreign') this.#foreign++;
      return undefined;
    }
    if ('updates' in reading) {
      const now = this.#options.now();
      let heard: string | undefined;
      for (const update of reading.updates) if (this.#tell(update, now)) heard = update.symbol;
      if (heard !== undefined) this.#frames++;
      return heard;
    }
    if ('prices' in reading) {
      for (const price of reading.prices) if (this.#pulses.has(price.symbol)) this.#listener.price?.(price);
      return pricesTopic;
    }
    if ('problem' in reading) this.#listener.problem(reading.problem);
    return undefined;
  }

  #lookLater(): void {
    const { timers, protocol } = this.#options;
    const { manyMs, oneMs } = protocol.silence;
    const everyMs = Math.max(1, Math.min(lookEveryMs, manyMs / looksPerSilence, oneMs / looksPerSilence));
    // What has arrived while this process was busy must have been read before it counts as silence.
    this.#cancelLook = timers.after(everyMs, () => setImmediate(() => this.#look()));
  }

  #look(): void {
    if (this.#closed) return;
    const { now, protocol } = this.#options;
    const time = now();
    const lanes = this.#allLanes();
    for (const lane of lanes) lane.look(time);
    this.#pulses.look(time);
    // After a stall of this process not all that was said meanwhile has been read yet.
    const stalled = time - this.#lookedAt > protocol.silence.manyMs / 2 + lookEveryMs;
    this.#lookedAt = time;
    for (const lane of lanes) {
      if (stalled) {
        this.#pulses.excuse(lane.symbols, time);
        lane.aloneAt = time;
      } else this.#lookAt(lane, time);
    }
    this.#lookLater();
  }

  #lookAt(lane: StreamLane, now: number): void {
    const { silence } = lane.protocol;
    const quietMs = lane.quietMs(now);
    if (quietMs === undefined) return;
    const othersSpeak = [...this.#lanes].some(
      (other) => other !== lane && other.healthy && (other.quietMs(now) ?? Number.POSITIVE_INFINITY) < silence.manyMs,
    );
    if (!othersSpeak) lane.aloneAt = now;
    const few = lane.symbols.size < manySymbols && lane !== this.#pricesLane;
    if (few && othersSpeak) {
      // The silence of a few says nothing of their connection.
      this.#move(lane, this.#pulses.silentOnes(lane.symbols, now));
      return;
    }
    // Of a pause that all made only what came after it counts against one.
    const unlikeOthersMs = Math.min(quietMs, now - lane.aloneAt);
    if (quietMs >= silenceLimitMs(lane, false, silence) || unlikeOthersMs >= silenceLimitMs(lane, true, silence)) {
      if (!lane.healthy) for (const symbol of lane.symbols) this.#pulses.missed(symbol);
      lane.giveUp(quietMs);
      return;
    }
    if (!lane.healthy || lane === this.#pricesLane) return;
    const silent = this.#pulses.silentOnes(lane.symbols, now);
    if (silent.length * 2 <= lane.symbols.size) this.#move(lane, silent.slice(0, movesPerLookMax));
    else {
      // So many at once are the connection's doing.
      for (const symbol of silent) this.#pulses.missed(symbol);
      if (silent.length === lane.symbols.size) lane.giveUp(quietMs);
      else lane.replace();
    }
  }

  /** To another connection: there the stream may speak. */
  #move(from: StreamLane, symbols: readonly string[]): void {
    const changed = new Set<StreamLane>(symbols.length > 0 ? [from] : []);
    const fresh = new Set<StreamLane>();
    for (const symbol of symbols) {
      this.#pulses.missed(symbol);
      this.#resubscriptions++;
      from.symbols.delete(symbol);
      const known = new Set(this.#lanes);
      const target = this.#place(symbol, (lane) => lane !== from && (lane.healthy || fresh.has(lane)));
      if (!known.has(target)) fresh.add(target);
      changed.add(target);
    }
    this.#settle(changed);
  }
}
