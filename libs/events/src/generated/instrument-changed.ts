// Generated from schemas/ by `npm run generate`. Do not edit.

import type { ByteReader } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';

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
  /** Market capitalisation of the base asset in US dollars, where known; told anew when it changed clearly */
  readonly marketCap?: null | number | undefined;
}

/** InstrumentStatus */
export type InstrumentStatus = 'listed' | 'trading' | 'halted' | 'delisted';

export function writeInstrumentChanged(to: ByteWriter, event: InstrumentChanged): void {
  to.string(event.instrument);
  to.string(event.exchange);
  to.string(event.market);
  to.string(event.symbol);
  to.string(event.base);
  to.string(event.quote);
  writeInstrumentStatus(to, event.status);
  to.optionalDouble(event.tickSize === undefined ? null : event.tickSize);
  to.optionalDouble(event.stepSize === undefined ? null : event.stepSize);
  writeInstrumentChangedListedAt(to, event.listedAt === undefined ? null : event.listedAt);
  to.boolean(event.simulated === undefined ? false : event.simulated);
  to.optionalDouble(event.marketCap === undefined ? null : event.marketCap);
}

export function readInstrumentChanged(from: ByteReader): InstrumentChanged {
  return {
    instrument: from.string(),
    exchange: from.string(),
    market: from.string(),
    symbol: from.string(),
    base: from.string(),
    quote: from.string(),
    status: readInstrumentStatus(from),
    tickSize: from.optionalDouble(),
    stepSize: from.optionalDouble(),
    listedAt: readInstrumentChangedListedAt(from),
    simulated: from.boolean(),
    marketCap: from.optionalDouble(),
  };
}

function writeInstrumentChangedListedAt(to: ByteWriter, value: null | number): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  to.long(value);
}

function readInstrumentChangedListedAt(from: ByteReader): null | number {
  return from.index(2) === 0 ? null : from.long();
}

const symbolsOfInstrumentStatus: readonly InstrumentStatus[] = ['listed', 'trading', 'halted', 'delisted'];
const indicesOfInstrumentStatus: ReadonlyMap<string, number> = new Map([['listed', 0], ['trading', 1], ['halted', 2], ['delisted', 3]]);
export const writeInstrumentStatus = (to: ByteWriter, symbol: InstrumentStatus): void => to.symbol(indicesOfInstrumentStatus.get(symbol), symbol);
export const readInstrumentStatus = (from: ByteReader): InstrumentStatus => symbolsOfInstrumentStatus[from.index(4)] as InstrumentStatus;

/** The Avro schema of InstrumentChanged, standing alone. */
export const instrumentChangedText =
  "{\"type\":\"record\",\"name\":\"InstrumentChanged\",\"namespace\":\"screener\",\"doc\":\"What is known of an instrument since now. Topic instruments (compacted), key: instrument, timestamp: when it was learned.\",\"fields\":[{\"name\":\"instrument\",\"type\":\"string\",\"doc\":\"exchange:market:symbol\"},{\"name\":\"exchange\",\"type\":\"string\",\"doc\":\"For example binance\"},{\"name\":\"market\",\"type\":\"string\",\"doc\":\"For example usdm or spot\"},{\"name\":\"symbol\",\"type\":\"string\",\"doc\":\"As the exchange writes it\"},{\"name\":\"base\",\"type\":\"string\",\"doc\":\"Base asset\"},{\"name\":\"quote\",\"type\":\"string\",\"doc\":\"Quote asset\"},{\"name\":\"status\",\"type\":{\"type\":\"enum\",\"name\":\"InstrumentStatus\",\"symbols\":[\"listed\",\"trading\",\"halted\",\"delisted\"]},\"doc\":\"Where it stands\"},{\"name\":\"tickSize\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Smallest price step, where known\"},{\"name\":\"stepSize\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Smallest amount step, where known\"},{\"name\":\"listedAt\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}],\"default\":null,\"doc\":\"When trading began, where known\"},{\"name\":\"simulated\",\"type\":\"boolean\",\"default\":false,\"doc\":\"True when the exchange is our simulator\"},{\"name\":\"marketCap\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Market capitalisation of the base asset in US dollars, where known; told anew when it changed clearly\"}]}";

