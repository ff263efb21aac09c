import { hash } from 'node:crypto';

export interface AlertIdentity {
  readonly instrument: string;
  readonly rule: string;
  readonly version: number;
  /** Open time of the closed minute that made it fire. */
  readonly openTime: number;
  /** Which crossing within the minute, from 0; closed candles have one. */
  readonly ordinal?: number;
}

/** First digit of the second half of a UUID: two bits say which kind it is. */
const VARIANTS = '89ab';

/** The same alert always has the same id: a UUID (version 8) from the SHA-256 of what identifies it. */
export function alertId({ instrument, rule, version, openTime, ordinal = 0 }: AlertIdentity): string {
  // JSON keeps the parts apart whatever characters they hold.
  const hex = hash('sha256', JSON.stringify([instrument, rule, version, openTime, ordinal]), 'hex');
  const variant = VARIANTS[Number.parseInt(hex[16] as string, 16) & 3];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
