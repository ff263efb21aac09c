// Generated from schemas/ by `npm run generate`. Do not edit.

import type { ByteReader } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';

/** How far one stretch of an instrument's history has been fetched. Written in one transaction with the candles it speaks of. Topic backfills (compacted), key: instrument/from, in the partition of the instrument; timestamp: next - 1 ms. */
export interface BackfillAdvanced {
  /** exchange:market:symbol */
  readonly instrument: string;
  /** First millisecond of the stretch, UTC */
  readonly from: number;
  /** First millisecond after what was asked for last */
  readonly to: number;
  /** Every minute from the beginning of the stretch up to here is in klines.history, but those before the first candle there ever was */
  readonly next: number;
  /** Last price before next, which fills minutes that the exchange does not have; null before the first candle */
  readonly close?: null | number | undefined;
  /** Candles of this stretch that the exchange has */
  readonly candles: number;
  /** Flat candles of this stretch for minutes that it does not have */
  readonly synthetic: number;
}

export function writeBackfillAdvanced(to: ByteWriter, event: BackfillAdvanced): void {
  to.string(event.instrument);
  to.long(event.from);
  to.long(event.to);
  to.long(event.next);
  to.optionalDouble(event.close === undefined ? null : event.close);
  to.long(event.candles);
  to.long(event.synthetic);
}

export function readBackfillAdvanced(from: ByteReader): BackfillAdvanced {
  return {
    instrument: from.string(),
    from: from.long(),
    to: from.long(),
    next: from.long(),
    close: from.optionalDouble(),
    candles: from.long(),
    synthetic: from.long(),
  };
}

/** The Avro schema of BackfillAdvanced, standing alone. */
export const backfillAdvancedText =
  "{\"type\":\"record\",\"name\":\"BackfillAdvanced\",\"namespace\":\"screener\",\"doc\":\"How far one stretch of an instrument's history has been fetched. Written in one transaction with the candles it speaks of. Topic backfills (compacted), key: instrument/from, in the partition of the instrument; timestamp: next - 1 ms.\",\"fields\":[{\"name\":\"instrument\",\"type\":\"string\",\"doc\":\"exchange:market:symbol\"},{\"name\":\"from\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"First millisecond of the stretch, UTC\"},{\"name\":\"to\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"First millisecond after what was asked for last\"},{\"name\":\"next\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Every minute from the beginning of the stretch up to here is in klines.history, but those before the first candle there ever was\"},{\"name\":\"close\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Last price before next, which fills minutes that the exchange does not have; null before the first candle\"},{\"name\":\"candles\",\"type\":\"long\",\"doc\":\"Candles of this stretch that the exchange has\"},{\"name\":\"synthetic\",\"type\":\"long\",\"doc\":\"Flat candles of this stretch for minutes that it does not have\"}]}";

