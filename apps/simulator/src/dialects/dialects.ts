/** All of them, by name. */
import { type FaultKind, faultKinds } from '../faults/fault-kinds.ts';
import { spot, usdm } from './binance/binance.ts';
import { bybitLinear, bybitSpot } from './bybit/bybit.ts';
import type { Dialect, DialectName } from './dialect.ts';
import { okxSpot, okxSwap } from './okx/okx.ts';

export const dialects: Readonly<Record<DialectName, Dialect>> = {
  usdm,
  spot,
  'bybit-linear': bybitLinear,
  'bybit-spot': bybitSpot,
  'okx-swap': okxSwap,
  'okx-spot': okxSpot,
};

/** What can go wrong on an exchange of this kind. */
export const faultKindsOf = (name: DialectName): readonly FaultKind[] =>
  faultKinds.filter((kind) => !dialects[name].faults.impossible.includes(kind));
