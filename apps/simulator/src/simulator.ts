/** A simulated exchange on a port of this machine: REST and WebSocket, as far as instruments and candles go. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ScreenerError } from '@screener/errors';
import { MINUTE_MS } from '@screener/market';
import { Bars } from './bars.ts';
import { catalogue, instrumentsMax, type SimulatedInstrument } from './catalogue.ts';
import { SimulatedClock } from './clock.ts';
import { DayTickers } from './day-tickers.ts';
import type { DialectName } from './dialects/dialect.ts';
import { dialects } from './dialects/dialects.ts';
import { Emissions } from './emissions.ts';
import type { Fault } from './faults/fault-plan.ts';
import { FaultScript } from './faults/fault-script.ts';
import { KlineFeed } from './kline-feed.ts';
import { ExchangeLedger } from './ledger.ts';
import { Market } from './market.ts';
import { type Replay, ReplayedMarket, replayStart } from './replay/replayed-market.ts';
import { RequestGate } from './rest/request-gate.ts';
import { RestApi } from './rest/rest-api.ts';
import { StreamApi } from './streams/stream-api.ts';
import { TickerFeed } from './ticker-feed.ts';
import { MarketTruth } from './truth.ts';

export interface SimulatorOptions {
  /** 0: any free one. */
  readonly port: number;
  readonly host: string;
  readonly seed: number;
  readonly instruments: number;
  /** Simulated time runs so many times as fast as the wall clock, until it has reached it. */
  readonly speed: number;
  /** Where simulated time begins. Default: now, or at a higher speed so far back that ten minutes of it are left. */
  readonly startAt?: number;
  /** Simulated time itself, never going back, where it does not run at one speed; it begins at `startAt`. */
  readonly simulatedNow?: () => number;
  /** Wall-clock time between two looks at the clock. Default: as often as frames are due. */
  readonly advanceEveryMs?: number;
  /**
   * Simulated time between frames of a candle in progress. Default: the pace of the real exchange; accelerated, one
   * second of the wall clock until real time is reached.
   */
  readonly frameEveryMs?: number;
  /** Frames also where nothing was traded since the last one: a steady load, for measurements. Default: false, as on real ones. */
  readonly unchangedToo?: boolean;
  /** Wall clock in ms. */
  readonly now: () => number;
  readonly notify: (text: string) => void;
  /** Instruments beside those of the catalogue. */
  readonly added?: readonly SimulatedInstrument[];
  /**
   * By which clock the server waits for pongs and other signs of life: accelerated clients keep the simulated one.
   * Rates, bans and the age of connections always count in simulated time. Default: wall.
   */
  readonly patience?: 'wall' | 'simulated';
  /** Which exchange's addresses, words, limits and rhythm; the market is the same. Default: usdm. */
  readonly dialect?: DialectName;
  /** What goes wrong, and when. Default: nothing does. */
  readonly faults?: readonly Fault[];
  /** Real candles as the market of these symbols; with them simulated time begins where the files do. */
  readonly replays?: readonly Replay[];
}

export interface Simulator {
  readonly restBase: string;
  readonly wsBase: string;
  readonly port: number;
  readonly dialect: DialectName;
  /** Those listed meanwhile included. */
  readonly symbols: readonly string[];
  readonly ledger: ExchangeLedger;
  /** To inject more faults, and to see which ones really happened. */
  readonly faults: FaultScript;
  /** How often it has looked at the clock and sent what was due. */
  readonly advances: number;
  /** Simulated time. */
  now(): number;
  stop(): Promise<void>;
}

/** Wall-clock time between two looks at the clock; more often where frames are due more often. */
const advanceEveryMsMax = 50;
const advanceEveryMsMin = 5;
const frameEveryMsMin = 250;
/** Accelerated: of the wall clock. */
const frameEveryMsFast = 1_000;
const notOurs = ['ENOTFOUND', 'EADDRNOTAVAIL', 'EAI_AGAIN'];
const hostFacts = { option: '--host', expected: 'an address of this machine', example: '--host 127.0.0.1' };
export const speedMax = 100_000;

