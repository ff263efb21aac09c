/** What a frame of a stream turned out to be. */
import type { z } from 'zod';
import type { ExchangeProblem, KlineUpdate, PriceUpdate } from '../exchange.ts';
import { isSymbolText } from '../fields.ts';

export type FrameReading =
  | { readonly updates: readonly KlineUpdate[] }
  | { readonly prices: readonly PriceUpdate[] }
  | { readonly problem: ExchangeProblem }
  /** The exchange wants to hear this. */
  | { readonly reply: string }
  /** The reply to a request of ours, or a sign of life. */
  | 'answer'
  /** Sound, but not of this market. */
  | 'foreign'
  /** The exchange will end this connection soon. */
  | 'shutdown';

/** Reads the frames of one connection, in their order. */
export type FrameReader = (text: string) => FrameReading;

export const sampleLength = 300;
/** Whatever stands in the frame, nobody reads or keeps more of it than that. */
const problemTextLength = 300;
export const problemText = (text: string): string =>
  text.length <= problemTextLength ? text : `${text.slice(0, problemTextLength - 1)}…`;

/** `symbol`: whom the frame is about, if it can be a symbol at all. */
export const refuse = (reason: ExchangeProblem['reason'], text: string, frame: string, symbol?: unknown) => ({
  problem: {
    reason,
    text: problemText(text),
    sample: frame.slice(0, sampleLength),
    ...(isSymbolText(symbol) && { symbol }),
    ...(reason !== 'connection' && { frame }),
  },
});

/** `value`: what `error` is about. Numbers that nobody can have meant are told from other shapes. */
export function refuseShape(error: z.ZodError, value: unknown, frame: string, symbol?: unknown) {
  const [issue] = error.issues;
  const place = issue?.path.join('.');
  if (isAbsurdNumber(valueAt(value, issue?.path ?? []), issue?.code)) {
    return refuse('absurd-numbers', `a frame has an absurd number: ${place}`, frame, symbol);
  }
  return refuse('unknown-shape', `a frame has another shape: ${place}: ${issue?.message}`, frame, symbol);
}

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (found, key) => (typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined),
    value,
  );

const numberInForm = /^[+-]?(nan|inf(inity)?|\d*\.?\d+(e[+-]?\d+)?)$/i;

/** A number in form, but no price, amount, count or time: negative, endless, beyond all measure. */
const isAbsurdNumber = (found: unknown, code: string | undefined): boolean =>
  typeof found === 'number'
    ? !(found >= 0 && found < Infinity)
    : typeof found === 'string' && code === 'invalid_format' && numberInForm.test(found);

/** A frame that is not JSON is `undefined`: no JSON text means that. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
