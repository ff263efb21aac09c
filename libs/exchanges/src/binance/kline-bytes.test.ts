import { describe, expect, it } from 'vitest';
import { mutations } from '../testing/mutations.ts';
import { capture, present } from '../testing/real-payloads.ts';
import { usualUpdate } from './kline-bytes.ts';
import { readKlineFrame } from './kline-frame.ts';

const readBytes = (bytes: Buffer) => usualUpdate(bytes, 0, bytes.length);
const updateOf = (text: string) => readBytes(Buffer.from(text));

const open = Date.UTC(2026, 6, 26, 6, 48);
const prices = { o: '64346.70', c: '64350.10', h: '64351.00', l: '64340.20' };
const volumes = { v: '0.0502', n: 11, x: true, q: '3230.204340', V: '0.0402', Q: '2586.740000', B: '0' };
const k = { t: open, T: open + 59_999, s: 'BTCUSDT', i: '1m', f: 100, L: -1, ...prices, ...volumes };
const frame = { stream: 'btcusdt@kline_1m', data: { e: 'kline', E: open + 60_071, s: 'BTCUSDT', st: 1, k } };
/** As the exchange writes it since 2026. */
const text = JSON.stringify(frame).replace(/(?<="k":\{.*),/g, ', ');

/** What is taken must be what parsing makes of it; what is not taken is parsed anyway. */
function compared(texts: Iterable<string>) {
  const outcomes = { taken: 0, left: 0 };
  for (const one of texts) {
    const update = updateOf(one);
    if (update !== undefined) expect(readKlineFrame(one), one).toEqual({ updates: [update] });
    outcomes[update === undefined ? 'left' : 'taken']++;
  }
  return outcomes;
}

/** A text with every character left out, doubled, and replaced by those that mean something. */
function* damaged(sound: string): Generator<string> {
  for (let at = 0; at < sound.length; at++) {
    const [before, after] = [sound.slice(0, at), sound.slice(at + 1)];
    yield before;
    yield before + after;
    yield before + sound[at] + sound.slice(at);
    for (const other of '"\\{}[]:,. -+0159eEkstTxnB\n\t\u0000币') yield before + other + after;
  }
}

describe('a kline frame read from its bytes', () => {
  it('is what parsing makes of it, with and without spaces', () => {
    for (const one of [text, JSON.stringify(frame)]) {
      expect(readKlineFrame(one)).toEqual({ updates: [updateOf(one)] });
    }
    expect(updateOf(text)).toMatchObject({
      symbol: 'BTCUSDT',
      closed: true,
      candle: { close: 64350.1, trades: 11 },
    });
  });

  it('may be of a symbol in any script, its fields in any order, and have further ones', () => {
    const { data, stream } = frame;
    const turned = Object.fromEntries(Object.entries({ ...k, s: '币安人生USDT', ap: '1', nq: 7 }).reverse());
    const other = JSON.stringify({ stream, data: { ...data, s: '币安人生USDT', ps: 'x', k: turned } });
    expect(updateOf(other)).toMatchObject({ symbol: '币安人生USDT', candle: { high: 64351 } });
    expect(readKlineFrame(other)).toEqual({ updates: [updateOf(other)] });
  });

  it('is never another than parsing makes of it, whatever its values are', () => {
    const outcomes = compared([...mutations(frame)].map((one) => JSON.stringify(one)));
    expect(outcomes.taken).toBeGreaterThan(50);
    expect(outcomes.left).toBeGreaterThan(500);
  });

  it('is never another than parsing makes of it, wherever its text is damaged', () => {
    const outcomes = compared([...damaged(text), `${text} `, `${text}}`, ` ${text}`]);
    expect(outcomes.taken).toBeGreaterThan(100);
    expect(outcomes.left).toBeGreaterThan(5_000);
  });

  it('is never another than parsing makes of it, whatever bytes it has that are no text', () => {
    const sound = Buffer.from(text);
    let taken = 0;
    for (let at = 0; at < sound.length; at++) {
      for (const byte of [0x00, 0x1f, 0x7f, 0x80, 0xc3, 0xff]) {
        const damagedHere = Buffer.from(sound).fill(byte, at, at + 1);
        const update = readBytes(damagedHere);
        if (update === undefined) continue;
        expect(readKlineFrame(damagedHere.toString()), `${byte} at ${at}`).toEqual({ updates: [update] });
        taken++;
      }
    }
    expect(taken).toBeGreaterThan(10);
  });

  it('with a field twice is left to parsing, or is the same', () => {
    const twice = Object.entries(k).map(([name, value]) => {
      const again = [`"${name}":"2"`, `"${name}":${JSON.stringify(value)}`];
      return again.flatMap((field) => [text.replace('"k":{', `"k":{${field},`), text.replace('}}}', `,${field}}}}`)]);
    });
    const outside = ['"s":"ETHUSDT"', '"st":2', '"e":"trade"', '"E":7'].flatMap((field) => [
      text.replace('"data":{', `"data":{${field},`),
      text.replace('}}}', `},${field}}}`),
    ]);
    expect(compared([...twice.flat(), ...outside]).taken).toBeGreaterThan(10);
  });
});

describe.skipIf(!present)('real kline frames', () => {
  it.each(['cryptofeed_BINANCE_FUTURES.ws.1.0', 'cryptofeed_BINANCE.ws.1.0'])(
    'of %s are read from their bytes',
    (name) => {
      const lines = capture(name).filter((line) => line.includes('@kline_1m","data"'));
      const outcomes = compared(lines.map((line) => line.slice(line.indexOf('{'))));
      expect(outcomes.taken).toBeGreaterThan(0);
      expect(outcomes.left).toBe(0);
    },
  );
});