export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  check('instruments', options.instruments, Number.isInteger(options.instruments), 1, instrumentsMax);
  check('speed', options.speed, true, 1, speedMax);
  const { now, speed, replays = [] } = options;
  const startAt = options.startAt ?? replayStart(replays);
  const dialect = dialects[options.dialect ?? 'usdm'];
  const instruments = [...catalogue(options.instruments, dialect.symbolOf), ...(options.added ?? [])];
  const seeded = new Market(options.seed, instruments);
  const market = new MarketTruth(replays.length === 0 ? seeded : new ReplayedMarket(seeded, replays));
  for (const { symbol, candles } of replays) {
    market.delist(symbol, candles.lastOpenTime + MINUTE_MS, Number.POSITIVE_INFINITY);
  }
  const clock = new SimulatedClock({ now, speed, startAt });
  const { simulatedNow = () => clock.now() } = options;
  const bars = new Bars(market, simulatedNow);
  const tickers = new DayTickers(market, bars, simulatedNow);
  const faults = new FaultScript(options.faults ?? [], clock.startAt);
  const gate = new RequestGate(dialect.gate, simulatedNow, now);
  const rest = new RestApi({
    market,
    bars,
    tickers,
    dialect,
    now: simulatedNow,
    gate,
    seam: faults,
    notify: options.notify,
  });
  const patienceNow = options.patience === 'simulated' ? simulatedNow : now;
  const streams = new StreamApi({ dialect: dialect.streams, market, seam: faults, now: simulatedNow, patienceNow });
  faults.stage = { market, streams, gate, dialect, now: simulatedNow };
  const emissions = new Emissions(streams);
  const pace = { market, dialect: dialect.streams, streams };
  // Once real time is reached, the pace is that of the exchange.
  const frameEveryMs = (pace: number): number =>
    Math.max(frameEveryMsMin, options.frameEveryMs ?? (pace === 1 ? dialect.frameEveryMs : frameEveryMsFast * pace));
  const feed = new KlineFeed({
    ...pace,
    bars,
    outlet: faults.before(emissions),
    frameEveryMs: () => frameEveryMs(clock.pace),
    unchangedToo: options.unchangedToo ?? false,
  });
  const dueEveryMs = frameEveryMs(speed) / speed;
  const { advanceEveryMs = Math.max(advanceEveryMsMin, Math.min(advanceEveryMsMax, dueEveryMs)) } = options;
  const tickersEveryMs = dialect.streams.tickersEveryMs ?? frameEveryMsFast;
  const tickerFeed = new TickerFeed({ ...pace, tickers, everyMs: () => tickersEveryMs * clock.pace });

  const server = createServer(rest.handle);
  server.on('upgrade', streams.upgrade);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const { code = '' } = cause;
      const { host: found, port } = options;
      if (code === 'EADDRINUSE') reject(new ScreenerError('PORT_IN_USE', { port, hint: '--port' }, { cause }));
      else if (notOurs.includes(code)) reject(new ScreenerError('OPTION_INVALID', { ...hostFacts, found }, { cause }));
      else reject(cause);
    });
    server.listen(options.port, options.host, resolve);
  });
  let advances = 0;
  const timer = setInterval(() => {
    advances++;
    const time = simulatedNow();
    streams.advance(time);
    faults.advance(time);
    feed.advance(time);
    tickerFeed.advance(time);
    streams.flush();
  }, advanceEveryMs);

  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  options.notify(
    `simulated ${dialect.title} on ${host}:${port}: ${options.instruments} instruments, seed ${options.seed}, ` +
      `from ${new Date(clock.startAt).toISOString()}${speed === 1 ? '' : ` at ${speed} times real time`}`,
  );
  return {
    restBase: `http://${host}:${port}`,
    wsBase: `ws://${host}:${port}`,
    port,
    dialect: dialect.name,
    get symbols() {
      return market.instruments.map(({ symbol }) => symbol);
    },
    get advances() {
      return advances;
    },
    ledger: new ExchangeLedger(market, emissions, gate, streams.traffic),
    faults,
    now: simulatedNow,
    async stop() {
      clearInterval(timer);
      faults.stop();
      await streams.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function check(option: string, found: number, fits: boolean, least: number, most: number): void {
  if (fits && found >= least && found <= most) return;
  const expected = `a number from ${least} to ${most}`;
  throw new ScreenerError('OPTION_INVALID', {
    option: `--${option}`,
    found,
    expected,
    example: `--${option} ${least}`,
  });
}
