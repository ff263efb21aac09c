import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { realTimers } from '../timers.ts';
import { StreamSocket } from './stream-socket.ts';
import { UsualFrames } from './usual-frames.ts';

interface Frame {
  readonly first: number;
  readonly masked: boolean;
  readonly content: string;
}

const whole = 0x81;

function bytesOf({ first, masked, content }: Frame): Buffer {
  const body = Buffer.from(content);
  const { length } = body;
  const mask = masked ? 0x80 : 0;
  let head: Buffer;
  if (length < 126) head = Buffer.from([first, mask | length]);
  else if (length < 65_536) head = Buffer.from([first, mask | 126, length >> 8, length & 0xff]);
  else {
    head = Buffer.alloc(10);
    head.set([first, mask | 127]);
    head.writeUInt32BE(length, 6);
  }
  return Buffer.concat([head, masked ? Buffer.alloc(4) : Buffer.alloc(0), body]);
}

/** Whole frames at the beginning of these bytes, as a library would see them. */
function* framesOf(bytes: Buffer): Generator<{ readonly content: string; readonly end: number }> {
  for (let at = 0; at + 2 <= bytes.length; ) {
    const short = (bytes[at + 1] ?? 0) & 0x7f;
    const head = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (at + head > bytes.length) return;
    const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : bytes.readUInt32BE(at + 6);
    const begin = at + head + (((bytes[at + 1] ?? 0) & 0x80) === 0 ? 0 : 4);
    if (begin + length > bytes.length) return;
    at = begin + length;
    yield { content: bytes.toString('utf8', begin, at), end: at };
  }
}

/** Everything that was said, in its order, whoever took it. */
class Hearing {
  readonly contents: string[] = [];
  usual = 0;
  #passed: Buffer = Buffer.alloc(0);
  readonly frames = new UsualFrames({
    usual: (bytes, begin, end) => {
      const content = bytes.toString('utf8', begin, end);
      if (!content.startsWith('usual')) return false;
      expect(this.#passed, 'a frame that was begun is ended first').toHaveLength(0);
      this.contents.push(content);
      this.usual++;
      return true;
    },
    pass: (bytes) => {
      expect(bytes.length).toBeGreaterThan(0);
      this.#passed = Buffer.concat([this.#passed, bytes]);
      let read = 0;
      for (const { content, end } of framesOf(this.#passed)) {
        this.contents.push(content);
        read = end;
      }
      this.#passed = this.#passed.subarray(read);
    },
  });
}

const frame = fc.record({
  first: fc.constantFrom(whole, whole, whole, whole, 0x01, 0x80, 0x00, 0x82, 0x89, 0x8a, 0xc1),
  masked: fc.constantFrom(false, false, false, true),
  content: fc
    .tuple(fc.constantFrom('usual', 'other'), fc.constantFrom(0, 1, 100, 120, 121, 122, 300, 66_000))
    .map(([word, more]) => word + 'x'.repeat(more)),
});

describe('frames in their usual form', () => {
  it('are taken from where they lie, and nothing is lost, doubled or overtaken, however the bytes come', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 12 }), fc.array(fc.nat(400), { maxLength: 60 }), (said, cuts) => {
        const hearing = new Hearing();
        const bytes = Buffer.concat(said.map(bytesOf));
        let at = 0;
        for (const length of [...cuts, bytes.length]) {
          hearing.frames.take(bytes.subarray(at, at + length));
          at = Math.min(bytes.length, at + length);
        }
        expect(hearing.contents).toEqual(said.map(({ content }) => content));
      }),
    );
  });

  it('are all taken where they are whole', () => {
    const said = Array.from({ length: 50 }, (_, index) => ({ first: whole, masked: false, content: `usual ${index}` }));
    const hearing = new Hearing();
    hearing.frames.take(Buffer.concat(said.map(bytesOf)));
    expect(hearing.usual).toBe(50);
  });

  it('are left to the library between the parts of a message, masked, compressed, or of another kind', () => {
    const content = 'usual';
    const said = [0x01, whole, 0x80, 0x82, 0xc1, 0x89].map((first) => ({ first, masked: false, content }));
    const hearing = new Hearing();
    hearing.frames.take(Buffer.concat([...said, { first: whole, masked: true, content }].map(bytesOf)));
    expect(hearing.contents).toHaveLength(7);
    expect(hearing.usual).toBe(0);
  });

  it('are not heard after the goodbye of the other side', () => {
    const hearing = new Hearing();
    const goodbye = { first: 0x88, masked: false, content: '' };
    const more = { first: whole, masked: false, content: 'usual' };
    hearing.frames.take(Buffer.concat([goodbye, more].map(bytesOf)));
    hearing.frames.take(bytesOf(more));
    expect(hearing.contents).toEqual(['']);
  });
});

describe('a connection', () => {
  const closes: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closes.splice(0).reverse()) await close();
  });

  /** Connects to who says this after its greeting; what was heard, and why it ended. */
  async function heardOf(speak: (client: WebSocket, connection: Duplex) => void) {
    const server = createServer();
    const sockets = new WebSocketServer({ noServer: true });
    server.on('upgrade', (request, connection) => {
      sockets.handleUpgrade(request, connection, Buffer.alloc(0), (client) => speak(client, connection));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closes.push(() => new Promise((resolve) => server.close(() => resolve())));
    const heard: string[] = [];
    const ended = await new Promise<string>((resolve) => {
      const socket = new StreamSocket({
        url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
        ping: undefined,
        messageRate: { count: 5, windowMs: 1_000 },
        now: Date.now,
        timers: realTimers,
        opened: () => {},
        usual: (bytes, begin, end) => {
          const text = bytes.toString('latin1', begin, end);
          // The library gives the content alone.
          if (text.startsWith('usual')) heard.push(begin > 0 ? text : `${text} of the library`);
          return text.startsWith('usual');
        },
        frame: (data) => heard.push(data.toString()),
        ended: resolve,
      });
      closes.push(async () => socket.terminate());
    });
    return { heard, ended };
  }

  it('gives usual frames before the library cuts them out, all others by way of it', async () => {
    const { heard, ended } = await heardOf((client) => {
      for (const text of ['usual 1', 'other 2', 'usual 3']) client.send(text);
      client.close(1_000, 'enough');
    });
    expect(heard).toEqual(['usual 1', 'other 2', 'usual 3']);
    expect(ended).toBe('enough');
  });

  it('ends where the other side breaks the protocol', async () => {
    const usual = bytesOf({ first: whole, masked: false, content: 'usual' });
    const { heard, ended } = await heardOf((_, connection) => {
      connection.write(Buffer.concat([usual, Buffer.from([whole, 1, 0xff]), usual]));
    });
    expect(ended).toContain('invalid UTF-8');
    expect(heard).toContain('usual');
  });
});
