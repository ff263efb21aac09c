import { describe, expect, it } from 'vitest';
import { type Alert, alertChanges, alertOf } from './alert.ts';
import { compileRule } from './compile-rule.ts';
import { compileMessage } from './message-template.ts';
import { presets } from './presets.ts';
import type { RuleDefinition } from './rule.ts';
import { firstHeld } from './testing/preset-patterns.ts';

const openTime = Date.UTC(2026, 0, 5);

/** The alert of a preset in the first minute of its pattern at which it holds. */
function firstAlert(id: string, change: Partial<RuleDefinition> = {}): Alert {
  const preset = presets.find(({ rule }) => rule === id);
  if (preset === undefined) throw new Error(`no preset ${id}`);
  const rule = { ...preset, ...change };
  const [compiled, message] = [compileRule(rule), compileMessage(rule)];
  if ('reason' in message) throw new Error(message.reason);
  const minute = { instrument: 'test:spot:AUSDT', openTime, at: openTime + 60_000, price: 101.5, closed: true };
  return alertOf({ compiled, message }, { ...minute, ordinal: 0, input: firstHeld(compiled) });
}

describe('an alert', () => {
  it('has its numbers, its message and the proof of every term', () => {
    const alert = firstAlert('pioneer_bull', { severity: 'warning', owner: 'ann' });
    expect(alert).toMatchObject({
      instrument: 'test:spot:AUSDT',
      rule: 'pioneer_bull',
      ruleVersion: 1,
      openTime,
      triggeredAt: openTime + 60_000,
      timeframe: '5m',
      price: 101.5,
      ordinal: 0,
      provisional: false,
      severity: 'warning',
      owner: 'ann',
    });
    expect(Object.keys(alert.metrics)).toEqual(['change_5m', 'change_15m', 'volume_5m', 'volume_15m']);
    expect(alert.changePct).toBe(alert.metrics.change_5m);
    expect(alert.volume).toBe(alert.metrics.volume_5m);
    expect(alert.volumeIncrease).toBeGreaterThan(1);
    expect(alert.momentumScore).toBeGreaterThan(50);
    expect(alert.terms).toHaveLength(4);
    expect(alert.terms[0]).toEqual({
      term: 'change_5m > params.change_5m_min',
      element: null,
      left: alert.metrics.change_5m,
      leftText: null,
      right: 1,
      rightText: null,
      held: true,
    });
    expect(alert.message).toMatch(/^AUSDT Pioneer Bull: 101\.5, \+\d\.\d\d % in 5m, volume × \d/);
  });

  it.each(presets.map(({ rule }) => rule))('of %s has every number', (id) => {
    const alert = firstAlert(id);
    for (const name of ['volume', 'changePct', 'volumeIncrease', 'candleSizePct', 'momentumScore'] as const) {
      expect(alert[name], name).toEqual(expect.any(Number));
    }
    expect(alert.terms.length).toBeGreaterThan(0);
    expect(alert.terms.every(({ held }) => held)).toBe(true);
  });
});

it('what changed of an alert is named, with both numbers', () => {
  const told = { price: 1, volume: 5, changePct: null, metrics: { change_1h: 2, gone: 3, same: 4 } };
  expect(alertChanges(told, told)).toEqual([]);
  const now = { price: 1, volume: 6, changePct: 1, metrics: { same: 4, change_1h: 2.5, come: 7 } };
  expect(alertChanges(told, now)).toEqual([
    { name: 'volume', before: 5, after: 6 },
    { name: 'changePct', before: null, after: 1 },
    { name: 'change_1h', before: 2, after: 2.5 },
    { name: 'come', before: null, after: 7 },
    { name: 'gone', before: 3, after: null },
  ]);
});
