import { prepareRule, RuleEngine } from '@screener/rules';
import { serveSide } from '../../framework/serve-side.ts';
import { digestOf } from '../alerts-digest.ts';
import { measureMinutes, rulesOf, type UserRulesRun, userMinutes } from '../user-minutes.ts';
import { benchInstrument, quoteOf } from '../user-rules.ts';

serveSide({
  run(run: UserRulesRun) {
    const prepared = new Map(rulesOf(run).map((rule) => [rule, prepareRule(rule)]));
    const market = userMinutes(
      [...prepared.values()].map(({ compiled }) => compiled),
      run,
    );
    const engine = new RuleEngine({
      changeBasis: 'open',
      alertsPerMinuteMax: prepared.size,
      prepare: (rule) => prepared.get(rule) ?? prepareRule(rule),
    });
    for (const rule of prepared.keys()) engine.saveRule(rule);
    for (let index = 0; index < run.instruments; index++) engine.knowInstrument(benchInstrument(index), quoteOf(index));
    const measured = measureMinutes(market, ({ rows }, before) => {
      const alerts: string[] = [];
      if (before !== undefined) engine.knowMarket(before.openTime, () => before);
      for (const row of rows) {
        for (const event of engine.closed(row)) {
          if (event.type !== 'AlertTriggered') throw new Error(`${event.type} of a rule in order`);
          alerts.push(`${event.event.rule} ${event.event.instrument}`);
        }
      }
      return alerts;
    });
    return digestOf(measured);
  },
});
