// Generated from schemas/*.avsc by `npm run generate`. Do not edit.

/** A rule fired. The same alert always has the same id. Topic alerts, key: instrument, timestamp: openTime + 59 999 ms. */
export interface AlertTriggered {
  /** UUID derived from instrument, rule, version, candle time and crossing ordinal */
  readonly id: string;
  /** exchange:market:symbol */
  readonly instrument: string;
  /** Id of the rule */
  readonly rule: string;
  /** Version that fired */
  readonly ruleVersion: number;
  /** Title of that version */
  readonly title: string;
  /** Open time of the closed minute that made it fire */
  readonly openTime: number;
  /** End of that minute, event time */
  readonly triggeredAt: number;
  /** The window it is about */
  readonly timeframe: string;
  /** Close of the minute */
  readonly price: number;
  /** Quote volume of the timeframe */
  readonly volume?: null | number | undefined;
  /** Change of the timeframe in percent */
  readonly changePct?: null | number | undefined;
  /** Every number that the condition read, by flat name */
  readonly metrics: Readonly<Record<string, number>>;
}

/** An app instance says how it is, once a second. Topic heartbeats (compacted), key: app/instance, timestamp: at. */
export interface Heartbeat {
  /** collector, calculator, alerter, sink, gateway, ... */
  readonly app: string;
  /** Which one, for example host-pid */
  readonly instance: string;
  /** Version of the software */
  readonly version: string;
  /** Since when */
  readonly startedAt: number;
  /** When it said so */
  readonly at: number;
  /** How it is */
  readonly status: AppStatus;
  /** One line for people */
  readonly text: string;
  /** Figures of this app, for example primed, instruments, lagMs */
  readonly numbers: Readonly<Record<string, number>>;
}

/** What is known of an instrument since now. Topic instruments (compacted), key: instrument, timestamp: when it was learned. */
export interface InstrumentChanged {
  /** exchange:market:symbol */
  readonly instrument: string;
  /** For example binance */
  readonly exchange: string;
  /** For example usdm or spot */
  readonly market: string;
  /** As the exchange writes it */
  readonly symbol: string;
  /** Base asset */
  readonly base: string;
  /** Quote asset */
  readonly quote: string;
  /** Where it stands */
  readonly status: InstrumentStatus;
  /** Smallest price step, where known */
  readonly tickSize?: null | number | undefined;
  /** Smallest amount step, where known */
  readonly stepSize?: null | number | undefined;
  /** When trading began, where known */
  readonly listedAt?: null | number | undefined;
  /** True when the exchange is our simulator */
  readonly simulated?: boolean | undefined;
}

/** A one-minute candle that will not change any more. Topic klines.closed and klines.history, key: instrument, timestamp: openTime + 59 999 ms. */
export interface KlineClosed {
  /** exchange:market:symbol, for example binance:usdm:BTCUSDT */
  readonly instrument: string;
  /** First millisecond of the minute, UTC */
  readonly openTime: number;
  /** Price of the first trade */
  readonly open: number;
  /** Highest price */
  readonly high: number;
  /** Lowest price */
  readonly low: number;
  /** Price of the last trade */
  readonly close: number;
  /** Traded amount in the base asset */
  readonly volume: number;
  /** Traded amount in the quote asset */
  readonly quoteVolume: number;
  /** Number of trades */
  readonly trades: number;
  /** Part of volume where the buyer was the taker */
  readonly takerBuyVolume: number;
  /** Part of quoteVolume where the buyer was the taker */
  readonly takerBuyQuoteVolume: number;
  /** How we learned of it: pushed, fetched, or a flat candle for a minute without trades */
  readonly source: KlineSource;
}

/** A minute whose candle cannot be had. Windows that contain it are absent. Topic klines.closed, key: instrument, timestamp: openTime + 59 999 ms. */
export interface KlineGap {
  /** exchange:market:symbol */
  readonly instrument: string;
  /** First millisecond of the missing minute, UTC */
  readonly openTime: number;
  /** Why it cannot be had, for people */
  readonly reason: string;
}

