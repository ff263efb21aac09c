/** What a frame of a stream turned out to be. */
import type { z } from 'zod';
import type { ExchangeProblem, KlineUpdate } from '../exchange.ts';

export type FrameReading =
  | { readonly updates: readonly KlineUpdate[] }
  | { readonly problem: ExchangeProblem }
  /** The exchange wants to hear this. */
  | { readonly reply: string }
  /** The reply to a request of ours, or a sign of life. */
  | 'answer';

/** Reads the frames of one connection, in their order. */
export type FrameReader = (text: string) => FrameReading;

export const sampleLength = 300;

export const refuse = (reason: ExchangeProblem['reason'], text: string, frame: string) => ({
  problem: { reason, text, sample: frame.slice(0, sampleLength) },
});

export function refuseShape(error: z.ZodError, frame: string) {
  const [issue] = error.issues;
  return refuse('unknown-shape', `a frame has another shape: ${issue?.path.join('.')}: ${issue?.message}`, frame);
}

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
