import { type Candle, MINUTE_MS } from './candle.ts';
import { type Checkpoint, type DayCheckpoints, restoreCheckpoint } from './day-checkpoints.ts';
import type { InstrumentFold, MinuteMetrics } from './instrument-fold.ts';
import { WINDOW_MINUTES_MAX } from './interval.ts';
import { isHole, knownCandles } from './known-candles.ts';
import type { MinuteArchive } from './minute-archive.ts';
import { candleAt, putCandle, SLOT_LENGTH } from './minute-ring.ts';

export interface Correction {
  readonly fold: InstrumentFold;
  /** Of a minute that the fold's ring spans. */
  readonly candle: Candle;
  /** What indicators remembered before that minute. */
  readonly checkpoint: Checkpoint;
  /** Takes the metrics of every minute from the corrected one on. */
  readonly revised: MinuteMetrics[];
}

const HOUR = 60;

/**
 * The fold as it would be if the candle had come with these values in the first place: the same steps again, over the candles
 * that are kept, from where both the indicators' checkpoint and the longest window before the minute begin.
 */
export function replayCorrected(
  { fold, candle, checkpoint, revised }: Correction,
  create: (archive: MinuteArchive, checkpoints: DayCheckpoints) => InstrumentFold,
): InstrumentFold {
  const { ring } = fold.windows;
  const corrected = candle.openTime / MINUTE_MS;
  const longestBegins = Math.max(0, corrected - WINDOW_MINUTES_MAX + 1);
  // The archive keeps whole hours, and takes them up again from here.
  const from = Math.floor(Math.min(checkpoint.minute, longestBegins) / HOUR) * HOUR;
  const values = knownCandles(fold, from);
  putCandle(values, (corrected - from) * SLOT_LENGTH, candle);
  const again = create(fold.archive.before(from), fold.checkpoints.upTo(checkpoint));
  for (let minute = from; minute <= ring.newest; minute++) {
    const at = (minute - from) * SLOT_LENGTH;
    const each = isHole(values, at) ? undefined : candleAt(values, at, minute);
    if (minute === checkpoint.minute) {
      restoreCheckpoint(checkpoint, again.indicators.memory);
      again.indicators.memoryRestored(minute - 1);
    }
    if (minute < checkpoint.minute) again.enter(minute, each);
    else if (each === undefined) again.appendHole(minute);
    else {
      again.append(minute, each);
      if (minute >= corrected) revised.push(again.metrics(each));
    }
  }
  return again;
}
