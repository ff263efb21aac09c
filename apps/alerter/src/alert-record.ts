/** What the engine says, as records of the topic `alerts`. */
import { encodeEvent } from '@screener/events';
import type { NewRecord } from '@screener/log';
import type { EngineEvent } from '@screener/rules';

/** Timestamps are those of the minute: an alert at its end belongs to it. */
export function alertRecord(told: Exclude<EngineEvent, { type: 'RuleFailed' }>, partition: number): NewRecord {
  const record = (instrument: string, at: number, value: Buffer): NewRecord => {
    return { topic: 'alerts', partition, key: instrument, timestamp: at - 1, value };
  };
  switch (told.type) {
    case 'AlertTriggered':
      return record(told.event.instrument, told.event.triggeredAt, encodeEvent(told.type, told.event));
    case 'AlertAmended':
      return record(told.event.instrument, told.event.amendedAt, encodeEvent(told.type, told.event));
    case 'AlertRetracted':
      return record(told.event.instrument, told.event.retractedAt, encodeEvent(told.type, told.event));
    case 'AlertsSummarised':
      return record(told.event.instrument, told.event.summarisedAt, encodeEvent(told.type, told.event));
  }
}
