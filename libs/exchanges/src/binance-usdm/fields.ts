/** Fields as Binance writes them. */
import { z } from 'zod';

/** A price or an amount: digits, never a sign or an exponent. */
export const decimalText = z.string().regex(/^\d{1,30}(\.\d{1,30})?$/);
export const time = z.int().nonnegative();
