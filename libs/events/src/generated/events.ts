// Generated from schemas/ by `npm run generate`. Do not edit.

import type { ByteReader } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';
import { alertAmendedText, readAlertAmended, type AlertAmended, writeAlertAmended } from './alert-amended.ts';
import { alertRetractedText, readAlertRetracted, type AlertRetracted, writeAlertRetracted } from './alert-retracted.ts';
import { alertTriggeredText, readAlertTriggered, type AlertTriggered, writeAlertTriggered } from './alert-triggered.ts';
import { alertsSummarisedText, readAlertsSummarised, type AlertsSummarised, writeAlertsSummarised } from './alerts-summarised.ts';
import { backfillAdvancedText, readBackfillAdvanced, type BackfillAdvanced, writeBackfillAdvanced } from './backfill-advanced.ts';
import { barsPrimedText, readBarsPrimed, type BarsPrimed, writeBarsPrimed } from './bars-primed.ts';
import { deadLetterText, readDeadLetter, type DeadLetter, writeDeadLetter } from './dead-letter.ts';
import { heartbeatText, readHeartbeat, type Heartbeat, writeHeartbeat } from './heartbeat.ts';
import { instrumentChangedText, readInstrumentChanged, type InstrumentChanged, writeInstrumentChanged } from './instrument-changed.ts';
import { klineClosedText, readKlineClosed, type KlineClosed, writeKlineClosed } from './kline-closed.ts';
import { klineCorrectedText, readKlineCorrected, type KlineCorrected, writeKlineCorrected } from './kline-corrected.ts';
import { klineGapText, readKlineGap, type KlineGap, writeKlineGap } from './kline-gap.ts';
import { klineLiveText, readKlineLive, type KlineLive, writeKlineLive } from './kline-live.ts';
import { marketClosedText, readMarketClosed, type MarketClosed, writeMarketClosed } from './market-closed.ts';
import { metricsClosedText, readMetricsClosed, type MetricsClosed, writeMetricsClosed } from './metrics-closed.ts';
import { metricsLiveText, readMetricsLive, type MetricsLive, writeMetricsLive } from './metrics-live.ts';
import { metricsSampledText, readMetricsSampled, type MetricsSampled, writeMetricsSampled } from './metrics-sampled.ts';
import { minuteClosedText, readMinuteClosed, type MinuteClosed, writeMinuteClosed } from './minute-closed.ts';
import { minuteOverdueText, readMinuteOverdue, type MinuteOverdue, writeMinuteOverdue } from './minute-overdue.ts';
import { partitionMeasuredText, readPartitionMeasured, type PartitionMeasured, writePartitionMeasured } from './partition-measured.ts';
import { recordSkippedText, readRecordSkipped, type RecordSkipped, writeRecordSkipped } from './record-skipped.ts';
import { replayFloorRaisedText, readReplayFloorRaised, type ReplayFloorRaised, writeReplayFloorRaised } from './replay-floor-raised.ts';
import { ruleSavedText, readRuleSaved, type RuleSaved, writeRuleSaved } from './rule-saved.ts';
import { sideOffsetsTakenText, readSideOffsetsTaken, type SideOffsetsTaken, writeSideOffsetsTaken } from './side-offsets-taken.ts';
import { snapshotTakenText, readSnapshotTaken, type SnapshotTaken, writeSnapshotTaken } from './snapshot-taken.ts';
import { watchlistSavedText, readWatchlistSaved, type WatchlistSaved, writeWatchlistSaved } from './watchlist-saved.ts';

