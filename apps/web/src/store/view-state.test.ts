import { expect, test } from 'vitest';
import { type Connection, closeReason, nextConnection, retryWaitMs, startConnection } from '../client/connection.ts';
import type { Status } from '../model.ts';
import { viewState } from './view-state.ts';

const status: Status = {
  timeMs: 0,
  version: '1',
  health: 'healthy',
  simulated: false,
  engine: 'embedded',
  priming: false,
  primed: 50,
  total: 50,
  text: 'all well',
  apps: [],
};
const open: Connection = nextConnection(startConnection(0), { kind: 'opened' }, 1000);
const sources = { connection: open, status, statusAtMs: 20_000, tickersAtMs: 20_000 };

test('the line to the gateway comes first: how long and why it is not there', () => {
  let connection = startConnection(1000);
  connection = nextConnection(connection, { kind: 'attempted' }, 1000);
  expect(viewState({ ...sources, connection }, 4000)).toMatchObject({
    kind: 'connecting',
    label: 'Connecting · 3 s',
    detail: 'waiting for an answer',
    gatewayHeard: false,
  });
  connection = nextConnection(connection, { kind: 'closed', reason: closeReason(1006, '', 'ws://x') }, 2000);
  connection = nextConnection(connection, { kind: 'attempted' }, 3000);
  expect(viewState({ ...sources, connection }, 13_000)).toMatchObject({
    kind: 'connecting',
    label: 'Connecting · 12 s',
    detail: 'no answer from ws://x, attempt 2',
  });
});

test('a lost line counts from the loss, whatever is tried meanwhile, and a new one counts its openings', () => {
  let connection = nextConnection(open, { kind: 'closed', reason: 'gone' }, 10_000);
  for (const nowMs of [10_500, 11_500]) {
    connection = nextConnection(connection, { kind: 'attempted' }, nowMs);
    connection = nextConnection(connection, { kind: 'closed', reason: 'still gone' }, nowMs + 10);
  }
  expect(viewState({ ...sources, connection }, 40_000)).toMatchObject({
    kind: 'reconnecting',
    label: 'Reconnecting · 30 s',
    detail: 'still gone, attempt 2',
  });
  expect(nextConnection(connection, { kind: 'opened' }, 41_000)).toMatchObject({
    phase: 'open',
    opened: 2,
    reason: null,
  });
});

test('silence of more than five seconds is stale, and says since when', () => {
  expect(viewState(sources, 25_000)).toMatchObject({ kind: 'live' });
  expect(viewState({ ...sources, tickersAtMs: 25_000 }, 25_001)).toMatchObject({
    kind: 'stale',
    detail: 'no word from the gateway since 00:00:20 UTC',
    gatewayHeard: false,
  });
  expect(viewState({ ...sources, statusAtMs: 27_000 }, 28_000)).toMatchObject({
    kind: 'stale',
    label: 'Stale · 8 s',
    detail: 'no new prices since 00:00:20 UTC',
    gatewayHeard: true,
  });
});

test('a line that has just opened gets its five seconds before anything is called stale', () => {
  const connection = nextConnection(open, { kind: 'opened' }, 60_000);
  expect(viewState({ ...sources, connection }, 64_000).kind).toBe('live');
  expect(viewState({ ...sources, connection }, 65_001).kind).toBe('stale');
});

test('priming tells its progress and is not called stale for want of prices', () => {
  const priming = { ...status, priming: true, primed: 12, text: 'reading the log' };
  expect(viewState({ ...sources, status: priming, statusAtMs: 40_000, tickersAtMs: null }, 40_500)).toMatchObject({
    kind: 'priming',
    label: 'Priming · 12 of 50',
    detail: 'reading the log',
  });
});

test('close codes are told in words', () => {
  expect(closeReason(4408, 'too slow', 'ws://x')).toContain('could not keep up');
  expect(closeReason(1012, '', 'ws://x')).toContain('restarting');
  expect(closeReason(4500, 'broken', 'ws://x')).toBe('broken (code 4500)');
  expect(closeReason(4999, '', 'ws://x')).toBe('connection closed (code 4999)');
});

test('retries wait from half a second to five, with jitter below', () => {
  expect([0, 1, 2, 3, 4, 100].map((retries) => retryWaitMs(retries, 1))).toEqual([500, 1000, 2000, 4000, 5000, 5000]);
  expect(retryWaitMs(0, 0)).toBe(375);
});
