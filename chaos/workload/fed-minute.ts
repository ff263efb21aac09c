import type { NewRecord } from '@screener/log';

export interface FedMinute {
  /** Its entries, then its markers. */
  readonly records: readonly NewRecord[];
  /** Running numbers of its entries. */
  readonly numbers: readonly number[];
}