/** The candle in progress, at most one a second per instrument, latest wins. Topic klines.live, key: instrument, timestamp: eventTime. */
export interface KlineLive {
  /** exchange:market:symbol */
  readonly instrument: string;
  /** First millisecond of the minute in progress, UTC */
  readonly openTime: number;
  /** When the exchange sent it */
  readonly eventTime: number;
  /** Price of the first trade */
  readonly open: number;
  /** Highest price so far */
  readonly high: number;
  /** Lowest price so far */
  readonly low: number;
  /** Latest price */
  readonly close: number;
  /** Traded amount so far in the base asset */
  readonly volume: number;
  /** Traded amount so far in the quote asset */
  readonly quoteVolume: number;
  /** Number of trades so far */
  readonly trades: number;
  /** Part of quoteVolume so far where the buyer was the taker */
  readonly takerBuyQuoteVolume: number;
}

/** Everything computed for an instrument as of a closed minute. What can be derived (change, vwap, vcp, pivots) is derived on read. Topic metrics.closed, key: instrument, timestamp: openTime + 59 999 ms. */
export interface MetricsClosed {
  /** exchange:market:symbol */
  readonly instrument: string;
  /** First millisecond of the newest closed minute contained, UTC */
  readonly openTime: number;
  /** Close of that minute */
  readonly price: number;
  /** Rolling windows of the last N closed minutes, only those that are full, ascending */
  readonly windows: readonly Window[];
  /** Indicators as of the last closed bar of each interval; an interval is listed once one of its values is warm */
  readonly indicators: readonly BarIndicators[];
}

/** Price and windows including the candle in progress. Never final, never stored. Topic metrics.live, key: instrument, timestamp: eventTime. */
export interface MetricsLive {
  /** exchange:market:symbol */
  readonly instrument: string;
  /** First millisecond of the minute in progress, UTC */
  readonly openTime: number;
  /** When the exchange sent the price */
  readonly eventTime: number;
  /** Latest price */
  readonly price: number;
  /** The last N - 1 closed minutes and the one in progress */
  readonly windows: readonly Window[];
  /** Always false: the minute is not over */
  readonly final?: boolean | undefined;
}

/** Marker: all candles of this minute that will come in time are in this partition. Topics klines.closed and metrics.closed, no key, written to every partition, timestamp: openTime + 59 999 ms. */
export interface MinuteClosed {
  /** First millisecond of the minute, UTC */
  readonly openTime: number;
  /** Instruments of this partition whose candle had not come when the wait ended */
  readonly missing: readonly string[];
}

/** One version of a rule. Topic rules (compacted), key: rule/version, timestamp: when it was saved. */
export interface RuleSaved {
  /** Id of the rule, for example big_bull_60m */
  readonly rule: string;
  /** 1 and up; the highest one counts */
  readonly version: number;
  /** User id, or preset for those we ship */
  readonly owner: string;
  /** Short name for people */
  readonly title: string;
  /** What it means, for people */
  readonly text: string;
  /** CEL expression over the flat metric names */
  readonly condition: string;
  /** Named numbers of the condition */
  readonly parameters: Readonly<Record<string, number>>;
  /** The window that an alert of this rule is about, for example 1h */
  readonly timeframe: string;
  /** Event time that must pass between two alerts of this rule on one instrument */
  readonly cooldownMs: number;
  /** False: kept, not evaluated */
  readonly enabled?: boolean | undefined;
}

/** From this input offset on, the task uses its side inputs up to these offsets. Topics snapshots.<app>, key: group/partition/side/inputOffset, same partition as the task. */
export interface SideOffsetsTaken {
  /** Consumer group of the processor */
  readonly group: string;
  /** Partition of the primary input */
  readonly partition: number;
  /** First input record that sees these side offsets */
  readonly inputOffset: number;
  /** Minute that the record opened */
  readonly openTime: number;
  /** Side topic to the next unread offset of each of its partitions */
  readonly sides: Readonly<Record<string, readonly number[]>>;
}

