/** Everything the engine remembers of one instrument. */
import { type ChangeBasis, type MetricsSource, MINUTE_MS } from '@screener/market';
import { CANDLES_MAX } from '../candle-history.ts';
import { ruleLimits } from '../check-rule.ts';
import type { ConditionNames } from '../condition-names.ts';
import { createEvaluationInput, type InstrumentMinutes } from '../evaluation-input.ts';
import type { PriceSample, PriceTrack } from '../price-level.ts';
import { packTrigger, saysNothing, type TriggerState, triggerInitial, unpackTrigger } from '../rule-trigger.ts';
import { newestCandles, putCandles, type ToldAlert, withSharedRows } from './told-alert.ts';
import { ToldAlerts } from './told-alerts.ts';
import { Membership } from './universes.ts';

/** A closed minute with its numbers; the event MetricsClosed has all of it. */
export interface ClosedMinute extends MetricsSource {
  readonly instrument: string;
  readonly openTime: number;
}

/** State of an instrument: a text, and the newest closed minute, which whoever keeps snapshots encodes as it likes. */
export interface WatchSnapshot {
  readonly state: string;
  /** Newest minute that was over for all instruments then. */
  readonly over: number | undefined;
  readonly newest: ClosedMinute | undefined;
}

/** Prices that are known here and not in the log: lost with the process, and nothing is lost with them. */
export interface LivePrices {
  track: PriceTrack | undefined;
  /** Event time of the newest of them. */
  at: number;
}

export interface WatchOptions {
  readonly changeBasis: ChangeBasis;
  readonly names: ConditionNames;
}

export class InstrumentWatch {
  readonly instrument: string;
  minutes: InstrumentMinutes;
  membership: Membership;
  newest: ClosedMinute | undefined;
  /** Prices as the log has them: closed minutes and recorded samples. */
  track: PriceTrack | undefined;
  /** Event time of the newest of these prices. */
  trackedAt = 0;
  readonly told = new ToldAlerts();
  /** How many alerts the minute has had. */
  alertsMinute = 0;
  alertsInMinute = 0;
  readonly live: LivePrices = { track: undefined, at: 0 };
  readonly #options: WatchOptions;
  readonly #triggers = new Map<string, TriggerState>();
  /** Rules whose state a minute can change in which they do not hold. */
  readonly #waiting = new Set<string>();

  constructor(instrument: string, quote: string | undefined, options: WatchOptions) {
    this.instrument = instrument;
    this.#options = options;
    this.minutes = this.#minutesFor(quote);
    this.membership = new Membership(instrument, quote);
  }

  get names(): ConditionNames {
    return this.#options.names;
  }

  get newestOpenTime(): number {
    return this.newest?.openTime ?? Number.NEGATIVE_INFINITY;
  }

  get waiting(): ReadonlySet<string> {
    return this.#waiting;
  }

  trigger(rule: string): TriggerState {
    return this.#triggers.get(rule) ?? triggerInitial;
  }

  remember(rule: string, state: TriggerState): void {
    if (saysNothing(state)) this.#triggers.delete(rule);
    else this.#triggers.set(rule, state);
    if (state.heldUntil !== undefined || state.disarmed) this.#waiting.add(rule);
    else this.#waiting.delete(rule);
  }

  /** What is so old that no rule asks for it: else rules that come and go would fill the state for ever. */
  forgetOld(at: number): void {
    for (const [rule, state] of this.#triggers) {
      if (saysNothing({ ...state, firedAt: undefined }) && (state.firedAt ?? 0) + ruleLimits.cooldownMs <= at) {
        this.#triggers.delete(rule);
      }
    }
  }

  /** Before a minute is looked at: what live prices left of the one before, where that never closed, is no candle. */
  enterMinute(openTime: number): void {
    const before = openTime - MINUTE_MS;
    if (this.newestOpenTime !== before) this.minutes.input.candles.put(before, undefined);
  }

  /** The newest minute and its candles are others now; they are what later minutes look back at. */
  revise(minute: ClosedMinute): void {
    const newest = this.newestOpenTime;
    if (minute.openTime > newest - CANDLES_MAX * MINUTE_MS) {
      this.minutes.input.candles.put(
        minute.openTime,
        minute.windows.find(({ minutes }) => minutes === 1),
      );
    }
    this.track = withCorrected(this.track, minute);
    this.live.track = withCorrected(this.live.track, minute);
    if (minute.openTime !== newest) return;
    this.newest = minute;
    this.minutes.closed(newest, minute, undefined);
  }