export type { AlertAmended, AlertChange } from './alert-amended.ts';
export type { AlertRetracted } from './alert-retracted.ts';
export type { AlertTerm, AlertTriggered } from './alert-triggered.ts';
export type { AlertsSummarised, SummarisedAlert } from './alerts-summarised.ts';
export type { BackfillAdvanced } from './backfill-advanced.ts';
export type { BarsPrimed } from './bars-primed.ts';
export type { DeadLetter } from './dead-letter.ts';
export type { AppStatus, Heartbeat } from './heartbeat.ts';
export type { InstrumentChanged, InstrumentStatus } from './instrument-changed.ts';
export type { KlineClosed, KlineSource } from './kline-closed.ts';
export type { CorrectionSource, KlineCorrected, KlineValues } from './kline-corrected.ts';
export type { KlineGap } from './kline-gap.ts';
export type { KlineLive } from './kline-live.ts';
export type { InstrumentRank, MarketClosed, MarketLeader } from './market-closed.ts';
export type { BarIndicators, MetricsClosed, Statistics, Window } from './metrics-closed.ts';
export type { MetricsLive } from './metrics-live.ts';
export type { MetricsSampled } from './metrics-sampled.ts';
export type { MinuteClosed } from './minute-closed.ts';
export type { MinuteOverdue } from './minute-overdue.ts';
export type { InstrumentMeasured, PartitionMeasured } from './partition-measured.ts';
export type { RecordSkipped } from './record-skipped.ts';
export type { ReplayFloorRaised } from './replay-floor-raised.ts';
export type { CrossingDirection, ParameterRange, PriceLevel, RuleSaved, RuleSchedule, RuleUniverse, Severity, TriggerFrequency, TriggerMode } from './rule-saved.ts';
export type { SideOffsetsTaken } from './side-offsets-taken.ts';
export type { SnapshotTaken } from './snapshot-taken.ts';
export type { WatchlistSaved } from './watchlist-saved.ts';

/** Every event type by its name. */
export interface EventTypes {
  AlertAmended: AlertAmended;
  AlertRetracted: AlertRetracted;
  AlertTriggered: AlertTriggered;
  AlertsSummarised: AlertsSummarised;
  BackfillAdvanced: BackfillAdvanced;
  BarsPrimed: BarsPrimed;
  DeadLetter: DeadLetter;
  Heartbeat: Heartbeat;
  InstrumentChanged: InstrumentChanged;
  KlineClosed: KlineClosed;
  KlineCorrected: KlineCorrected;
  KlineGap: KlineGap;
  KlineLive: KlineLive;
  MarketClosed: MarketClosed;
  MetricsClosed: MetricsClosed;
  MetricsLive: MetricsLive;
  MetricsSampled: MetricsSampled;
  MinuteClosed: MinuteClosed;
  MinuteOverdue: MinuteOverdue;
  PartitionMeasured: PartitionMeasured;
  RecordSkipped: RecordSkipped;
  ReplayFloorRaised: ReplayFloorRaised;
  RuleSaved: RuleSaved;
  SideOffsetsTaken: SideOffsetsTaken;
  SnapshotTaken: SnapshotTaken;
  WatchlistSaved: WatchlistSaved;
}

/** Ids from here on are those of schemas/ids.json; those below are a registry's. */
export const firstOwnSchemaId = 1000000001;

/** The id that stands for a schema in the wire format, where no registry gives one. */
export const schemaIds: Readonly<Record<keyof EventTypes, number>> = {
  AlertAmended: 1000000022,
  AlertRetracted: 1000000023,
  AlertTriggered: 1000000009,
  AlertsSummarised: 1000000024,
  BackfillAdvanced: 1000000016,
  BarsPrimed: 1000000017,
  DeadLetter: 1000000013,
  Heartbeat: 1000000010,
  InstrumentChanged: 1000000007,
  KlineClosed: 1000000001,
  KlineCorrected: 1000000018,
  KlineGap: 1000000002,
  KlineLive: 1000000004,
  MarketClosed: 1000000019,
  MetricsClosed: 1000000005,
  MetricsLive: 1000000006,
  MetricsSampled: 1000000025,
  MinuteClosed: 1000000003,
  MinuteOverdue: 1000000020,
  PartitionMeasured: 1000000021,
  RecordSkipped: 1000000014,
  ReplayFloorRaised: 1000000015,
  RuleSaved: 1000000008,
  SideOffsetsTaken: 1000000012,
  SnapshotTaken: 1000000011,
  WatchlistSaved: 1000000026,
};

