/** Fields as exchanges write them. */
import { z } from 'zod';

/** A price or an amount: digits, never a sign or an exponent. */
export const decimalText = z.string().regex(/^\d{1,30}(\.\d{1,30})?$/);
export const time = z.int().nonnegative();
/** A time in ms, written as text. */
export const timeDigits = /^\d{1,15}$/;
export const timeText = z.string().regex(timeDigits).transform(Number);
const symbolLengthMax = 100;
/** In any script, but a colon would end it where it stands in the name of an instrument. */
const symbolForm = /^[^:]+$/;
export const symbolText = z.string().max(symbolLengthMax).regex(symbolForm);
export const isSymbolText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= symbolLengthMax && symbolForm.test(value);
/** What is bought or what it is paid with. */
export const assetText = z.string().max(symbolLengthMax);

export const optionalNumber = (text: string | undefined): number | null =>
  text === undefined || text === '' ? null : Number(text);
