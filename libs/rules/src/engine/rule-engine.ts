/**
 * Rules on the minutes of many instruments: what fires, what is amended, and why something did not fire. Pure: the same
 * calls in the same order give the same events. The alerter, `screener explain` and backtests all use this one.
 *
 *     const engine = new RuleEngine({ changeBasis: 'open' });
 *     engine.saveRule(rule);                       // any time: in force from the next call on
 *     engine.closed(minute);                       // each closed minute of an instrument in its order → events
 *     engine.live(sample);                         // a recorded sample of the minute in progress → events
 *     engine.minuteOver(openTime);                 // all instruments had their minute
 *     engine.revised(minute);                      // a minute whose candle was corrected → events
 */
import { reasonOf } from '@screener/errors';
import { type ChangeBasis, MINUTE_MS } from '@screener/market';
import { type Alert, alertOf } from '../alert.ts';
import { type ConditionNames, conditionNames } from '../condition-names.ts';
import type { MarketMinute, MarketSource } from '../market-names.ts';
import { crossingOf, followPrice } from '../price-level.ts';
import type { RuleDefinition } from '../rule.ts';
import type { TriggerDecision, TriggerState } from '../rule-trigger.ts';
import type { EngineEvent } from './engine-event.ts';
import { type Explanation, explainDecision } from './explain-decision.ts';
import { type ClosedMinute, closedSample, endOf, InstrumentWatch, type WatchSnapshot } from './instrument-watch.ts';
import { type LiveMinute, type LiveSample, sampleOf, stepOfSample } from './live-sample.ts';
import { MarketMemory } from './market-memory.ts';
import { MinuteAlerts } from './minute-alerts.ts';
import { crossingTerm, type Moment } from './moment.ts';
import { type PriceTouch, touchTerm } from './price-touch.ts';
import { reviseMinute, settleProvisional } from './revise-alerts.ts';
import { type PrepareRule, type ReadyRule, RuleBook, type RuleState } from './rule-book.ts';
import { byRule, type Decided, type FailedLook, type LookedAt, marketOfLive, RuleLook } from './rule-look.ts';
import { RulesInForce } from './rules-in-force.ts';
import { toldAlert } from './told-alert.ts';

/** Alerts of one instrument in one minute; what is more is summarised. */
export const ALERTS_PER_MINUTE_DEFAULT = 200;

const DAY_MS = 1_440 * MINUTE_MS;

export interface RuleEngineOptions {
  readonly changeBasis: ChangeBasis;
  readonly names?: ConditionNames;
  readonly alertsPerMinuteMax?: number;
  /** Default: each engine compiles for itself. */
  readonly prepare?: PrepareRule;
  /** Told of every decision about one rule on one instrument, also where it does not fire. */
  readonly witness?: { readonly instrument: string; readonly rule: string; readonly told: (it: Explanation) => void };
}

export class RuleEngine {
  readonly #options: RuleEngineOptions;
  readonly #names: ConditionNames;
  readonly #book: RuleBook;
  readonly #inForce: RulesInForce;
  readonly #rules: LookedAt;
  readonly #market = new MarketMemory();
  readonly #quotes = new Map<string, string>();
  readonly #watches = new Map<string, InstrumentWatch>();

  constructor(options: RuleEngineOptions) {
    this.#options = options;
    this.#names = options.names ?? conditionNames;
    this.#book = new RuleBook(options.prepare);
    this.#inForce = new RulesInForce(this.#book);
    this.#rules = { book: this.#book, inForce: this.#inForce, market: this.#market };
  }

  /** undefined: a newer version counts already. */
  saveRule(rule: RuleDefinition): RuleState | undefined {
    return this.#book.save(rule);
  }

  ruleStates(): readonly RuleState[] {
    return this.#book.states();
  }

  /** Moves with every rule that is saved. */
  get generation(): number {
    return this.#book.generation;
  }

