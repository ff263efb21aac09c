// Generated from schemas/ by `npm run generate`. Do not edit.

import type { ByteReader } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';

/** A user's list of symbols under a name, whole; rules of that owner refer to it by the name. Topic watchlists (compacted), key: owner/name, timestamp: when it was saved. A tombstone removes it. */
export interface WatchlistSaved {
  /** User id */
  readonly owner: string;
  /** Name of the list, for example majors */
  readonly name: string;
  /** BTCUSDT (on every exchange and market) or binance:usdm:BTCUSDT */
  readonly symbols: readonly string[];
}

export function writeWatchlistSaved(to: ByteWriter, event: WatchlistSaved): void {
  to.string(event.owner);
  to.string(event.name);
  writeWatchlistSavedSymbols(to, event.symbols);
}

export function readWatchlistSaved(from: ByteReader): WatchlistSaved {
  return {
    owner: from.string(),
    name: from.string(),
    symbols: readWatchlistSavedSymbols(from),
  };
}

function writeWatchlistSavedSymbols(to: ByteWriter, items: readonly string[]): void {
  to.count(items.length);
  for (const item of items) to.string(item);
  if (items.length > 0) to.end();
}

function readWatchlistSavedSymbols(from: ByteReader): readonly string[] {
  const items: string[] = [];
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) items.push(from.string());
  }
  return items;
}

/** The Avro schema of WatchlistSaved, standing alone. */
export const watchlistSavedText =
  "{\"type\":\"record\",\"name\":\"WatchlistSaved\",\"namespace\":\"screener\",\"doc\":\"A user's list of symbols under a name, whole; rules of that owner refer to it by the name. Topic watchlists (compacted), key: owner/name, timestamp: when it was saved. A tombstone removes it.\",\"fields\":[{\"name\":\"owner\",\"type\":\"string\",\"doc\":\"User id\"},{\"name\":\"name\",\"type\":\"string\",\"doc\":\"Name of the list, for example majors\"},{\"name\":\"symbols\",\"type\":{\"type\":\"array\",\"items\":\"string\"},\"doc\":\"BTCUSDT (on every exchange and market) or binance:usdm:BTCUSDT\"}]}";