/** The Avro schema of each event type, standing alone. */
export const schemaTexts: Readonly<Record<keyof EventTypes, string>> = {
  AlertAmended: alertAmendedText,
  AlertRetracted: alertRetractedText,
  AlertTriggered: alertTriggeredText,
  AlertsSummarised: alertsSummarisedText,
  BackfillAdvanced: backfillAdvancedText,
  BarsPrimed: barsPrimedText,
  DeadLetter: deadLetterText,
  Heartbeat: heartbeatText,
  InstrumentChanged: instrumentChangedText,
  KlineClosed: klineClosedText,
  KlineCorrected: klineCorrectedText,
  KlineGap: klineGapText,
  KlineLive: klineLiveText,
  MarketClosed: marketClosedText,
  MetricsClosed: metricsClosedText,
  MetricsLive: metricsLiveText,
  MetricsSampled: metricsSampledText,
  MinuteClosed: minuteClosedText,
  MinuteOverdue: minuteOverdueText,
  PartitionMeasured: partitionMeasuredText,
  RecordSkipped: recordSkippedText,
  ReplayFloorRaised: replayFloorRaisedText,
  RuleSaved: ruleSavedText,
  SideOffsetsTaken: sideOffsetsTakenText,
  SnapshotTaken: snapshotTakenText,
  WatchlistSaved: watchlistSavedText,
};

/** Writes and reads the body of each event. */
export const bodyCodecs: {
  readonly [N in keyof EventTypes]: {
    readonly write: (to: ByteWriter, event: EventTypes[N]) => void;
    readonly read: (from: ByteReader) => EventTypes[N];
  };
} = {
  AlertAmended: { write: writeAlertAmended, read: readAlertAmended },
  AlertRetracted: { write: writeAlertRetracted, read: readAlertRetracted },
  AlertTriggered: { write: writeAlertTriggered, read: readAlertTriggered },
  AlertsSummarised: { write: writeAlertsSummarised, read: readAlertsSummarised },
  BackfillAdvanced: { write: writeBackfillAdvanced, read: readBackfillAdvanced },
  BarsPrimed: { write: writeBarsPrimed, read: readBarsPrimed },
  DeadLetter: { write: writeDeadLetter, read: readDeadLetter },
  Heartbeat: { write: writeHeartbeat, read: readHeartbeat },
  InstrumentChanged: { write: writeInstrumentChanged, read: readInstrumentChanged },
  KlineClosed: { write: writeKlineClosed, read: readKlineClosed },
  KlineCorrected: { write: writeKlineCorrected, read: readKlineCorrected },
  KlineGap: { write: writeKlineGap, read: readKlineGap },
  KlineLive: { write: writeKlineLive, read: readKlineLive },
  MarketClosed: { write: writeMarketClosed, read: readMarketClosed },
  MetricsClosed: { write: writeMetricsClosed, read: readMetricsClosed },
  MetricsLive: { write: writeMetricsLive, read: readMetricsLive },
  MetricsSampled: { write: writeMetricsSampled, read: readMetricsSampled },
  MinuteClosed: { write: writeMinuteClosed, read: readMinuteClosed },
  MinuteOverdue: { write: writeMinuteOverdue, read: readMinuteOverdue },
  PartitionMeasured: { write: writePartitionMeasured, read: readPartitionMeasured },
  RecordSkipped: { write: writeRecordSkipped, read: readRecordSkipped },
  ReplayFloorRaised: { write: writeReplayFloorRaised, read: readReplayFloorRaised },
  RuleSaved: { write: writeRuleSaved, read: readRuleSaved },
  SideOffsetsTaken: { write: writeSideOffsetsTaken, read: readSideOffsetsTaken },
  SnapshotTaken: { write: writeSnapshotTaken, read: readSnapshotTaken },
  WatchlistSaved: { write: writeWatchlistSaved, read: readWatchlistSaved },
};

/** Released versions other than the ones above, which old logs hold. */
export const olderSchemas: readonly { readonly id: number; readonly name: keyof EventTypes; readonly text: string }[] = [];