  /** It is priced in something else than was known. */
  pricedIn(quote: string | undefined): void {
    const candles = this.#closedCandles();
    this.minutes = this.#minutesFor(quote);
    this.#putMinutes(candles);
    this.membership = new Membership(this.instrument, quote);
  }

  snapshot(): Omit<WatchSnapshot, 'over'> {
    const state = {
      triggers: [...this.#triggers]
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([rule, trigger]) => [rule, packTrigger(trigger)]),
      candles: this.newest === undefined ? [] : this.#closedCandles(),
      track: this.track,
      trackedAt: this.trackedAt,
      told: this.told.all,
      alerts: [this.alertsMinute, this.alertsInMinute],
    };
    // Asked of each value, a function takes as long as all the rest.
    const text = hasUnspelled(state) ? JSON.stringify(state, spelled) : JSON.stringify(state);
    return { state: text, newest: this.newest };
  }

  restore({ state, newest }: Omit<WatchSnapshot, 'over'>): void {
    const known = JSON.parse(state, unspelled) as {
      triggers: [string, (number | null)[]][];
      candles: number[][];
      track?: PriceTrack;
      trackedAt: number;
      told: ToldAlert[];
      alerts: [number, number];
    };
    this.#triggers.clear();
    this.#waiting.clear();
    for (const [rule, row] of known.triggers) this.remember(rule, unpackTrigger(row));
    this.newest = newest;
    this.#putMinutes(known.candles);
    this.track = known.track;
    this.trackedAt = known.trackedAt;
    this.told.replace(withSharedRows(known.told));
    [this.alertsMinute, this.alertsInMinute] = known.alerts;
  }

  /** Without the candle in progress, which a look at a live price may have left behind. */
  #closedCandles(): readonly (readonly number[])[] {
    const { candles } = this.minutes.input;
    const oneMinute = this.newest?.windows.find(({ minutes }) => minutes === 1);
    candles.put(this.newestOpenTime, oneMinute);
    return newestCandles(candles, CANDLES_MAX);
  }

  #putMinutes(candles: readonly (readonly number[])[]): void {
    if (this.newest === undefined) return;
    putCandles(this.minutes.input.candles, candles, this.newest.openTime);
    this.minutes.closed(this.newest.openTime, this.newest, undefined);
  }

  #minutesFor(quote: string | undefined): InstrumentMinutes {
    return createEvaluationInput({ instrument: this.instrument, quote, ...this.#options });
  }
}

/** What a closed minute says of the price. */
export function closedSample({ openTime, price, windows }: ClosedMinute): PriceSample {
  const candle = windows.find(({ minutes }) => minutes === 1);
  return { openTime, price, high: candle?.high ?? price, low: candle?.low ?? price };
}

/** The next step of the price begins where it was, not where a candle said that is another one now. */
function withCorrected(track: PriceTrack | undefined, minute: ClosedMinute): PriceTrack | undefined {
  if (track === undefined) return undefined;
  const { newest, before } = track;
  const corrected = closedSample(minute);
  return {
    newest: newest.openTime === corrected.openTime ? corrected : newest,
    before: before?.openTime === corrected.openTime ? corrected : before,
  };
}

/** What a snapshot remembers of a rule; undefined: nothing. */
export function triggerOf({ state }: Pick<WatchSnapshot, 'state'>, rule: string): TriggerState | undefined {
  const { triggers } = JSON.parse(state, unspelled) as { triggers: readonly [string, (number | null)[]][] };
  const found = triggers.find(([id]) => id === rule);
  return found && unpackTrigger(found[1]);
}

/** JSON has no word for some numbers. */
function spelled(_key: string, value: unknown): unknown {
  if (typeof value !== 'number' || !isUnspelled(value)) return value;
  return Object.is(value, -0) ? '#-0' : `#${value}`;
}

const isUnspelled = (value: number): boolean => !Number.isFinite(value) || Object.is(value, -0);

function hasUnspelled(value: unknown): boolean {
  if (typeof value === 'number') return isUnspelled(value);
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(hasUnspelled);
  for (const name in value) if (hasUnspelled((value as Record<string, unknown>)[name])) return true;
  return false;
}

const unspelled = (_key: string, value: unknown): unknown =>
  typeof value === 'string' && value.startsWith('#') ? Number(value.slice(1)) : value;

export const endOf = (openTime: number): number => openTime + MINUTE_MS;
