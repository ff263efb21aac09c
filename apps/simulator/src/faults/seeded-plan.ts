/** A plan of faults that a seed makes: every kind in turn, spread over a stretch of simulated time. */
import { mix, unitOf } from '../hash.ts';
import { type FaultKind, faultKinds, restFaultKinds } from './fault-kinds.ts';
import type { Fault } from './fault-plan.ts';

export interface SeededPlan {
  readonly seed: number;
  readonly symbols: readonly string[];
  /** The first fault waits so long. */
  readonly afterMs: number;
  readonly everyMs: number;
  /** Those that need somebody to connect come with a cut of one connection, which does not count. */
  readonly count: number;
  /** Default: all there are. */
  readonly kinds?: readonly FaultKind[];
}

/** Kinds that stand for themselves, without a symbol. */
const forAll = new Set<FaultKind>([
  'connection-cut',
  'missed-pong',
  'silent-connection',
  'server-shutdown',
  'half-open',
  'refused-connections',
  'silent-subscription',
  'clock-skew',
  ...restFaultKinds,
  'listing',
]);

/** Nothing comes of them unless somebody connects meanwhile. */
const needConnecting = new Set<FaultKind>(['silent-connection', 'silent-subscription', 'refused-connections']);
const cutAfterMs = 1_000;

export function seededPlan({
  seed,
  symbols,
  afterMs,
  everyMs,
  count,
  kinds = faultKinds,
}: SeededPlan): readonly Fault[] {
  const plan: Fault[] = [];
  for (let index = 0; index < count; index++) {
    const draw = mix(mix(seed, 0x6661756c), index);
    const kind = kinds[index % kinds.length] ?? 'connection-cut';
    const atMs = Math.floor(afterMs + (index + unitOf(draw)) * everyMs);
    const symbol = symbols[Math.floor(unitOf(mix(draw, 1)) * symbols.length)];
    if (forAll.has(kind) || symbol === undefined) plan.push({ kind, atMs });
    // A life of 24 hours would never end within a shorter plan: once, every connection is past its life.
    else if (kind === 'connection-lifetime') plan.push({ kind, atMs, lifetimeMs: everyMs, durationMs: everyMs });
    else if (kind === 'halt') plan.push({ kind, atMs, symbols: [symbol], bars: index % 2 === 0 ? 'flat' : 'missing' });
    else plan.push({ kind, atMs, symbols: [symbol] });
    if (needConnecting.has(kind)) plan.push({ kind: 'connection-cut', atMs: atMs + cutAfterMs, times: 1 });
  }
  return plan;
}
