/** Whole minutes of frames on one side: connected, measured, compared with what the exchange says, let go. */
import type { Side } from '../framework/side.ts';
import type { CandleDigest, Minutes } from './candles.ts';
import type { ExchangePlace, FrameWork } from './frame-side.ts';
import { minuteMs, type SimulatedExchange } from './simulated-exchange.ts';

export interface FrameRound {
  readonly exchange: SimulatedExchange;
  readonly side: Side;
  readonly name: string;
  /** Beside `exchange`, what the side is told when it connects. */
  readonly place?: object;
  readonly minutes: number;
  /** Simulated time after it is connected that does not count. */
  readonly settleMs?: number;
}

/** Final frames have left by then, with time to spare for a slow reader. */
const finalsWithinMs = 5_000;
const comparedWithinMs = 10_000;
const askAgainMs = 100;
/** Fewer frames than this share of what is due: the machine is too busy to tell anything. */
const framesShareMin = 0.8;

export interface MeasuredFrames extends FrameWork {
  readonly minutes: Minutes;
  readonly output: string;
}

export async function measureFrames(
  { exchange, side, name, place = {}, minutes, settleMs = 0 }: FrameRound,
  framesDue: number,
): Promise<MeasuredFrames> {
  const told: { readonly exchange: ExchangePlace } = { exchange: exchange.place, ...place };
  await side.call('connect', told);
  const begin = Math.ceil((exchange.now() + settleMs - finalsWithinMs) / minuteMs) * minuteMs;
  await exchange.until(begin + finalsWithinMs);
  await side.call('begin');
  await exchange.until(begin + minutes * minuteMs + finalsWithinMs);
  const work = await side.call<FrameWork>('end');
  const measured = { from: begin, to: begin + (minutes - 1) * minuteMs };
  const output = await compare(exchange, side, name, measured);
  if (work.frames < framesDue * framesShareMin) {
    throw new Error(`${name} got ${work.frames} frames of ${framesDue} that were due: this machine is too busy`);
  }
  return { ...work, minutes: measured, output };
}

/** Some write to a log, and what was just sent may not be there yet. */
async function compare(exchange: SimulatedExchange, side: Side, name: string, minutes: Minutes): Promise<string> {
  const truth = await exchange.side.call<CandleDigest>('candles', minutes);
  const until = performance.now() + comparedWithinMs;
  for (;;) {
    const found = await side.call<CandleDigest>('candles', minutes);
    if (found.digest === truth.digest) return `${found.count} candles as the exchange has them`;
    if (performance.now() > until) {
      throw new Error(`${name} has ${found.count} candles, the exchange ${truth.count}, and they differ`);
    }
    await new Promise((resolve) => setTimeout(resolve, askAgainMs));
  }
}
