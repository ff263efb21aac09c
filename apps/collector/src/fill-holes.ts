/** What becomes of minutes that REST was asked for and did not give: flat where nothing was traded, else a gap. */
import { MINUTE_MS } from '@screener/market';
import type { CatchUpOptions } from './catch-up.ts';
import type { Tracked } from './tracked.ts';

export interface Answer {
  /** Rows that came and cannot be read: why, by open time. Such a minute is not without trades. */
  readonly refused: ReadonlyMap<number, string>;
  /** Why, where a row does not even say which minute it is. */
  readonly unplaced: string | undefined;
  /** Open time of the last minute that the answer covers. */
  readonly askedTo: number;
  /** Exchange time when it was asked. */
  readonly askedAt: number;
  /** Whether minutes at the end count, after which there is no candle yet. */
  readonly trailing: boolean;
}

/** Of a minute that ended so long ago REST says all there is; of a younger one it is asked twice. Exchange time. */
const surelyKnownMs = 120_000;
/** A minute after which nothing came may still come: so long it is waited for. */
const mayStillComeMs = 20_000;
/** A row that cannot be read is asked for so often. */
const unreadableMax = 4;

export function fillHoles(tracked: Tracked, answer: Answer, options: CatchUpOptions): void {
  const { sequence } = tracked;
  for (let next = sequence.next; next !== undefined && next <= answer.askedTo; next = sequence.next) {
    const followed = (sequence.oldestHeld ?? 0) > next;
    if (!followed && !(answer.trailing && isOver(tracked, next, answer, options))) return;
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

/** Nothing came after it, and yet it is certain that nothing of it will come. */
function isOver(tracked: Tracked, minute: number, answer: Answer, { listedAt }: CatchUpOptions): boolean {
  if (tracked.phase !== 'trading') return false;
  const end = minute + MINUTE_MS;
  return tracked.vain > 0 && answer.askedAt >= end + mayStillComeMs && listedAt() >= end;
}

function decide(
  tracked: Tracked,
  minute: number,
  { refused, unplaced, askedAt }: Answer,
  { exchange, exchangeTime }: CatchUpOptions,
): 'wait' | 'flat' | { readonly gap: string } {
  const unreadable = refused.get(minute) ?? unplaced;
  if (unreadable !== undefined) {
    return tracked.vain < unreadableMax
      ? 'wait'
      : { gap: `what the exchange says of it cannot be read: ${unreadable}` };
  }
  const { klineReach } = exchange.capabilities;
  const reached = Math.floor(exchangeTime() / MINUTE_MS) - ((klineReach ?? Number.POSITIVE_INFINITY) - 1);
  if (minute / MINUTE_MS < reached) {
    return { gap: `the exchange tells no more than the last ${klineReach} minutes` };
  }
  if (tracked.vain === 0 && askedAt < minute + MINUTE_MS + surelyKnownMs) return 'wait';
  if (tracked.close === undefined) return { gap: 'the exchange has no candle of it, and no price is known before it' };
  return 'flat';
}
