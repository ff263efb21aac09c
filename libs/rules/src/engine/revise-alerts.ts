/** What becomes of alerts when the numbers they rest on change: the exchange corrected a candle, or their minute closed. */
import { atPrice, type ChangeBasis, MINUTE_MS } from '@screener/market';
import { alertChanges, alertOf } from '../alert.ts';
import type { AlertTerm } from '../alert-terms.ts';
import { CandleHistory } from '../candle-history.ts';
import { type ConditionNames, PREVIOUS } from '../condition-names.ts';
import { EvaluationInput } from '../evaluation-input.ts';
import { crossingOf, type PriceStep } from '../price-level.ts';
import type { PriceLevel } from '../rule.ts';
import type { EngineEvent } from './engine-event.ts';
import { type ClosedMinute, closedSample, endOf, type InstrumentWatch } from './instrument-watch.ts';
import { crossingTerm } from './moment.ts';
import { type PriceTouch, touchTerm } from './price-touch.ts';
import type { ReadyRule, RuleBook } from './rule-book.ts';
import { numbersOf, putCandles, rowOfCandle, type ToldAlert } from './told-alert.ts';

export interface RevisionOptions {
  readonly book: RuleBook;
  readonly names: ConditionNames;
  readonly changeBasis: ChangeBasis;
}

/** The minute is over: its provisional alerts are so no longer, nor those of a minute before it that had no candle. */
export function settleProvisional(
  watch: InstrumentWatch,
  minute: ClosedMinute,
  options: RevisionOptions,
): EngineEvent[] {
  const { input } = watch.minutes;
  const unclosed = watch.told.all.filter(({ provisional, openTime }) => provisional && openTime < minute.openTime);
  const events = unclosed.map((told) => settledWithoutCandle(watch.instrument, told, endOf(minute.openTime)));
  const settled = revised(
    watch,
    (told) => {
      if (!told.provisional || told.openTime !== minute.openTime) return undefined;
      const ready = options.book.version(told.rule, told.version);
      if (ready === undefined) return undefined;
      return { ready, input, minute, at: endOf(minute.openTime), why: 'the minute closed' };
    },
    options,
  );
  watch.told.settled();
  return [...events, ...settled];
}

/** Nothing more will be known of its minute, unless the exchange tells it after all. */
function settledWithoutCandle(instrument: string, told: ToldAlert, amendedAt: number): EngineEvent {
  const { id, rule, version: ruleVersion, openTime } = told;
  told.provisional = false;
  const reason = 'its minute has no candle';
  return {
    type: 'AlertAmended',
    event: {
      id,
      instrument,
      rule,
      ruleVersion,
      openTime,
      amendedAt,
      reason,
      provisional: false,
      changes: [],
      terms: [],
    },
  };
}

/** The exchange corrected a candle: numbers of this minute, and of those after it, are others now. */
export function reviseMinute(
  watch: InstrumentWatch,
  minute: ClosedMinute,
  at: number,
  options: RevisionOptions,
): EngineEvent[] {
  for (const told of watch.told) carryOver(told, minute, options);
  return revised(
    watch,
    (told) => {
      const ready = options.book.version(told.rule, told.version);
      if (ready === undefined) return undefined;
      const why = 'the exchange corrected a candle';
      if (told.openTime === minute.openTime) {
        const asked = asTold(told, minute);
        const touch = told.touch && { ...told.touch, price: asked.price, to: minute.price };
        return { ready, input: inputOf(told, watch, asked, options), minute: asked, touch, at, why };
      }
      return brokenRun(told, ready, watch, minute, options) ? { ready, input: undefined, minute, at, why } : undefined;
    },
    options,
  );
}

/** At the price that it was told of: the high or low of the minute where that was one on the way, else its close. */
function asTold({ touch, openTime }: ToldAlert, minute: ClosedMinute): ClosedMinute {
  if (touch === undefined || openTime !== minute.openTime) return minute;
  return atPrice(minute, closedSample(minute)[touch.side]);
}

/** What an alert read of this minute as one before its own. */
function carryOver(told: ToldAlert, minute: ClosedMinute, { names, changeBasis }: RevisionOptions): void {
  const ago = (told.openTime - minute.openTime) / MINUTE_MS;
  if (ago < 0) return;
  const oneMinute = asTold(told, minute).windows.find(({ minutes }) => minutes === 1);
  const place = told.candles.length - 1 - ago;
  if (place >= 0 && oneMinute !== undefined) told.candles[place] = rowOfCandle(oneMinute);
  if (ago !== 1) return;
  for (const name of Object.keys(told.others)) {
    if (!name.startsWith(PREVIOUS)) continue;
    const value = names.find(name)?.metric?.read(minute, changeBasis);
    if (value === undefined) delete told.others[name];
    else told.others[name] = value;
  }
}

