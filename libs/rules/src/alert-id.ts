import { createHash } from 'node:crypto';

export interface AlertIdentity {
  readonly instrument: string;
  readonly rule: string;
  readonly version: number;
  /** Open time of the closed minute that made it fire. */
  readonly openTime: number;
  /** Which crossing within the minute, from 0; closed candles have one. */
  readonly ordinal?: number;
}

/** The same alert always has the same id: a UUID (version 8) from the SHA-256 of what identifies it. */
export function alertId({ instrument, rule, version, openTime, ordinal = 0 }: AlertIdentity): string {
  // JSON keeps the parts apart whatever characters they hold.
  const bytes = createHash('sha256')
    .update(JSON.stringify([instrument, rule, version, openTime, ordinal]))
    .digest();
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex', 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
