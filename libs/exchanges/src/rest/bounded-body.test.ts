import { describe, expect, it } from 'vitest';
import { BodyTooLong, boundedBody } from './bounded-body.ts';

/** In pieces that break characters apart. */
const inPieces = (text: string): Response => {
  const bytes = new TextEncoder().encode(text);
  const pieces = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  return new Response(pieces);
};

describe('the body of an answer', () => {
  it('is read whole, in any script', async () => {
    expect(await boundedBody(inPieces('{"symbol":"币安人生USDT"}'))).toBe('{"symbol":"币安人生USDT"}');
    expect(await boundedBody(new Response(null))).toBe('');
  });

  it('has an end', async () => {
    expect(await boundedBody(inPieces('12345'), 5)).toBe('12345');
    await expect(boundedBody(inPieces('123456'), 5)).rejects.toBeInstanceOf(BodyTooLong);
  });
});