/** The alert's own minute with the numbers as they are now; what it read of others as it is known. */
function inputOf(
  { others, candles, openTime }: ToldAlert,
  watch: InstrumentWatch,
  minute: ClosedMinute,
  { names, changeBasis }: RevisionOptions,
): EvaluationInput {
  const history = new CandleHistory();
  putCandles(history, candles, openTime);
  return new EvaluationInput(
    names.numbers.length,
    (slot) => {
      const number = names.at(slot);
      return number.origin === 'minute' ? number.metric?.read(minute, changeBasis) : others[number.name];
    },
    history,
    watch.minutes.input.texts,
  );
}

/** A rule that has to hold for minutes in a row did not hold at one of them; only told where this minute alone decides. */
function brokenRun(
  told: ToldAlert,
  { compiled, trigger }: ReadyRule,
  watch: InstrumentWatch,
  minute: ClosedMinute,
  options: RevisionOptions,
): boolean {
  const ago = (told.openTime - minute.openTime) / MINUTE_MS;
  if (ago <= 0 || ago >= trigger.forMinutes || compiled.reads.candles > 0) return false;
  if (compiled.names.some((name) => options.names.find(name)?.origin !== 'minute')) return false;
  return compiled.evaluate(inputOf({ ...told, others: {}, candles: [] }, watch, minute, options)) !== true;
}

interface Again {
  readonly ready: ReadyRule;
  /** undefined: it did not hold at an earlier minute that it needed. */
  readonly input: EvaluationInput | undefined;
  readonly minute: ClosedMinute;
  readonly touch?: PriceTouch | undefined;
  readonly at: number;
  readonly why: string;
}

function revised(
  watch: InstrumentWatch,
  again: (told: ToldAlert) => Again | undefined,
  options: RevisionOptions,
): EngineEvent[] {
  const events: EngineEvent[] = [];
  const gone = new Set<ToldAlert>();
  for (const told of watch.told) {
    const found = again(told);
    if (found === undefined) continue;
    const event = verdict(watch.instrument, told, found, options);
    if (event === undefined) continue;
    events.push(event);
    if (event.type === 'AlertRetracted') gone.add(told);
  }
  watch.told.without(gone);
  return events;
}

function verdict(
  instrument: string,
  told: ToldAlert,
  { ready, input, minute, touch, at, why }: Again,
  { names }: RevisionOptions,
): EngineEvent | undefined {
  const { id, rule, version: ruleVersion, openTime } = told;
  const about = { id, instrument, rule, ruleVersion, openTime };
  if (input === undefined) {
    const reason = `${why}: at ${new Date(minute.openTime).toISOString()} the condition did not hold`;
    return { type: 'AlertRetracted', event: { ...about, retractedAt: at, reason, terms: [] } };
  }
  const { compiled, level } = ready;
  const moment = { instrument, openTime, at, price: minute.price, closed: true, ordinal: 0, input };
  const now = alertOf({ compiled, message: ready.message, names }, moment);
  const crossed = level === undefined || told.crossing === undefined || reached(minute, level.level, told.crossing);
  const touching = touch === undefined ? [] : [touchTerm(touch)];
  const terms = [...crossingTerms(level, told.crossing, crossed), ...touching, ...now.terms];
  const holds = compiled.evaluate(input) === true;
  const wrong =
    level !== undefined && !crossed
      ? `its candle never reached ${level.level}`
      : !told.live && !holds
        ? 'the condition does not hold'
        : undefined;
  if (wrong !== undefined) {
    return { type: 'AlertRetracted', event: { ...about, retractedAt: at, reason: `${why}: ${wrong}`, terms } };
  }
  const numbers = numbersOf(now);
  const changes = alertChanges(told.numbers, numbers);
  if (changes.length === 0 && !told.provisional) return undefined;
  // What held on a live price did hold then, whatever the close says of it.
  const reason = told.provisional && !holds ? `${why}, and at its close the condition does not hold` : why;
  Object.assign(told, { numbers, provisional: false });
  return { type: 'AlertAmended', event: { ...about, amendedAt: at, reason, provisional: false, changes, terms } };
}

/** The price may have gone over the level between two candles. Without a one-minute candle nothing is known against it. */
function reached({ windows }: ClosedMinute, level: number, { from }: PriceStep): boolean {
  const candle = windows.find(({ minutes }) => minutes === 1);
  if (candle === undefined || from === undefined) return true;
  return Math.min(candle.low, from) <= level && Math.max(candle.high, from) >= level;
}

/** The way over the level stays part of the proof. */
function crossingTerms(
  level: PriceLevel | undefined,
  step: PriceStep | undefined,
  crossed: boolean,
): readonly AlertTerm[] {
  if (level === undefined || step === undefined) return [];
  return [crossingTerm(level.level, step, crossed ? crossingOf(level, step) : undefined)];
}
