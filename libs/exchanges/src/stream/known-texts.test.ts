import { describe, expect, it } from 'vitest';
import { isSymbolText } from '../fields.ts';
import { KnownTexts } from './known-texts.ts';

const at = (texts: KnownTexts, bytes: Buffer): string | undefined => {
  const framed = Buffer.concat([Buffer.from('"'), bytes, Buffer.from('"')]);
  return texts.at(framed, 1, framed.length - 1);
};

describe('the text of some bytes', () => {
  it('is what they mean, the first time and again, also where many fall on the same place', () => {
    const texts = new KnownTexts(isSymbolText);
    const symbols = Array.from({ length: 10_000 }, (_, index) => `${index.toString(36)}USDT`);
    const all = [...symbols, '币安人生USDT', 'A', 'X'.repeat(31), 'X'.repeat(32), 'X'.repeat(100)];
    for (let round = 0; round < 2; round++) {
      for (const text of all) for (let again = 0; again < 2; again++) expect(at(texts, Buffer.from(text))).toBe(text);
    }
  });

  it('is none where it is not sound, or no UTF-8', () => {
    const texts = new KnownTexts(isSymbolText);
    for (const text of ['', 'A:B', 'X'.repeat(101)]) expect(at(texts, Buffer.from(text))).toBeUndefined();
    for (const bytes of [[0xff], [0x41, 0xc3], [0x41, 0x80, 0x42]]) {
      for (let again = 0; again < 2; again++) expect(at(texts, Buffer.from(bytes))).toBeUndefined();
    }
  });
});
