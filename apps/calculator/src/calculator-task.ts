/** The calculator as a pure fold over one partition: candles in, metrics out. */
import {
  type BarsPrimed,
  decodeEvent,
  encodeEvent,
  type InstrumentMeasured,
  type KlineClosed,
  type KlineCorrected,
  type KlineGap,
  type KlineLive,
  type MinuteClosed,
} from '@screener/events';
import type { LogRecord, NewRecord, Task, TaskContext } from '@screener/log';
import {
  barsOfColumns,
  type ChangeBasis,
  InstrumentState,
  intervalMinutes,
  isIntervalName,
  MINUTE_MS,
  measureInstrument,
  openTimeProblem,
  windowsWith,
} from '@screener/market';
import { PartitionTime } from './partition-time.ts';

/**
 * Version of the bytes that `InstrumentState` writes, and of what they hold. 1: one indicator on one interval; nothing can be made
 * of it, because the others need what came before its candles: the state comes from the log. 3: every indicator, and what
 * corrections need. 4: the mean of the ATR on 5m bars.
 */
export const snapshotVersion = 4;

/** `customWindows`: lengths in minutes of the windows beside those that are always there. Snapshots do not depend on them. */
export function createCalculatorTask(
  partition: number,
  changeBasis: ChangeBasis = 'open',
  customWindows: readonly number[] = [],
): Task {
  const options = { windows: windowsWith(customWindows) };
  const states = new Map<string, InstrumentState>();
  /** Of the newest minute of each instrument: what the market-wide numbers need of it. Follows from the states, so a snapshot leaves it out. */
  const measured = new Map<string, { readonly openTime: number; readonly row: InstrumentMeasured }>();

  const time = new PartitionTime(partition);

  /** An instrument that is new has no windows yet, and all others of its partition may be silent. */
  const refuseLeap = (what: string, { newestOpenTime }: InstrumentState, openTime: number): void => {
    const problem = newestOpenTime === undefined ? undefined : time.leapProblem(openTime);
    if (problem !== undefined) throw new RangeError(`${what}: ${problem}`);
  };

  const stateOf = (instrument: string): InstrumentState => {
    let state = states.get(instrument);
    if (state === undefined) {
      state = new InstrumentState(options);
      states.set(instrument, state);
    }
    return state;
  };

  /** Bars fetched to warm indicators up. They stand among the candles: a replay meets them where the run did. */
  const barsPrimed = ({ instrument, interval, ...columns }: BarsPrimed): void => {
    if (!isIntervalName(interval)) throw new RangeError(`bars of '${interval}', which is no interval`);
    // No indicator runs on longer ones.
    if (intervalMinutes[interval] > intervalMinutes['1d']) return;
    const bars = barsOfColumns(columns);
    const state = stateOf(instrument);
    const result = state.newestOpenTime === undefined ? state.prime(interval, bars) : state.primeLater(interval, bars);
    if (result.outcome === 'refused') throw new RangeError(`bars of ${instrument}/${interval}: ${result.text}`);
  };

  const candleClosed = (candle: KlineClosed, record: LogRecord, context: TaskContext): void => {
    const { instrument } = candle;
    const state = stateOf(instrument);
    // After an absence longer than the log reaches, a partition begins anew with what REST tells.
    if (candle.source !== 'rest') refuseLeap(`candle of ${instrument}`, state, candle.openTime);
    const result = state.add(candle);
    if (result.outcome === 'refused') {
      if (result.reason === 'impossible') throw new RangeError(`candle of ${instrument}: ${result.text}`);
      // A repeat, or older than the newest minute. The metrics of its minute stand already.
      return;
    }
    const { openTime, price, windows, indicators, statistics } = result;
    time.reached(openTime);
    measured.set(instrument, { openTime, row: measureInstrument(instrument, result, changeBasis) });
    const value = encodeEvent('MetricsClosed', { instrument, openTime, price, windows, indicators, statistics });
    context.emit({ topic: 'metrics.closed', partition, key: instrument, timestamp: record.timestamp, value });
  };

  const minuteLost = ({ instrument, openTime }: KlineGap): void => {
    const state = stateOf(instrument);
    refuseLeap(`gap of ${instrument}`, state, openTime);
    const result = state.addGap(openTime);
    if (result.outcome === 'gap') time.reached(openTime);
    else if (result.reason === 'impossible') throw new RangeError(`gap of ${instrument}: ${result.text}`);
  };

  /** What the exchange says anew of a minute of the last day changes every minute since; older ones change only tables. */
  const candleCorrected = (candle: KlineCorrected, context: TaskContext): void => {
    const { instrument } = candle;
    const result = states.get(instrument)?.correct(candle);
    if (result === undefined) return;
    if (result.outcome === 'refused') {
      if (result.reason === 'impossible') throw new RangeError(`correction of ${instrument}: ${result.text}`);
      return;
    }
    measured.delete(instrument);
    for (const { openTime, price, windows, indicators, statistics } of result.revised) {
      const event = { instrument, openTime, price, revised: true, windows, indicators, statistics };
      const value = encodeEvent('MetricsClosed', event);
      context.emit({ topic: 'metrics.closed', partition, key: instrument, timestamp: openTime + MINUTE_MS - 1, value });
    }
  };

  const minuteClosed = ({ openTime, missing }: MinuteClosed, record: LogRecord, context: TaskContext): void => {
    // How far ahead it is proves nothing: after an absence the first marker may be days after the last one.
    const problem = openTimeProblem(openTime);
    if (problem !== undefined) throw new RangeError(`marker of partition ${partition}: ${problem}`);
    const { timestamp, value: marker } = record;
    // Handed on as it is: downstream, time passes by the same markers.
    context.emit({ topic: 'metrics.closed', partition, key: null, timestamp, value: marker });
    const instruments: InstrumentMeasured[] = [];
    for (const [instrument, state] of states) {
      const row = rowOf(instrument, state, openTime);
      if (row !== undefined) instruments.push(row);
    }
    instruments.sort((one, other) => (one.instrument < other.instrument ? -1 : 1));
    const value = encodeEvent('PartitionMeasured', { openTime, partition, missing, instruments });
    context.emit({ topic: 'market.parts', partition: 0, key: String(partition), timestamp, value });
  };

  /**
   * Of a marker's minute. After an absence the candles of all minutes come before their markers, and after a restart nothing is
   * at hand: then the state itself has to tell. undefined where the minute is a gap.
   */
  const rowOf = (instrument: string, state: InstrumentState, openTime: number): InstrumentMeasured | undefined => {
    const known = measured.get(instrument);
    if (known?.openTime === openTime) {
      state.forgetPast();
      return known.row;
    }
    const numbers = state.numbersAt(openTime);
    return numbers && measureInstrument(instrument, numbers, changeBasis);
  };

  const liveCandle = (candle: KlineLive, emit: (output: NewRecord) => void): void => {
    if (time.leapProblem(candle.openTime) !== undefined) return;
    const live = states.get(candle.instrument)?.preview(candle);
    if (live === undefined) return;
    const { instrument, eventTime } = candle;
    const value = encodeEvent('MetricsLive', { instrument, eventTime, ...live, final: false });
    emit({ topic: 'metrics.live', partition, key: instrument, timestamp: eventTime, value });
  };

  return {
    apply(record, context) {
      if (record.value === null) return;
      const decoded = decodeEvent(record.value);
      refuseOtherKey(record, decoded.event);
      switch (decoded.type) {
        case 'KlineClosed':
          candleClosed(decoded.event, record, context);
          break;
        case 'BarsPrimed':
          barsPrimed(decoded.event);
          break;
        case 'KlineGap':
          minuteLost(decoded.event);
          break;
        case 'KlineCorrected':
          candleCorrected(decoded.event, context);
          break;
        case 'MinuteClosed':
          minuteClosed(decoded.event, record, context);
          break;
      }
    },
    applyLive(record, emit) {
      if (record.value === null) return;
      const decoded = decodeEvent(record.value);
      if (decoded.type === 'KlineLive') liveCandle(decoded.event, emit);
    },
    keys: () => states.keys(),
    snapshot(key) {
      const state = states.get(key);
      if (state === undefined) throw new RangeError(`no state of ${key}`);
      return state.toBytes();
    },
    restore(key, bytes) {
      const state = InstrumentState.fromBytes(bytes, options);
      states.set(key, state);
      measured.delete(key);
      if (state.newestOpenTime !== undefined) time.reached(state.newestOpenTime);
    },
  };
}

/** A replay tells by the key of a record whether a snapshot contains it. */
function refuseOtherKey({ key }: LogRecord, event: object): void {
  if (!('instrument' in event) || event.instrument === key) return;
  throw new RangeError(`an event of ${event.instrument} under the key ${key}: expected its instrument as the key`);
}
