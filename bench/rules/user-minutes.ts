/** Minutes of many instruments with what user rules read, and the market's record of each. */
import { InstrumentState, type MinuteMetrics } from '@screener/market';
import {
  type ClosedMinute,
  type CompiledRule,
  type MarketSource,
  neededNumbers,
  presetRules,
  type RuleDefinition,
} from '@screener/rules';
import { burstingCandles } from './seeded-minutes.ts';
import { benchInstrument, userRules } from './user-rules.ts';

export interface UserRulesRun {
  /** So many of users, or all that we ship. */
  readonly rules: number | 'presets';
  readonly instruments: number;
  readonly minutes: number;
}

/** Until every window is full and the mean of 96 bars of five minutes is warm. */
const settlingMinutes = 1_500;

export const rulesOf = ({ rules, instruments }: UserRulesRun): readonly RuleDefinition[] =>
  rules === 'presets' ? presetRules : userRules(rules, instruments);

export interface ClosedMarket {
  readonly rows: readonly ClosedMinute[];
  readonly record: MarketSource;
}

export function userMinutes(
  rules: readonly CompiledRule[],
  { instruments, minutes }: UserRulesRun,
): readonly ClosedMarket[] {
  const needed = neededNumbers(rules);
  const all = Array.from({ length: instruments }, (_, index) => {
    const [state, candles] = [new InstrumentState(needed), burstingCandles(index + 1)];
    const next = (): MinuteMetrics => {
      const measured = state.add(candles.next().value);
      if (measured.outcome === 'refused') throw new Error(measured.text);
      return measured;
    };
    for (let minute = 0; minute < settlingMinutes; minute++) next();
    return { instrument: benchInstrument(index), next };
  });
  return Array.from({ length: minutes }, () => {
    const rows = all.map(({ instrument, next }): ClosedMinute => ({ ...next(), instrument }));
    return { rows, record: recordOf(rows) };
  });
}

function recordOf(rows: readonly ClosedMinute[]): MarketSource {
  const dayOf = ({ windows }: ClosedMinute): number => windows.at(-1)?.quoteVolume ?? 0;
  const byVolume = [...rows].sort((one, other) => dayOf(other) - dayOf(one));
  const ranks = byVolume.map(({ instrument }, index) => ({ instrument, volume_1d: index + 1 }));
  const counts = { advancing_1h: 0, declining_1h: 0, advancing_1d: 0, declining_1d: 0 };
  return { openTime: rows[0]?.openTime ?? 0, instruments: rows.length, ...counts, ranks };
}

/** Minutes that are not measured: programs are compiled in them, and candles.last(n) gets its candles. */
const warmUpMinutes = 15;

/** `closed`: all rows of a minute in, `rule instrument` of each alert out. */
export function measureMinutes(
  market: readonly ClosedMarket[],
  closed: (minute: ClosedMarket, before: MarketSource | undefined) => readonly string[],
) {
  const measured: { cpuMs: number; alerts: readonly string[] }[] = [];
  for (const [index, minute] of market.entries()) {
    const began = process.cpuUsage();
    const alerts = closed(minute, market[index - 1]?.record);
    const { user, system } = process.cpuUsage(began);
    measured.push({ cpuMs: (user + system) / 1_000, alerts: [...alerts].sort() });
  }
  const times = measured.slice(warmUpMinutes).map(({ cpuMs }) => cpuMs);
  return {
    meanMs: times.reduce((sum, ms) => sum + ms, 0) / times.length,
    slowestMs: Math.max(...times),
    alertsByMinute: measured.map(({ alerts }) => alerts),
  };
}
