/** Every rule by itself, on every instrument: its universe, its condition, its trigger. */
import {
  compileUniverse,
  createEvaluationInput,
  decideTrigger,
  MarketMinute,
  prepareRule,
  type TriggerState,
  triggerInitial,
} from '@screener/rules';
import { serveSide } from '../../framework/serve-side.ts';
import { digestOf } from '../alerts-digest.ts';
import { measureMinutes, rulesOf, type UserRulesRun, userMinutes } from '../user-minutes.ts';
import { benchInstrument, quoteOf } from '../user-rules.ts';

serveSide({
  run(run: UserRulesRun) {
    const rules = rulesOf(run).map((rule) => {
      const universe = compileUniverse(rule.universe, undefined);
      return { ...prepareRule(rule), universe };
    });
    const market = userMinutes(
      rules.map(({ compiled }) => compiled),
      run,
    );
    const instruments = Array.from({ length: run.instruments }, (_, index) => {
      const [instrument, quote] = [benchInstrument(index), quoteOf(index)];
      const minutes = createEvaluationInput({ instrument, quote, changeBasis: 'open' });
      return { instrument, quote, minutes, states: new Map<string, TriggerState>() };
    });
    const measured = measureMinutes(market, ({ rows }, before) => {
      const alerts: string[] = [];
      const known = before && new MarketMinute(before);
      for (const [index, row] of rows.entries()) {
        const { instrument, quote, minutes, states } = instruments[index] as (typeof instruments)[number];
        const { openTime } = row;
        minutes.closed(openTime, row, known);
        const facts = { instrument, quote, volumeRank: known?.rankOf(instrument)?.volume_1d ?? undefined };
        for (const { definition, compiled, trigger, universe } of rules) {
          const result = universe.includes(facts) && compiled.evaluate(minutes.input);
          const state = states.get(definition.rule) ?? triggerInitial;
          const decision = decideTrigger(trigger, state, { openTime, at: openTime + 60_000, closed: true, result });
          if (decision.state !== state) states.set(definition.rule, decision.state);
          if (decision.fires) alerts.push(`${definition.rule} ${instrument}`);
        }
      }
      return alerts;
    });
    return digestOf(measured);
  },
});
