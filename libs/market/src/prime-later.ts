import { MINUTE_MS } from './candle.ts';
import type { IndicatorBar } from './indicators/indicator.ts';
import type { IndicatorLayout, IndicatorSlot, IntervalSlots } from './indicators/indicator-layout.ts';
import type { InstrumentFold } from './instrument-fold.ts';
import { joined, type PrimedBar, PrimedBars } from './primed-bars.ts';

/** What the indicators of one interval remember now, and what they remembered at the checkpoints, made anew from these bars. A level that is known everywhere stays. */
export function primeLater(
  fold: InstrumentFold,
  layout: IndicatorLayout,
  minutes: number,
  bars: readonly PrimedBar[],
): void {
  const interval = layout.intervals.find((candidate) => candidate.minutes === minutes);
  const last = bars.at(-1);
  const { newest } = fold.windows.ring;
  if (interval === undefined || last === undefined || newest < 0) return;
  const primed = new PrimedBars();
  primed.byMinutes.set(minutes, bars);
  const primedUntil = last.openTime / MINUTE_MS + minutes;
  const { checkpoints, indicators } = fold;
  const known = interval.slots.filter(
    (slot) =>
      slot.indicator.keepsLevel &&
      isWarm(slot, indicators.memory) &&
      // A correction begins at one of them: there the level must be the same one.
      checkpoints.every(layout.memoryLength, (memory) => isWarm(slot, memory)),
  );
  const remember = (until: number, memory: Float64Array): void => {
    const levels = known.map(({ indicator, at }) => memory.slice(at, at + indicator.memoryLength));
    initialise(interval, memory);
    for (const bar of primed.closedBefore(minutes, Math.min(primedUntil, until))) add(interval, memory, bar);
    for (let end = primedUntil + minutes; end <= until; end += minutes) {
      const candles = fold.candles(end - minutes, end - 1);
      const bar = candles && joined(candles, end);
      if (bar === undefined) initialise(interval, memory);
      else add(interval, memory, bar);
    }
    for (const [place, { at }] of known.entries()) memory.set(levels[place] as Float64Array, at);
  };
  checkpoints.amend(layout.memoryLength, remember);
  remember(newest + 1, indicators.memory);
  indicators.memoryRestored(newest);
}

const values = new Float64Array(1);

/** Of an indicator with one output. */
function isWarm({ indicator, at }: IndicatorSlot, memory: Float64Array): boolean {
  indicator.read(memory, at, values);
  return !Number.isNaN(values[0]);
}

function initialise({ slots }: IntervalSlots, memory: Float64Array): void {
  for (const { indicator, at } of slots) indicator.initialise(memory, at);
}

function add({ slots }: IntervalSlots, memory: Float64Array, bar: IndicatorBar): void {
  for (const { indicator, at } of slots) indicator.add(memory, at, bar);
}
