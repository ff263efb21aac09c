/** Asks a broker for metadata over a bare socket, so that starting one needs no client library. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const METADATA = 3;
const ANSWER_TIMEOUT_MS = 2_000;
const POLL_MS = 50;

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

export interface AwaitedBroker {
  readonly port: number;
  /** How many brokers it has to know of. */
  readonly brokers: number;
  readonly deadlineMs: number;
  /** Why there is nothing to wait for any more. */
  readonly ended: () => string | undefined;
}

/** Resolves when the broker answers a metadata request with itself in it: from then on it takes records. */
export async function waitUntilReady({ port, brokers, deadlineMs, ended }: AwaitedBroker): Promise<void> {
  const until = Date.now() + deadlineMs;
  for (;;) {
    if ((await brokersKnown(port)) >= brokers) return;
    const reason = ended();
    if (reason !== undefined) throw new Error(`the broker ended before it was ready: ${reason}`);
    if (Date.now() > until) throw new Error(`the broker did not answer on port ${port} within ${deadlineMs / 1_000} s`);
    await new Promise((next) => setTimeout(next, POLL_MS));
  }
}

/** 0 where it does not answer. */
function brokersKnown(port: number): Promise<number> {
  return new Promise((answer) => {
    const socket = connect({ host: '127.0.0.1', port });
    let received = Buffer.alloc(0);
    const finish = (known: number) => {
      socket.destroy();
      answer(known);
    };
    socket.setTimeout(ANSWER_TIMEOUT_MS, () => finish(0));
    socket.on('error', () => finish(0));
    socket.on('close', () => answer(0));
    socket.on('connect', () => socket.write(metadataRequest()));
    socket.on('data', (bytes) => {
      received = Buffer.concat([received, bytes]);
      // size, correlation id, then the number of brokers
      if (received.length >= 12) finish(received.readInt32BE(8));
    });
  });
}

/** Metadata version 1 of no topics: the only thing asked is which brokers there are. */
function metadataRequest(): Buffer {
  const request = Buffer.alloc(18);
  request.writeInt32BE(14, 0);
  request.writeInt16BE(METADATA, 4);
  request.writeInt16BE(1, 6);
  request.writeInt32BE(1, 8);
  request.writeInt16BE(-1, 12);
  request.writeInt32BE(0, 14);
  return request;
}
