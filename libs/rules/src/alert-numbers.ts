/** The numbers that every alert says beside its proof. docs/rules.md lists the same formulas. */
import { timeframeMinutes } from './timeframe.ts';

export interface AlertNumbers {
  /** Quote volume of the timeframe. */
  readonly volume: number | null;
  /** Change of the timeframe in percent. */
  readonly changePct: number | null;
  /** Quote volume of the timeframe against the mean of windows of that length over the last day. */
  readonly volumeIncrease: number | null;
  /** (high − low) / open of the timeframe in percent. */
  readonly candleSizePct: number | null;
  /** 0 to 100. */
  readonly momentumScore: number | null;
}

const DAY_MINUTES = 1_440;
/** A change of this size over five minutes counts half; of other windows it grows as a random walk does. */
const HALF_CHANGE_5M = 0.5;
/** So many times the usual volume counts half. */
const HALF_INCREASE = 2;

interface TimeframeNames {
  readonly minutes: number | undefined;
  /** Flat names of its numbers. */
  readonly names: Readonly<Record<'volume' | 'change' | 'open' | 'high' | 'low', string>>;
}

/** There are as many as windows; put together once, for every alert needs them. */
const known = new Map<string, TimeframeNames>();
const KNOWN_MAX = 2_000;

function namesOf(timeframe: string): TimeframeNames {
  let found = known.get(timeframe);
  if (found === undefined) {
    const of = (name: string): string => `${name}_${timeframe}`;
    const names = { volume: of('volume'), change: of('change'), open: of('open'), high: of('high'), low: of('low') };
    found = { minutes: timeframeMinutes(timeframe), names };
    if (known.size < KNOWN_MAX) known.set(timeframe, found);
  }
  return found;
}

/** `read`: a metric by its flat name; undefined: absent. What it needs and is absent makes a number absent, never 0. */
export function alertNumbers(timeframe: string, read: (name: string) => number | undefined): AlertNumbers {
  const { minutes, names } = namesOf(timeframe);
  const [volume, changePct] = [read(names.volume), read(names.change)];
  const [open, high, low] = [read(names.open), read(names.high), read(names.low)];
  const day = read('volume_1d');
  const volumeIncrease =
    volume === undefined || day === undefined || minutes === undefined
      ? undefined
      : finite(volume / (day / (DAY_MINUTES / minutes)));
  const candleSizePct =
    open === undefined || high === undefined || low === undefined ? undefined : finite(((high - low) / open) * 100);
  return {
    volume: volume ?? null,
    changePct: changePct ?? null,
    volumeIncrease: volumeIncrease ?? null,
    candleSizePct: candleSizePct ?? null,
    momentumScore:
      changePct === undefined || volumeIncrease === undefined || minutes === undefined
        ? null
        : momentumScore(changePct, volumeIncrease, minutes),
  };
}

/**
 * 100 × √(c × v), with c = |change| / (|change| + 0.5 × √(minutes / 5)) and v = increase / (increase + 2): 0 without change
 * or volume, towards 100 where both are extraordinary. Grows with the size of the change and with the increase.
 */
export function momentumScore(changePct: number, volumeIncrease: number, minutes: number): number {
  const half = HALF_CHANGE_5M * Math.sqrt(minutes / 5);
  return 100 * Math.sqrt(share(Math.abs(changePct), half) * share(Math.max(0, volumeIncrease), HALF_INCREASE));
}

/** From 0 to 1, one half at `half`. Written so that no value, however large, is a quotient of infinities. */
const share = (value: number, half: number): number => (value === 0 ? 0 : 1 / (1 + half / value));

const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);
