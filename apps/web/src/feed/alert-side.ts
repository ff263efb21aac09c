export type AlertSide = 'bull' | 'bear' | 'neutral';

/** Rules whose name alone does not say which way they look: a bottom is a chance to buy, an overbought market is not. */
const SIDE_BY_RULE: Readonly<Record<string, AlertSide>> = {
  bottom_hunter: 'bull',
  bottom_hunter_rsi: 'bull',
  rsi_oversold: 'bull',
  pump_radar: 'bull',
  top_hunter: 'bear',
  top_hunter_rsi: 'bear',
  rsi_overbought: 'bear',
  dump_radar: 'bear',
  flat_1m: 'neutral',
  flat_8h: 'neutral',
  quiet_whale: 'neutral',
};

/** Which way an alert points: by its rule where the rule says so, otherwise by its change. */
export function alertSide(rule: string, changePct: number | null): AlertSide {
  const known = SIDE_BY_RULE[rule];
  if (known !== undefined) return known;
  const words = rule.split(/[_\W]+/);
  if (words.includes('bull')) return 'bull';
  if (words.includes('bear')) return 'bear';
  if (changePct === null || changePct === 0) return 'neutral';
  return changePct > 0 ? 'bull' : 'bear';
}
