import { expect, test } from 'vitest';
import { alertSide } from './alert-side.ts';

test.each([
  ['big_bull_60m', -1, 'bull'],
  ['big_bear_5m', 1, 'bear'],
  ['bottom_hunter', -1.2, 'bull'],
  ['top_hunter', 1.2, 'bear'],
  ['flat_8h', 0.3, 'neutral'],
  ['my_rule', 0.3, 'bull'],
  ['my_rule', -0.3, 'bear'],
  ['my_rule', null, 'neutral'],
  ['bullion', -0.3, 'bear'],
] as const)('%s at %s is %s', (rule, changePct, side) => expect(alertSide(rule, changePct)).toBe(side));