/** State of one key of one task, to start a replay from. Topics snapshots.<app> (compacted), key: group/partition/key, same partition as the task. */
export interface SnapshotTaken {
  /** Consumer group of the processor */
  readonly group: string;
  /** Partition of the primary input */
  readonly partition: number;
  /** Key of the state, for example an instrument */
  readonly key: string;
  /** Version of the state's own format */
  readonly version: number;
  /** The state contains every input record below this offset */
  readonly offset: number;
  /** CRC-32 of state */
  readonly checksum: number;
  /** As the task wrote it */
  readonly state: Uint8Array;
}

/** AppStatus */
export type AppStatus = 'starting' | 'running' | 'degraded' | 'stopping';

/** InstrumentStatus */
export type InstrumentStatus = 'listed' | 'trading' | 'halted' | 'delisted';

/** KlineSource */
export type KlineSource = 'stream' | 'rest' | 'synthetic';

/** One rolling window */
export interface Window {
  /** Length N */
  readonly minutes: number;
  /** Open of the oldest candle */
  readonly open: number;
  /** Close of the oldest candle (for CHANGE_BASIS=oldest-close) */
  readonly oldestClose: number;
  /** Highest high */
  readonly high: number;
  /** Lowest low */
  readonly low: number;
  /** Close of the newest candle */
  readonly close: number;
  /** Sum of base volumes, correctly rounded */
  readonly volume: number;
  /** Sum of quote volumes, correctly rounded */
  readonly quoteVolume: number;
  /** Sum of trades */
  readonly trades: number;
  /** Sum of taker buy quote volumes, correctly rounded */
  readonly takerBuyQuoteVolume: number;
}

/** Indicators of one bar interval */
export interface BarIndicators {
  /** Bar length, for example 1h */
  readonly interval: string;
  /** Open time of the last closed bar */
  readonly barOpenTime: number;
  /** RSI(14), Wilder; null while not warm */
  readonly rsi?: null | number | undefined;
}

/** Every event type by its name. */

export interface EventTypes {
  AlertTriggered: AlertTriggered;
  Heartbeat: Heartbeat;
  InstrumentChanged: InstrumentChanged;
  KlineClosed: KlineClosed;
  KlineGap: KlineGap;
  KlineLive: KlineLive;
  MetricsClosed: MetricsClosed;
  MetricsLive: MetricsLive;
  MinuteClosed: MinuteClosed;
  RuleSaved: RuleSaved;
  SideOffsetsTaken: SideOffsetsTaken;
  SnapshotTaken: SnapshotTaken;
}

/** The id that stands for a schema in the wire format, where no registry gives one. */

export const schemaIds: Readonly<Record<keyof EventTypes, number>> = {
  AlertTriggered: 9,
  Heartbeat: 10,
  InstrumentChanged: 7,
  KlineClosed: 1,
  KlineGap: 2,
  KlineLive: 4,
  MetricsClosed: 5,
  MetricsLive: 6,
  MinuteClosed: 3,
  RuleSaved: 8,
  SideOffsetsTaken: 12,
  SnapshotTaken: 11,
};

/** The Avro schema of each event type, standing alone. */

