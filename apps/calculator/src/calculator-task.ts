/** The calculator as a pure fold over one partition: candles in, metrics out. */
import { decodeEvent, encodeEvent, type KlineClosed, type KlineLive } from '@screener/events';
import type { LogRecord, NewRecord, Task, TaskContext } from '@screener/log';
import { InstrumentState } from '@screener/market';

/**
 * Version of the bytes that `InstrumentState` writes, and of what they hold. 1: one indicator on one interval; nothing can be made
 * of it, because the others need what came before its candles: the state comes from the log. 2: every indicator.
 */
export const snapshotVersion = 2;

export function createCalculatorTask(partition: number): Task {
  const states = new Map<string, InstrumentState>();

  const stateOf = (instrument: string): InstrumentState => {
    let state = states.get(instrument);
    if (state === undefined) {
      state = new InstrumentState();
      states.set(instrument, state);
    }
    return state;
  };

  const candleClosed = (candle: KlineClosed, record: LogRecord, context: TaskContext): void => {
    const result = stateOf(candle.instrument).add(candle);
    // Refused: a repeat, or older than the newest minute. The metrics of its minute stand already.
    if (result.outcome === 'refused') return;
    const { instrument } = candle;
    const { openTime, price, windows, indicators } = result;
    const value = encodeEvent('MetricsClosed', { instrument, openTime, price, windows, indicators });
    context.emit({ topic: 'metrics.closed', partition, key: instrument, timestamp: record.timestamp, value });
  };

  const liveCandle = (candle: KlineLive, emit: (output: NewRecord) => void): void => {
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
      switch (decoded.type) {
        case 'KlineClosed':
          candleClosed(decoded.event, record, context);
          break;
        case 'KlineGap':
          stateOf(decoded.event.instrument).addGap(decoded.event.openTime);
          break;
        case 'KlineCorrected':
          // Windows keep what they were closed with; metrics are not revised yet.
          break;
        case 'MinuteClosed':
          // Handed on as it is: downstream, time passes by the same markers.
          context.emit({
            topic: 'metrics.closed',
            partition,
            key: null,
            timestamp: record.timestamp,
            value: record.value,
          });
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
      states.set(key, InstrumentState.fromBytes(bytes));
    },
  };
}
