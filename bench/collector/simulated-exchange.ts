/** The simulated exchange of a case: where it is, what time it is there, what it says of closed candles. */
import type { CaseRun } from '../framework/benchmark.ts';
import type { Side } from '../framework/side.ts';
import { clockOf, type ExchangePlace } from './frame-side.ts';

export interface ExchangeSetup {
  /** So many that are traded in every minute. */
  readonly instruments: number;
  readonly speed: number;
  /** Simulated. */
  readonly frameEveryMs: number;
  /** Frames also where nothing was traded: always the same load. */
  readonly steady: boolean;
  readonly startAt: number;
  readonly patience: 'wall' | 'simulated';
  /** Listed so long before the beginning: the less there is to tell of the past. Default: years. */
  readonly listedDays?: number;
}

export interface SimulatedExchange {
  readonly side: Side;
  readonly place: ExchangePlace;
  now(): number;
  /** Resolves when it is that time there. */
  until(time: number): Promise<void>;
}

export const minuteMs = 60_000;
/** Simulated time begins so long ago that it never reaches the wall clock's: it would become slow there. */
export const daysAgo = (days: number): number =>
  Math.floor((Date.now() - days * 24 * 60 * minuteMs) / minuteMs) * minuteMs;

export async function openExchange(bench: CaseRun, setup: ExchangeSetup): Promise<SimulatedExchange> {
  const file = new URL('sides/simulated-exchange.ts', import.meta.url);
  const side = await bench.side({ name: 'simulated-exchange', file });
  const place = await side.call<ExchangePlace>('open', setup);
  if (place.symbols.length !== setup.instruments) {
    throw new Error(`${setup.instruments} lively instruments expected, there are ${place.symbols.length}`);
  }
  const now = clockOf(place);
  return {
    side,
    place,
    now,
    async until(time) {
      const waitMs = (time - now()) / place.speed;
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    },
  };
}