export const schemaTexts: Readonly<Record<keyof EventTypes, string>> = {
  AlertTriggered: "{\"type\":\"record\",\"name\":\"AlertTriggered\",\"namespace\":\"screener\",\"doc\":\"A rule fired. The same alert always has the same id. Topic alerts, key: instrument, timestamp: openTime + 59 999 ms.\",\"fields\":[{\"name\":\"id\",\"type\":\"string\",\"doc\":\"UUID derived from instrument, rule, version, candle time and crossing ordinal\"},{\"name\":\"instrument\",\"type\":\"string\",\"doc\":\"exchange:market:symbol\"},{\"name\":\"rule\",\"type\":\"string\",\"doc\":\"Id of the rule\"},{\"name\":\"ruleVersion\",\"type\":\"int\",\"doc\":\"Version that fired\"},{\"name\":\"title\",\"type\":\"string\",\"doc\":\"Title of that version\"},{\"name\":\"openTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Open time of the closed minute that made it fire\"},{\"name\":\"triggeredAt\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"End of that minute, event time\"},{\"name\":\"timeframe\",\"type\":\"string\",\"doc\":\"The window it is about\"},{\"name\":\"price\",\"type\":\"double\",\"doc\":\"Close of the minute\"},{\"name\":\"volume\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Quote volume of the timeframe\"},{\"name\":\"changePct\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Change of the timeframe in percent\"},{\"name\":\"metrics\",\"type\":{\"type\":\"map\",\"values\":\"double\"},\"doc\":\"Every number that the condition read, by flat name\"}]}",
  Heartbeat: "{\"type\":\"record\",\"name\":\"Heartbeat\",\"namespace\":\"screener\",\"doc\":\"An app instance says how it is, once a second. Topic heartbeats (compacted), key: app/instance, timestamp: at.\",\"fields\":[{\"name\":\"app\",\"type\":\"string\",\"doc\":\"collector, calculator, alerter, sink, gateway, ...\"},{\"name\":\"instance\",\"type\":\"string\",\"doc\":\"Which one, for example host-pid\"},{\"name\":\"version\",\"type\":\"string\",\"doc\":\"Version of the software\"},{\"name\":\"startedAt\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Since when\"},{\"name\":\"at\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"When it said so\"},{\"name\":\"status\",\"type\":{\"type\":\"enum\",\"name\":\"AppStatus\",\"symbols\":[\"starting\",\"running\",\"degraded\",\"stopping\"]},\"doc\":\"How it is\"},{\"name\":\"text\",\"type\":\"string\",\"doc\":\"One line for people\"},{\"name\":\"numbers\",\"type\":{\"type\":\"map\",\"values\":\"double\"},\"doc\":\"Figures of this app, for example primed, instruments, lagMs\"}]}",
  InstrumentChanged: "{\"type\":\"record\",\"name\":\"InstrumentChanged\",\"namespace\":\"screener\",\"doc\":\"What is known of an instrument since now. Topic instruments (compacted), key: instrument, timestamp: when it was learned.\",\"fields\":[{\"name\":\"instrument\",\"type\":\"string\",\"doc\":\"exchange:market:symbol\"},{\"name\":\"exchange\",\"type\":\"string\",\"doc\":\"For example binance\"},{\"name\":\"market\",\"type\":\"string\",\"doc\":\"For example usdm or spot\"},{\"name\":\"symbol\",\"type\":\"string\",\"doc\":\"As the exchange writes it\"},{\"name\":\"base\",\"type\":\"string\",\"doc\":\"Base asset\"},{\"name\":\"quote\",\"type\":\"string\",\"doc\":\"Quote asset\"},{\"name\":\"status\",\"type\":{\"type\":\"enum\",\"name\":\"InstrumentStatus\",\"symbols\":[\"listed\",\"trading\",\"halted\",\"delisted\"]},\"doc\":\"Where it stands\"},{\"name\":\"tickSize\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Smallest price step, where known\"},{\"name\":\"stepSize\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Smallest amount step, where known\"},{\"name\":\"listedAt\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}],\"default\":null,\"doc\":\"When trading began, where known\"},{\"name\":\"simulated\",\"type\":\"boolean\",\"default\":false,\"doc\":\"True when the exchange is our simulator\"}]}",
  KlineClosed: "{\"type\":\"record\",\"name\":\"KlineClosed\",\"namespace\":\"screener\",\"doc\":\"A one-minute candle that will not change any more. Topic klines.closed and klines.history, key: instrument, timestamp: openTime + 59 999 ms.\",\"fields\":[{\"name\":\"instrument\",\"type\":\"string\",\"doc\":\"exchange:market:symbol, for example binance:usdm:BTCUSDT\"},{\"name\":\"openTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"First millisecond of the minute, UTC\"},{\"name\":\"open\",\"type\":\"double\",\"doc\":\"Price of the first trade\"},{\"name\":\"high\",\"type\":\"double\",\"doc\":\"Highest price\"},{\"name\":\"low\",\"type\":\"double\",\"doc\":\"Lowest price\"},{\"name\":\"close\",\"type\":\"double\",\"doc\":\"Price of the last trade\"},{\"name\":\"volume\",\"type\":\"double\",\"doc\":\"Traded amount in the base asset\"},{\"name\":\"quoteVolume\",\"type\":\"double\",\"doc\":\"Traded amount in the quote asset\"},{\"name\":\"trades\",\"type\":\"long\",\"doc\":\"Number of trades\"},{\"name\":\"takerBuyVolume\",\"type\":\"double\",\"doc\":\"Part of volume where the buyer was the taker\"},{\"name\":\"takerBuyQuoteVolume\",\"type\":\"double\",\"doc\":\"Part of quoteVolume where the buyer was the taker\"},{\"name\":\"source\",\"type\":{\"type\":\"enum\",\"name\":\"KlineSource\",\"symbols\":[\"stream\",\"rest\",\"synthetic\"]},\"doc\":\"How we learned of it: pushed, fetched, or a flat candle for a minute without trades\"}]}",
  KlineGap: "{\"type\":\"record\",\"name\":\"KlineGap\",\"namespace\":\"screener\",\"doc\":\"A minute whose candle cannot be had. Windows that contain it are absent. Topic klines.closed, key: instrument, timestamp: openTime + 59 999 ms.\",\"fields\":[{\"name\":\"instrument\",\"type\":\"string\",\"doc\":\"exchange:market:symbol\"},{\"name\":\"openTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"First millisecond of the missing minute, UTC\"},{\"name\":\"reason\",\"type\":\"string\",\"doc\":\"Why it cannot be had, for people\"}]}",
  KlineLive: "{\"type\":\"record\",\"name\":\"KlineLive\",\"namespace\":\"screener\",\"doc\":\"The candle in progress, at most one a second per instrument, latest wins. Topic klines.live, key: instrument, timestamp: eventTime.\",\"fields\":[{\"name\":\"instrument\",\"type\":\"string\",\"doc\":\"exchange:market:symbol\"},{\"name\":\"openTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"First millisecond of the minute in progress, UTC\"},{\"name\":\"eventTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"When the exchange sent it\"},{\"name\":\"open\",\"type\":\"double\",\"doc\":\"Price of the first trade\"},{\"name\":\"high\",\"type\":\"double\",\"doc\":\"Highest price so far\"},{\"name\":\"low\",\"type\":\"double\",\"doc\":\"Lowest price so far\"},{\"name\":\"close\",\"type\":\"double\",\"doc\":\"Latest price\"},{\"name\":\"volume\",\"type\":\"double\",\"doc\":\"Traded amount so far in the base asset\"},{\"name\":\"quoteVolume\",\"type\":\"double\",\"doc\":\"Traded amount so far in the quote asset\"},{\"name\":\"trades\",\"type\":\"long\",\"doc\":\"Number of trades so far\"},{\"name\":\"takerBuyQuoteVolume\",\"type\":\"double\",\"doc\":\"Part of quoteVolume so far where the buyer was the taker\"}]}",
  MetricsClosed: "{\"type\":\"record\",\"name\":\"MetricsClosed\",\"namespace\":\"screener\",\"doc\":\"Everything computed for an instrument as of a closed minute. What can be derived (change, vwap, vcp, pivots) is derived on read. Topic metrics.closed, key: instrument, timestamp: openTime + 59 999 ms.\",\"fields\":[{\"name\":\"instrument\",\"type\":\"string\",\"doc\":\"exchange:market:symbol\"},{\"name\":\"openTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"First millisecond of the newest closed minute contained, UTC\"},{\"name\":\"price\",\"type\":\"double\",\"doc\":\"Close of that minute\"},{\"name\":\"windows\",\"doc\":\"Rolling windows of the last N closed minutes, only those that are full, ascending\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"Window\",\"doc\":\"One rolling window\",\"fields\":[{\"name\":\"minutes\",\"type\":\"int\",\"doc\":\"Length N\"},{\"name\":\"open\",\"type\":\"double\",\"doc\":\"Open of the oldest candle\"},{\"name\":\"oldestClose\",\"type\":\"double\",\"doc\":\"Close of the oldest candle (for CHANGE_BASIS=oldest-close)\"},{\"name\":\"high\",\"type\":\"double\",\"doc\":\"Highest high\"},{\"name\":\"low\",\"type\":\"double\",\"doc\":\"Lowest low\"},{\"name\":\"close\",\"type\":\"double\",\"doc\":\"Close of the newest candle\"},{\"name\":\"volume\",\"type\":\"double\",\"doc\":\"Sum of base volumes, correctly rounded\"},{\"name\":\"quoteVolume\",\"type\":\"double\",\"doc\":\"Sum of quote volumes, correctly rounded\"},{\"name\":\"trades\",\"type\":\"long\",\"doc\":\"Sum of trades\"},{\"name\":\"takerBuyQuoteVolume\",\"type\":\"double\",\"doc\":\"Sum of taker buy quote volumes, correctly rounded\"}]}}},{\"name\":\"indicators\",\"doc\":\"Indicators as of the last closed bar of each interval; an interval is listed once one of its values is warm\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"BarIndicators\",\"doc\":\"Indicators of one bar interval\",\"fields\":[{\"name\":\"interval\",\"type\":\"string\",\"doc\":\"Bar length, for example 1h\"},{\"name\":\"barOpenTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Open time of the last closed bar\"},{\"name\":\"rsi\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"RSI(14), Wilder; null while not warm\"}]}}}]}",
  MetricsLive: "{\"type\":\"record\",\"name\":\"MetricsLive\",\"namespace\":\"screener\",\"doc\":\"Price and windows including the candle in progress. Never final, never stored. Topic metrics.live, key: instrument, timestamp: eventTime.\",\"fields\":[{\"name\":\"instrument\",\"type\":\"string\",\"doc\":\"exchange:market:symbol\"},{\"name\":\"openTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"First millisecond of the minute in progress, UTC\"},{\"name\":\"eventTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"When the exchange sent the price\"},{\"name\":\"price\",\"type\":\"double\",\"doc\":\"Latest price\"},{\"name\":\"windows\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"Window\",\"doc\":\"One rolling window\",\"fields\":[{\"name\":\"minutes\",\"type\":\"int\",\"doc\":\"Length N\"},{\"name\":\"open\",\"type\":\"double\",\"doc\":\"Open of the oldest candle\"},{\"name\":\"oldestClose\",\"type\":\"double\",\"doc\":\"Close of the oldest candle (for CHANGE_BASIS=oldest-close)\"},{\"name\":\"high\",\"type\":\"double\",\"doc\":\"Highest high\"},{\"name\":\"low\",\"type\":\"double\",\"doc\":\"Lowest low\"},{\"name\":\"close\",\"type\":\"double\",\"doc\":\"Close of the newest candle\"},{\"name\":\"volume\",\"type\":\"double\",\"doc\":\"Sum of base volumes, correctly rounded\"},{\"name\":\"quoteVolume\",\"type\":\"double\",\"doc\":\"Sum of quote volumes, correctly rounded\"},{\"name\":\"trades\",\"type\":\"long\",\"doc\":\"Sum of trades\"},{\"name\":\"takerBuyQuoteVolume\",\"type\":\"double\",\"doc\":\"Sum of taker buy quote volumes, correctly rounded\"}]}},\"doc\":\"The last N - 1 closed minutes and the one in progress\"},{\"name\":\"final\",\"type\":\"boolean\",\"default\":false,\"doc\":\"Always false: the minute is not over\"}]}",
  MinuteClosed: "{\"type\":\"record\",\"name\":\"MinuteClosed\",\"namespace\":\"screener\",\"doc\":\"Marker: all candles of this minute that will come in time are in this partition. Topics klines.closed and metrics.closed, no key, written to every partition, timestamp: openTime + 59 999 ms.\",\"fields\":[{\"name\":\"openTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"First millisecond of the minute, UTC\"},{\"name\":\"missing\",\"type\":{\"type\":\"array\",\"items\":\"string\"},\"doc\":\"Instruments of this partition whose candle had not come when the wait ended\"}]}",
  RuleSaved: "{\"type\":\"record\",\"name\":\"RuleSaved\",\"namespace\":\"screener\",\"doc\":\"One version of a rule. Topic rules (compacted), key: rule/version, timestamp: when it was saved.\",\"fields\":[{\"name\":\"rule\",\"type\":\"string\",\"doc\":\"Id of the rule, for example big_bull_60m\"},{\"name\":\"version\",\"type\":\"int\",\"doc\":\"1 and up; the highest one counts\"},{\"name\":\"owner\",\"type\":\"string\",\"doc\":\"User id, or preset for those we ship\"},{\"name\":\"title\",\"type\":\"string\",\"doc\":\"Short name for people\"},{\"name\":\"text\",\"type\":\"string\",\"doc\":\"What it means, for people\"},{\"name\":\"condition\",\"type\":\"string\",\"doc\":\"CEL expression over the flat metric names\"},{\"name\":\"parameters\",\"type\":{\"type\":\"map\",\"values\":\"double\"},\"doc\":\"Named numbers of the condition\"},{\"name\":\"timeframe\",\"type\":\"string\",\"doc\":\"The window that an alert of this rule is about, for example 1h\"},{\"name\":\"cooldownMs\",\"type\":\"long\",\"doc\":\"Event time that must pass between two alerts of this rule on one instrument\"},{\"name\":\"enabled\",\"type\":\"boolean\",\"default\":true,\"doc\":\"False: kept, not evaluated\"}]}",
  SideOffsetsTaken: "{\"type\":\"record\",\"name\":\"SideOffsetsTaken\",\"namespace\":\"screener\",\"doc\":\"From this input offset on, the task uses its side inputs up to these offsets. Topics snapshots.<app>, key: group/partition/side/inputOffset, same partition as the task.\",\"fields\":[{\"name\":\"group\",\"type\":\"string\",\"doc\":\"Consumer group of the processor\"},{\"name\":\"partition\",\"type\":\"int\",\"doc\":\"Partition of the primary input\"},{\"name\":\"inputOffset\",\"type\":\"long\",\"doc\":\"First input record that sees these side offsets\"},{\"name\":\"openTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Minute that the record opened\"},{\"name\":\"sides\",\"type\":{\"type\":\"map\",\"values\":{\"type\":\"array\",\"items\":\"long\"}},\"doc\":\"Side topic to the next unread offset of each of its partitions\"}]}",
  SnapshotTaken: "{\"type\":\"record\",\"name\":\"SnapshotTaken\",\"namespace\":\"screener\",\"doc\":\"State of one key of one task, to start a replay from. Topics snapshots.<app> (compacted), key: group/partition/key, same partition as the task.\",\"fields\":[{\"name\":\"group\",\"type\":\"string\",\"doc\":\"Consumer group of the processor\"},{\"name\":\"partition\",\"type\":\"int\",\"doc\":\"Partition of the primary input\"},{\"name\":\"key\",\"type\":\"string\",\"doc\":\"Key of the state, for example an instrument\"},{\"name\":\"version\",\"type\":\"int\",\"doc\":\"Version of the state's own format\"},{\"name\":\"offset\",\"type\":\"long\",\"doc\":\"The state contains every input record below this offset\"},{\"name\":\"checksum\",\"type\":\"long\",\"doc\":\"CRC-32 of state\"},{\"name\":\"state\",\"type\":\"bytes\",\"doc\":\"As the task wrote it\"}]}",
};

