/** The generated codecs against avsc, byte for byte and value for value. */
import avsc from 'avsc';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AnyEvent, decodeAs, decodeEvent, type EventName, encodeEvent, eventNameOf } from './codec.ts';
import { type EventTypes, schemaIds, schemaTexts } from './generated/events.ts';
import { arbitraryOf } from './testing/arbitrary-event.ts';
import { UndecodableEvent } from './undecodable-event.ts';

const names = Object.keys(schemaTexts) as EventName[];
const headed = (id: number, body: Buffer): Buffer => {
  const head = Buffer.alloc(5);
  head.writeInt32BE(id, 1);
  return Buffer.concat([head, body]);
};
const thrownBy = (act: () => unknown): unknown => {
  try {
    act();
  } catch (thrown) {
    return thrown;
  }
  return undefined;
};
/** avsc makes instances of classes; what counts is their fields. */
const plain = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(plain)
    : value instanceof Uint8Array || typeof value !== 'object' || value === null
      ? value
      : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));

describe.each(names)('%s', (name) => {
  const avro = avsc.Type.forSchema(JSON.parse(schemaTexts[name]));
  const events = arbitraryOf(schemaTexts[name]) as fc.Arbitrary<EventTypes[typeof name]>;

  test('is written as avsc writes it and read as avsc reads it', () => {
    fc.assert(
      fc.property(events, (event) => {
        const theirs = headed(schemaIds[name], avro.toBuffer(event));
        const ours = encodeEvent(name, event);
        expect(ours.equals(theirs)).toBe(true);
        const expected = { type: name, event: plain(avro.fromBuffer(ours.subarray(5))) };
        const decoded = decodeEvent(ours);
        expect(decoded).toEqual(expected);
        // The same bytes in a place of their own, without a Buffer around them.
        expect(decodeEvent(new Uint8Array(ours))).toEqual(decoded);
        expect(eventNameOf(ours)).toBe(name);
      }),
      { numRuns: 150 },
    );
  });

  test('cut short, it is undecodable', () => {
    fc.assert(
      fc.property(events, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (event, part) => {
        const whole = encodeEvent(name, event);
        const cut = whole.subarray(0, Math.floor(whole.length * part));
        expect(thrownBy(() => decodeEvent(cut))).toBeInstanceOf(UndecodableEvent);
      }),
      { numRuns: 50 },
    );
  });

  test('with bits flipped, it is undecodable or an event that can be written again', () => {
    fc.assert(
      fc.property(events, fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), (event, places) => {
        const bytes = encodeEvent(name, event);
        if (bytes.length === 5) return;
        for (const place of places) {
          const at = 5 + (place % (bytes.length - 5));
          bytes[at] = (bytes[at] as number) ^ (1 << (place % 8));
        }
        let decoded: AnyEvent;
        try {
          decoded = decodeEvent(bytes);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(UndecodableEvent);
          return;
        }
        const again = encodeEvent(name, decoded.event as EventTypes[typeof name]);
        expect(decodeEvent(again)).toEqual(decoded);
      }),
      { numRuns: 150 },
    );
  });
});

test('bytes that begin well and go on at random cost what they weigh', () => {
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.uint8Array({ maxLength: 400 }), (name, noise) => {
      const thrown = thrownBy(() => decodeEvent(headed(schemaIds[name], Buffer.from(noise))));
      if (thrown !== undefined) expect(thrown).toBeInstanceOf(UndecodableEvent);
    }),
    { numRuns: 5_000 },
  );
});

const maximal = Buffer.from('feffffffffffffff7f', 'hex');
test.each([
  ['a count beyond the bytes', 'MinuteClosed', Buffer.concat([Buffer.from([0]), maximal])],
  ['a negative count beyond the bytes', 'MinuteClosed', Buffer.from('00ffffffff0f10', 'hex')],
  ['a text beyond the bytes', 'KlineGap', Buffer.from('feffffff0f6162', 'hex')],
  ['a text of negative length', 'KlineGap', Buffer.from('0161', 'hex')],
  ['a number of eleven bytes', 'MinuteClosed', Buffer.from('ffffffffffffffffffff0100', 'hex')],
  ['a number beyond 2^53', 'MinuteClosed', Buffer.concat([maximal, Buffer.from([0])])],
  ['a text that is not UTF-8', 'KlineGap', Buffer.from('02ff0000', 'hex')],
  ['bytes left over', 'MinuteClosed', Buffer.from('000000', 'hex')],
] as const)('%s is undecodable', (_what, name, body) => {
  expect(thrownBy(() => decodeEvent(headed(schemaIds[name], body)))).toBeInstanceOf(UndecodableEvent);
});

test('blocks with their length in bytes, as other writers make them, are read', () => {
  // -2 items in 4 bytes, then 1 item without a length.
  const body = Buffer.from('0003080261026202026300', 'hex');
  expect(decodeAs('MinuteClosed', headed(schemaIds.MinuteClosed, body)).missing).toEqual(['a', 'b', 'c']);
});

