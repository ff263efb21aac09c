/** What differs between exchanges and their markets: names, addresses, words, limits. The market is the same for all. */
import type { SymbolOf } from '../catalogue.ts';
import type { FaultKind } from '../faults/fault-kinds.ts';
import type { GateRules } from '../rest/request-gate.ts';
import type { Answer, RestDialect } from '../rest/rest-dialect.ts';
import type { StreamDialect } from '../streams/stream-dialect.ts';

export const dialectNames = ['usdm', 'spot', 'bybit-linear', 'bybit-spot', 'okx-swap', 'okx-spot'] as const;
export type DialectName = (typeof dialectNames)[number];

export interface Dialect {
  readonly name: DialectName;
  /** For people. */
  readonly title: string;
  readonly symbolOf: SymbolOf;
  /** Pace of the candle in progress on the real exchange, where it changes. */
  readonly frameEveryMs: number;
  readonly rest: RestDialect;
  readonly gate: GateRules;
  readonly streams: StreamDialect;
  readonly faults: FaultWords;
}

/** How faults look here. */
export interface FaultWords {
  /** What cannot happen on this exchange. */
  readonly impossible: readonly FaultKind[];
  /** A status that its documentation does not know. */
  readonly unknownStatus: string;
  readonly serverError: Omit<Answer, 'status'>;
  /** What it tells its connections before it goes; undefined where it goes without a word. */
  shutdown(now: number, combined: boolean): string | undefined;
  /** Frames that are not of the agreed shape, from one that is. */
  readonly breaks: readonly ((text: string) => string)[];
}