  knowInstrument(instrument: string, quote: string | undefined): void {
    if (this.#quotes.get(instrument) === quote) return;
    if (quote === undefined) this.#quotes.delete(instrument);
    else this.#quotes.set(instrument, quote);
    this.#watches.get(instrument)?.pricedIn(quote);
  }

  /** undefined: it is gone. */
  knowWatchlist(owner: string, name: string, symbols: readonly string[] | undefined): void {
    this.#book.universes.watchlist(owner, name, symbols);
  }

  /** `record` is asked for when a minute needs it. */
  knowMarket(openTime: number, record: () => MarketSource): void {
    this.#market.add(openTime, record);
  }

  /** A minute is over for all instruments: what only older ones could ask for is forgotten. */
  minuteOver(openTime: number): void {
    this.#market.minuteOver(openTime);
  }

  instruments(): Iterable<string> {
    return this.#watches.keys();
  }

  snapshot(instrument: string): WatchSnapshot | undefined {
    const snapshot = this.#watches.get(instrument)?.snapshot();
    return snapshot && { ...snapshot, over: this.#market.over };
  }

  /** What a rule did on an instrument before the first minute that this engine is given. */
  recall(instrument: string, rule: string, state: TriggerState): void {
    this.#watch(instrument).remember(rule, state);
  }

  restore(instrument: string, snapshot: WatchSnapshot): void {
    this.#market.restore(snapshot.over, this.#watches.size === 0);
    this.#watch(instrument).restore(snapshot);
  }

  /** A minute is over. Minutes that are not after the newest one are repeats. */
  closed(minute: ClosedMinute): EngineEvent[] {
    const { openTime, price } = minute;
    const watch = this.#watch(minute.instrument);
    if (openTime <= watch.newestOpenTime) return [];
    watch.enterMinute(openTime);
    watch.minutes.closed(openTime, minute, this.#known(this.#market.at(openTime - MINUTE_MS)));
    watch.newest = minute;
    watch.told.keep(openTime);
    if (openTime % DAY_MS === 0) watch.forgetOld(openTime);
    const sample = closedSample(minute);
    const { track, step } = followPrice(watch.track, sample);
    watch.track = track;
    if (track.newest === sample) watch.trackedAt = endOf(openTime);
    if (watch.live.track !== undefined) watch.live.track = followPrice(watch.live.track, sample).track;
    const events = watch.told.mayBeProvisional ? settleProvisional(watch, minute, this.#revision) : [];
    this.#fire(watch, { openTime, at: endOf(openTime), closed: true, price, step }, events);
    return events;
  }

  /** Whether `peek` can answer anything. */
  get looksAtLive(): boolean {
    return this.#inForce.looksAtLive;
  }

  /**
   * Looks at a live price without changing what counts. Answers a sample where a rule fires on it (or where one ends
   * that fired): it has to be put among the closed minutes, in the log, and to come back by `live`.
   */
  peek(minute: LiveMinute): LiveSample | undefined {
    if (!this.looksAtLive) return undefined;
    const watch = this.#watches.get(minute.instrument);
    if (watch?.newest === undefined || minute.openTime <= watch.newest.openTime) return undefined;
    const found = sampleOf(watch, minute);
    if (found === undefined) return undefined;
    const { sample, track } = found;
    watch.enterMinute(sample.openTime);
    watch.minutes.live(sample.openTime, sample, this.#known(marketOfLive(this.#market, sample.openTime)));
    const decided = new RuleLook(this.#rules, watch, momentOf(sample)).decide();
    // Until it comes back, what follows is looked at from the same price on: a sample that is lost is handed on again.
    if (decided.some(({ rule, decision }) => decision.fires || rearms(watch, rule, decision))) return sample;
    watch.live.track = track;
    watch.live.at = sample.at;
    return undefined;
  }

  /** A sample that came back. It may be late, twice, or from an owner of before: what it can still say counts once. */
  live(sample: LiveSample): EngineEvent[] {
    const watch = this.#watch(sample.instrument);
    const { live } = watch;
    if (sample.openTime <= watch.newestOpenTime || sample.at <= watch.trackedAt) return [];
    const step = stepOfSample(watch, sample);
    watch.track = followPrice(watch.track, sample).track;
    watch.trackedAt = sample.at;
    if (live.at <= sample.at) {
      live.track = watch.track;
      live.at = sample.at;
    }
    watch.enterMinute(sample.openTime);
    watch.minutes.live(sample.openTime, sample, this.#known(marketOfLive(this.#market, sample.openTime)));
    const events: EngineEvent[] = [];
    this.#fire(watch, { ...momentOf(sample), step }, events);
    return events;
  }

  /** The exchange corrected a candle. Nothing fires; what was told is looked at again. */
  revised(minute: ClosedMinute): EngineEvent[] {
    const watch = this.#watches.get(minute.instrument);
    if (watch?.newest === undefined || minute.openTime > watch.newest.openTime) return [];
    const at = endOf(watch.newest.openTime);
    const events = reviseMinute(watch, minute, at, this.#revision);
    watch.revise(minute);
    return events;
  }

  /** Why a rule would fire or not on the newest minute of an instrument. */
  #explain(watch: InstrumentWatch, moment: Moment): void {
    const { witness } = this.#options;
    if (witness === undefined || witness.instrument !== watch.instrument) return;
    const state = this.#book.state(witness.rule);
    const ready = this.#book.active(witness.rule);
    witness.told(explainDecision({ state, ready, watch, moment, look: new RuleLook(this.#rules, watch, moment) }));
  }

  #fire(watch: InstrumentWatch, moment: Moment, events: EngineEvent[]): void {
    this.#explain(watch, moment);
    const look = new RuleLook(this.#rules, watch, moment);
    const decided = look.decide();
    if (decided.length > 0) this.#tell(watch, moment, decided, look.failures, events);
    if (look.failures.length === 0) return;
    // In which order conditions were looked at is nobody's business.
    for (const { rule, cause } of look.failures.sort(byRule)) events.push(...this.#failed(rule, cause, watch, moment));
  }

  #tell(
    watch: InstrumentWatch,
    moment: Moment,
    decided: readonly Decided[],
    failures: FailedLook[],
    events: EngineEvent[],
  ): void {
    const { instrument } = watch;
    const { input } = watch.minutes;
    const alerts = new MinuteAlerts(watch, moment, this.#options.alertsPerMinuteMax ?? ALERTS_PER_MINUTE_DEFAULT);
    for (const { rule, decision, touch } of decided) {
      const { fires, detail: ordinal, state } = decision;
      try {
        if (fires && alerts.admits(rule, ordinal)) {
          const { openTime, at, closed, step } = moment;
          const price = touch?.price ?? moment.price;
          if (touch !== undefined) watch.minutes.movePrice(price);
          const fired = { compiled: rule.compiled, message: rule.message, names: this.#names };
          const plain = alertOf(fired, { instrument, openTime, at, price, closed, ordinal, input });
          const alert = withWay(plain, rule, moment, touch);
          alerts.add(alert);
          const told = toldAlert(alert, rule.compiled, this.#names, input);
          const crossing = rule.level === undefined ? undefined : step;
          // At the close its numbers become those of the close: only what the close tells stays with the touch.
          const kept = closed ? touch : undefined;
          watch.told.add(crossing === undefined && kept === undefined ? told : { ...told, crossing, touch: kept });
        }
        watch.remember(rule.definition.rule, state);
      } catch (cause) {
        failures.push({ rule, cause });
      }
      if (touch !== undefined) watch.minutes.movePrice(undefined);
    }
    events.push(...alerts.events());
  }

  #failed(rule: ReadyRule, cause: unknown, { instrument }: InstrumentWatch, { openTime }: Moment): EngineEvent[] {
    const { definition } = rule;
    if (this.#book.active(definition.rule) !== rule) return [];
    const reason = reasonOf(cause);
    this.#book.fail(definition.rule, reason);
    return [{ type: 'RuleFailed', event: { rule: definition, instrument, openTime, reason } }];
  }

  /** A record that cannot be read is not the fault of the rule that asks for it: it is read before. */
  #known(market: MarketMinute | undefined): MarketMinute | undefined {
    if (this.#inForce.readsMarket) market?.load();
    return market;
  }

  get #revision() {
    return { book: this.#book, names: this.#names, changeBasis: this.#options.changeBasis };
  }

  #watch(instrument: string): InstrumentWatch {
    let watch = this.#watches.get(instrument);
    if (watch === undefined) {
      const { changeBasis } = this.#options;
      watch = new InstrumentWatch(instrument, this.#quotes.get(instrument), { changeBasis, names: this.#names });
      this.#watches.set(instrument, watch);
    }
    return watch;
  }
}

/** It fired on a live price and does not hold any more: it may fire again. */
function rearms(watch: InstrumentWatch, { definition, trigger }: ReadyRule, { state }: TriggerDecision): boolean {
  const before = watch.trigger(definition.rule);
  return before.disarmed && !state.disarmed && before.meaning === trigger.meaning;
}

/** The way that the price went is the proof of a price level, and part of it where a condition held on the way. */
function withWay(alert: Alert, { level }: ReadyRule, { step }: Moment, touch: PriceTouch | undefined): Alert {
  if (touch !== undefined) return { ...alert, terms: [touchTerm(touch), ...alert.terms] };
  if (level === undefined) return alert;
  return { ...alert, terms: [crossingTerm(level.level, step, crossingOf(level, step)), ...alert.terms] };
}

const momentOf = ({ openTime, at, price, step }: LiveSample): Moment => ({ openTime, at, closed: false, price, step });