test('whole numbers are exact to 2^53 - 1 on both sides', () => {
  for (const openTime of [Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, -(2 ** 52) - 1, 2 ** 52 + 1]) {
    const bytes = encodeEvent('MinuteClosed', { openTime, missing: [] });
    expect(decodeAs('MinuteClosed', bytes).openTime).toBe(openTime);
    // The definition of zigzag, in numbers that have no limit.
    let rest = BigInt(openTime) >= 0n ? BigInt(openTime) << 1n : (-BigInt(openTime) << 1n) - 1n;
    const digits: number[] = [];
    for (; rest > 127n; rest >>= 7n) digits.push(Number(rest & 127n) | 128);
    expect([...bytes.subarray(5, -1)]).toEqual([...digits, Number(rest)]);
  }
});

test('a map may have any key', () => {
  const numbers = JSON.parse('{"__proto__": 1, "constructor": 2, "": 3}') as Record<string, number>;
  const heartbeat = {
    app: 'a',
    instance: 'b',
    version: 'c',
    startedAt: 1,
    at: 2,
    status: 'running',
    text: '',
    numbers,
  } as const;
  const decoded = decodeAs('Heartbeat', encodeEvent('Heartbeat', heartbeat));
  expect(Object.entries(decoded.numbers)).toEqual(Object.entries(numbers));
  expect(Object.getPrototypeOf(decoded.numbers)).toBe(Object.prototype);
});

test('an event larger than the buffers is written and read', () => {
  const missing = Array.from({ length: 200_000 }, (_, index) => `binance:usdm:COIN${index}USDT`);
  expect(decodeAs('MinuteClosed', encodeEvent('MinuteClosed', { openTime: 1, missing })).missing).toEqual(missing);
});

test('what was decoded does not change when the bytes do', () => {
  const state = Buffer.from('state of a task');
  const bytes = Buffer.from(
    encodeEvent('SnapshotTaken', { group: 'g', partition: 1, key: 'k', version: 1, offset: 2, checksum: 3, state }),
  );
  const decoded = decodeAs('SnapshotTaken', bytes);
  bytes.fill(0);
  encodeEvent('MinuteClosed', { openTime: 1, missing: ['x'.repeat(500)] });
  decodeEvent(encodeEvent('MinuteClosed', { openTime: 1, missing: ['x'.repeat(500)] }));
  expect(Buffer.from(decoded.state).equals(state)).toBe(true);
});

test.each([
  ['a number where a text should be', { instrument: 1 }, /KlineGap\.instrument: found 1, expected string/],
  ['a fraction where a whole number should be', { openTime: 1.5 }, /KlineGap\.openTime: found 1\.5, expected long/],
  ['nothing where a number should be', { openTime: undefined }, /KlineGap\.openTime: found undefined, expected long/],
])('%s is refused by name', (_what, wrong, message) => {
  const event = { instrument: 'a:b:C', openTime: 0, reason: '', ...wrong } as unknown as EventTypes['KlineGap'];
  expect(() => encodeEvent('KlineGap', event)).toThrow(message);
});

test('an enum has its symbols and no other', () => {
  const event = { source: 'guess' } as unknown as EventTypes['KlineClosed'];
  const whole = { instrument: '', openTime: 0, open: 0, high: 0, low: 0, close: 0, volume: 0, quoteVolume: 0 };
  const rest = { trades: 0, takerBuyVolume: 0, takerBuyQuoteVolume: 0 };
  expect(() => encodeEvent('KlineClosed', { ...whole, ...rest, ...event })).toThrow(
    /KlineClosed\.source: found 'guess'/,
  );
});

test.each([
  [Buffer.from([0, 0]), /2 bytes are too few/],
  [Buffer.from('hello world'), /it starts with byte 104, expected magic byte 0/],
  [headed(7, Buffer.alloc(3)), /schema id 7 is one of a schema registry/],
  [headed(2_000_000_000, Buffer.alloc(3)), /schema id 2000000000 is unknown to schemas\/ids.json; a newer version/],
])('%j is no event', (bytes, message) => {
  expect(() => decodeEvent(bytes)).toThrow(message);
  expect(eventNameOf(bytes)).toBeUndefined();
});

test('an event of another type is not taken', () => {
  expect(() => decodeAs('KlineClosed', encodeEvent('MinuteClosed', { openTime: 1, missing: [] }))).toThrow(
    'expected a KlineClosed, got a MinuteClosed',
  );
});

test('events written one after the other do not touch each other', () => {
  const texts = Array.from({ length: 3_000 }, (_, index) => 'ä'.repeat(index % 97) + index);
  const written = texts.map((reason) => encodeEvent('KlineGap', { instrument: reason, openTime: 1, reason }));
  // An event that cannot be written in the middle of others leaves nothing behind.
  expect(() => encodeEvent('KlineGap', { instrument: 'x', openTime: 0.5, reason: '' })).toThrow(TypeError);
  expect(written.map((bytes) => decodeAs('KlineGap', bytes).reason)).toEqual(texts);
});
