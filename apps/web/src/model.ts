/** What the gateway sends, field by field (apps/gateway/src/schema.graphql.ts). A number not known yet is null. */

export type InstrumentStatus = 'listed' | 'trading' | 'halted' | 'delisted';

export interface Instrument {
  readonly instrument: string;
  readonly base: string;
  readonly quote: string;
  readonly tickSize: number | null;
}

export interface Ticker {
  /** exchange:market:symbol */
  readonly instrument: string;
  readonly symbol: string;
  readonly status: InstrumentStatus;
  readonly simulated: boolean;
  readonly live: boolean;
  readonly stale: boolean;
  readonly timeMs: number | null;
  readonly price: number | null;
  readonly change5m: number | null;
  readonly change15m: number | null;
  readonly change1h: number | null;
  readonly change4h: number | null;
  readonly change8h: number | null;
  readonly change1d: number | null;
  /** Volumes are quote volumes */
  readonly volume5m: number | null;
  readonly volume1h: number | null;
  readonly volume1d: number | null;
  readonly rsi1h: number | null;
  readonly vcp5m: number | null;
}

export interface TickerBatch {
  readonly timeMs: number;
  /** True: these are all instruments. False: those that changed. */
  readonly full: boolean;
  readonly tickers: readonly Ticker[];
}

export interface Sparkline {
  readonly instrument: string;
  readonly closes: readonly number[];
}

export type Severity = 'info' | 'warning' | 'critical';
export type AlertStatus = 'fired' | 'amended' | 'retracted';

/** Its numbers and terms are always those that count now. */
export interface Alert extends ChartAlert {
  readonly symbol: string;
  readonly timeframe: string;
  readonly triggeredAtMs: number;
  readonly price: number;
  readonly volume: number | null;
  readonly volumeIncrease: number | null;
  readonly candleSizePct: number | null;
  readonly momentumScore: number | null;
  readonly ruleVersion: number;
  readonly severity: Severity;
  readonly message: string;
  /** The minute was not over yet */
  readonly provisional: boolean;
  /** The proof: every term of the condition as it was decided */
  readonly terms: readonly AlertTerm[];
  /** Event time at which it was amended or retracted, and why */
  readonly statusAtMs: number | null;
  readonly reason: string | null;
  readonly changes: readonly AlertChange[];
}

/** As much of an alert as the chart marks. */
export interface ChartAlert {
  readonly id: string;
  readonly instrument: string;
  readonly rule: string;
  readonly title: string;
  /** Open time of the minute that made it fire, in seconds */
  readonly time: number;
  readonly changePct: number | null;
  readonly status: AlertStatus;
}

/** A comparison. A side that is no number is told as text. */
export interface AlertTerm {
  readonly term: string;
  /** Element of a list that it was asked of */
  readonly element: string | null;
  readonly left: number | null;
  readonly leftText: string | null;
  readonly right: number | null;
  readonly rightText: string | null;
  /** null: a number that it needs is absent */
  readonly held: boolean | null;
}

/** What fired on an instrument in a minute beside the alerts that it may have. */
export interface AlertSummary {
  readonly instrument: string;
  /** Open time of the minute, in seconds */
  readonly time: number;
  /** Alerts that the minute may have, and those that this stands for */
  readonly limit: number;
  readonly count: number;
  /** The first ids of their rules */
  readonly rules: readonly string[];
}

export interface AlertChange {
  readonly name: string;
  readonly before: number | null;
  readonly after: number | null;
}

export interface NamedNumber {
  readonly name: string;
  readonly value: number;
}

/** A number that metrics can have, by the name that rules use. */
export interface MetricDescription {
  readonly name: string;
  readonly about: string;
  readonly unit: 'price' | 'percent' | 'base' | 'quote' | 'share' | 'number' | 'count';
  /** The window or bar it is about; null for the price */
  readonly interval: string | null;
  readonly source: 'price' | 'window' | 'indicator' | 'statistic';
}

/** All numbers of an instrument that have a value. */
export interface Numbers {
  readonly timeMs: number;
  /** The windows include the minute in progress */
  readonly live: boolean;
  readonly numbers: readonly NamedNumber[];
  /** Where it stands in the market */
  readonly standing: { readonly openTimeMs: number; readonly numbers: readonly NamedNumber[] } | null;
}

export interface Market {
  readonly openTimeMs: number;
  readonly instruments: number;
  /** Share of instruments above their 1h VWAP, 0 to 1 */
  readonly breadth: number | null;
  readonly advancing1h: number;
  readonly declining1h: number;
  readonly btc: MarketLeader | null;
  readonly eth: MarketLeader | null;
}

export interface MarketLeader {
  readonly price: number;
  readonly change1h: number | null;
}

export interface Rule {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly timeframe: string;
  readonly enabled: boolean;
}

export interface Candle {
  /** Open time in seconds */
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

export type AppStatus = 'starting' | 'running' | 'degraded' | 'stopping';

export interface AppHealth {
  readonly app: string;
  readonly instance: string;
  readonly status: AppStatus;
  readonly stale: boolean;
  readonly text: string;
}

export interface Status {
  readonly timeMs: number;
  readonly version: string;
  readonly health: 'healthy' | 'degraded' | 'down';
  readonly simulated: boolean;
  readonly engine: string;
  readonly priming: boolean;
  readonly primed: number;
  readonly total: number;
  readonly text: string;
  readonly apps: readonly AppHealth[];
}
