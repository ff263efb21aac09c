/** A simulated exchange on a port of this machine: REST and WebSocket of Binance USD-M futures, as far as klines go. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ScreenerError } from '@screener/errors';
import { MINUTE_MS } from '@screener/market';
import { catalogue, instrumentsMax } from './catalogue.ts';
import { SimulatedClock } from './clock.ts';
import { type DialectName, dialects } from './dialect.ts';
import { Emissions } from './emissions.ts';
import type { Fault } from './faults/fault-plan.ts';
import { FaultScript } from './faults/fault-script.ts';
import { KlineFeed } from './kline-feed.ts';
import { ExchangeLedger } from './ledger.ts';
import { Market } from './market.ts';
import { type Replay, ReplayedMarket, replayStart } from './replay/replayed-market.ts';
import { minuteGate, type RequestGate } from './request-gate.ts';
import { RestApi } from './rest-api.ts';
import { StreamApi } from './stream-api.ts';
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
  /** Simulated time between frames of a candle in progress. Default: one second of the wall clock. */
  readonly frameEveryMs?: number;
  /** Wall clock in ms. */
  readonly now: () => number;
  readonly notify: (text: string) => void;
  /** Default: the exchange's weight limit, per minute of simulated time. */
  readonly gate?: (now: () => number) => RequestGate;
  /** Which market's addresses, weights and rhythm; the candles are the same. Default: usdm. */
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

const advanceEveryMs = 50;
const frameEveryMsMin = 250;
export const speedMax = 100_000;

export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  check('instruments', options.instruments, Number.isInteger(options.instruments), 1, instrumentsMax);
  check('speed', options.speed, true, 1, speedMax);
  const { now, speed, replays = [] } = options;
  const startAt = options.startAt ?? replayStart(replays);
  const seeded = new Market(options.seed, catalogue(options.instruments));
  const market = new MarketTruth(replays.length === 0 ? seeded : new ReplayedMarket(seeded, replays));
  for (const { symbol, candles } of replays) {
    market.delist(symbol, candles.lastOpenTime + MINUTE_MS, Number.POSITIVE_INFINITY);
  }
  const clock = new SimulatedClock({ now, speed, startAt });
  const simulatedNow = (): number => clock.now();
  const dialect = dialects[options.dialect ?? 'usdm'];
  const faults = new FaultScript(options.faults ?? [], clock.startAt);
  const streams = new StreamApi(now, faults, simulatedNow, dialect.routed);
  faults.stage = { market, streams, now: simulatedNow };
  const gate = options.gate?.(simulatedNow) ?? minuteGate(simulatedNow, dialect.weightPerMinute);
  const rest = new RestApi({ market, dialect, now: simulatedNow, gate, seam: faults });
  const frameEveryMs = Math.max(frameEveryMsMin, options.frameEveryMs ?? dialect.frameEveryMs * speed);
  const emissions = new Emissions(streams);
  const feed = new KlineFeed({ market, outlet: faults.before(emissions), frameEveryMs });

  const server = createServer(rest.handle);
  server.on('upgrade', streams.upgrade);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EADDRINUSE') reject(cause);
      else reject(new ScreenerError('PORT_IN_USE', { port: options.port, hint: '--port' }, { cause }));
    });
    server.listen(options.port, options.host, resolve);
  });
  let advances = 0;
  const timer = setInterval(() => {
    advances++;
    const time = clock.now();
    faults.advance(time);
    feed.advance(time);
  }, advanceEveryMs);

  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  options.notify(
    `simulated exchange on ${host}:${port}: ${options.instruments} instruments, seed ${options.seed}, ` +
      `from ${new Date(clock.startAt).toISOString()}${speed === 1 ? '' : ` at ${speed} times real time`}`,
  );
  return {
    restBase: `http://${host}:${port}`,
    wsBase: `ws://${host}:${port}`,
    port,
    get symbols() {
      return market.instruments.map(({ symbol }) => symbol);
    },
    get advances() {
      return advances;
    },
    ledger: new ExchangeLedger(market, emissions),
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
