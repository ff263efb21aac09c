/** What a fault may do, and what it may use: the seams of the honest exchange. */
import type { Duplex } from 'node:stream';
import type { Dialect } from '../dialects/dialect.ts';
import type { KlineFrame } from '../kline-feed.ts';
import type { RequestGate } from '../rest/request-gate.ts';
import type { RestCall } from '../rest/rest-api.ts';
import type { Connection } from '../streams/connection.ts';
import type { StreamApi } from '../streams/stream-api.ts';
import type { MarketTruth } from '../truth.ts';
import type { PrintedCandle } from '../units.ts';
import type { Fault } from './fault-plan.ts';

export interface Stage {
  readonly market: MarketTruth;
  readonly streams: StreamApi;
  readonly gate: RequestGate;
  readonly dialect: Dialect;
  readonly now: () => number;
}

export type PassOn = (frame: KlineFrame) => void;

/** One fault while it lasts. Hooks it does not need it leaves out. */
export interface ActiveFault {
  frame?(frame: KlineFrame, passOn: PassOn): void;
  /** An HTTP status for who wants to connect. */
  refuses?(): number | undefined;
  answers?(socket: Duplex): boolean;
  opened?(connection: Connection): void;
  subscribes?(connection: Connection, stream: string): boolean;
  pongs?(connection: Connection): boolean;
  delivers?(connection: Connection, stream: string): boolean;
  asked?(call: RestCall): void;
  intercept?(call: RestCall): boolean;
  alterCandle?(call: RestCall, candle: PrintedCandle): PrintedCandle;
  behindMs?(call: RestCall): number;
  alter?(call: RestCall, body: string): string;
  skewMs?(): number;
  advance?(now: number): void;
  /** Something is still to be done after its time is over. */
  busy?(): boolean;
  end?(): void;
}

export interface FaultTools extends Stage {
  readonly fault: Fault;
  /** Its time is not over and it may happen once more. */
  open(): boolean;
  /** It may happen once more, its time over or not. */
  left(): boolean;
  /** It happened: counted. */
  fired(): void;
  hits(symbol: string): boolean;
  /** Its symbols, or all that are listed. */
  symbols(): readonly string[];
  /** A whole number that grows with every effect, for faults that have several faces. */
  turn(): number;
}

export interface FaultRow {
  /** Where the plan says none. */
  readonly durationMs: number;
  start(tools: FaultTools): ActiveFault;
}
