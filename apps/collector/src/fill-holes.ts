/** What becomes of minutes that REST was asked for and did not give: flat where nothing was traded, else a gap. */
import { MINUTE_MS } from '@screener/market';
import type { CatchUpOptions } from './catch-up.ts';
import { surelyToldMs } from './exchange-time.ts';
import type { Tracked } from './tracked.ts';

export interface Answer {
  /** Rows that came and cannot be read: why, by open time. Such a minute is not without trades. */
  readonly refused: ReadonlyMap<number, string>;
  /** Why, where a row does not even say which minute it is. */
  readonly unplaced: string | undefined;
  /** Open time of the last minute that was asked for and is certainly closed. */
  readonly askedTo: number;
  /** Exchange time when it was asked, as candles prove it. */
  readonly askedAt: number;
  /** Open time of the newest candle in it, the one in progress included; undefined where it is empty. */
  readonly newest: number | undefined;
  /** Open time of the newest candle that REST had told of any instrument before. */
  readonly toldBefore: number;
  /** False while more pages are to come. */
  readonly complete: boolean;
}

/** A minute after which nothing came may still come: so long it is waited for. */
const mayStillComeMs = 20_000;
/** A row that cannot be read is asked for so often. */
const unreadableMax = 4;

export function fillHoles(tracked: Tracked, answer: Answer, options: CatchUpOptions): void {
  const { sequence } = tracked;
  for (let next = sequence.next; next !== undefined && next <= answer.askedTo; next = sequence.next) {
    const followed = (sequence.oldestHeld ?? 0) > next;
    if (!followed && !(answer.complete && mayEnd(tracked, next, answer, options))) return;
    const decision = decide(tracked, next, answer, options);
    if (decision === 'wait') return;
    if (decision === 'flat') {
      tracked.writeFlat();
      options.told(tracked, 'empty', 1);
    } else {
      tracked.writeGap(decision.gap);
      options.told(tracked, 'missing', 1);
    }
  }
}

/** Nothing came after it, but it is traded: the list of instruments said so when the minute was over. */
const mayEnd = ({ phase, vain }: Tracked, minute: number, { askedAt }: Answer, { listedAt }: CatchUpOptions): boolean =>
  phase === 'trading' && vain > 0 && askedAt >= minute + MINUTE_MS + mayStillComeMs && listedAt() >= minute + MINUTE_MS;

function decide(
  tracked: Tracked,
  minute: number,
  answer: Answer,
  { exchange, time }: CatchUpOptions,
): 'wait' | 'flat' | { readonly gap: string } {
  const unreadable = answer.refused.get(minute) ?? answer.unplaced;
  if (unreadable !== undefined) {
    return tracked.vain < unreadableMax
      ? 'wait'
      : { gap: `what the exchange says of it cannot be read: ${unreadable}` };
  }
  const { klineReach } = exchange.capabilities;
  const reached = Math.floor(time.proven / MINUTE_MS) - ((klineReach ?? Number.POSITIVE_INFINITY) - 1);
  if (minute / MINUTE_MS < reached) return { gap: `the exchange tells no more than the last ${klineReach} minutes` };
  if (!isProven(tracked, minute, answer)) return 'wait';
  if (tracked.close === undefined) return { gap: 'the exchange has no candle of it, and no price is known before it' };
  return 'flat';
}

/** REST lags behind the streams now and then: that it does not tell a minute proves nothing until it tells later ones. */
function isProven({ vain }: Tracked, minute: number, { newest, toldBefore, askedAt }: Answer): boolean {
  if (newest !== undefined && newest > minute) return true;
  return (vain > 0 && toldBefore >= minute) || askedAt >= minute + MINUTE_MS + surelyToldMs;
}
