/**
 * GraphQL over WebSocket. graphql-ws keeps the protocol; the frames of subscriptions are written here, so that one payload
 * serves all sockets and a socket that does not drain costs one frame per subscription and is ended after a while.
 */
import { reasonOf } from '@screener/errors';
import type { Logger } from '@screener/service';
import { type ExecutionArgs, GraphQLError, getOperationAST } from 'graphql';
import { type Context, GRAPHQL_TRANSPORT_WS_PROTOCOL, makeServer, type Server } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { limits, times } from '../limits.ts';
import { Channel, type Subscriber } from './channel.ts';
import type { Operations } from './operations.ts';

export const graphqlProtocol = GRAPHQL_TRANSPORT_WS_PROTOCOL;

/** Why we end a socket, by close code; beside those of graphql-ws. */
export const closeCodes = { tooSlow: 4413, tooMany: 4429, failed: 4500 } as const;

interface Connection {
  readonly socket: WebSocket;
  send(frame: string): Promise<void>;
}

interface OperationContext {
  readonly connection: Connection;
  readonly id: string;
}

export class GraphQLSockets {
  readonly #operations: Operations;
  readonly #logger: Logger;
  readonly #protocol: Server<Connection>;

  constructor(operations: Operations, logger: Logger) {
    this.#operations = operations;
    this.#logger = logger;
    this.#protocol = makeServer<undefined, Connection>({
      connectionInitWaitTimeout: times.initWaitMs,
      onSubscribe: (context, _id, payload) => this.#prepare(context, payload),
      context: (context, id): OperationContext => ({ connection: context.extra, id }),
      execute: (args) => operations.run(args),
      subscribe: (args) => this.#subscribe(args),
      onError: (_context, _id, _payload, errors) =>
        (operations.format({ errors }).errors ?? []).map((error) => error.toJSON()),
    });
  }

  /** Takes over a socket that speaks our subprotocol. */
  accept(socket: WebSocket): void {
    const connection: Connection = { socket, send: (frame) => this.#send(socket, frame) };
    const closed = this.#protocol.opened(
      {
        protocol: socket.protocol,
        send: connection.send,
        close: (code, reason) => end(socket, code, reason),
        onMessage: (take) => {
          socket.on('message', (data) => {
            // What comes after we have said goodbye is not worth the work.
            if (socket.readyState !== socket.OPEN) return;
            take(String(data)).catch((cause: unknown) => {
              this.#logger.debug(`WebSocket message: ${reasonOf(cause)}`, { cause });
              end(socket, closeCodes.failed, 'the message could not be processed');
            });
          });
        },
      },
      connection,
    );
    socket.once('close', (code, reason) => {
      closed(code, String(reason)).catch((cause: unknown) => this.#logger.debug(reasonOf(cause), { cause }));
    });
  }

  #prepare(
    context: Context<undefined, Connection>,
    payload: Parameters<Operations['prepare']>[0],
  ): ExecutionArgs | readonly GraphQLError[] {
    if (Object.keys(context.subscriptions).length > limits.subscriptionsPerSocket) {
      end(context.extra.socket, closeCodes.tooMany, `at most ${limits.subscriptionsPerSocket} subscriptions`);
      return [new GraphQLError(`at most ${limits.subscriptionsPerSocket} subscriptions on one WebSocket`)];
    }
    const prepared = this.#operations.prepare(payload);
    if (!('document' in prepared)) return prepared;
    const operation = getOperationAST(prepared.document, prepared.operationName);
    if (!operation) return [new GraphQLError('operationName is missing or names no operation of the document')];
    if (operation.operation === 'subscription') {
      const channel = this.#operations.channel(prepared);
      if (!(channel instanceof Channel)) return channel;
    }
    return prepared;
  }

  #subscribe(args: ExecutionArgs): AsyncGenerator<never> | { readonly errors: readonly GraphQLError[] } {
    const { connection, id } = args.contextValue as OperationContext;
    const channel = this.#operations.channel(args);
    if (!(channel instanceof Channel)) return { errors: channel };
    const { socket } = connection;
    return pump(
      channel.join(() => end(socket, closeCodes.tooSlow, 'too slow: reconnect and ask for what you missed')),
      // graphql-ws would serialise the payload anew for every socket.
      (payload) => connection.send(`{"id":${JSON.stringify(id)},"type":"next","payload":${payload}}`),
    );
  }

  /** Resolves when the system has taken the frame. A socket that takes nothing for long is ended. */
  #send(socket: WebSocket, frame: string): Promise<void> {
    if (socket.readyState !== socket.OPEN) return Promise.resolve();
    if (socket.bufferedAmount > limits.socketBytesWaiting) {
      this.#logger.debug('a WebSocket client does not read what it asked for; ended');
      socket.terminate();
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const stalled = setTimeout(() => {
        this.#logger.debug(`a WebSocket client took no message for ${times.socketStalledMs} ms; ended`);
        socket.terminate();
      }, times.socketStalledMs);
      // A failed send means that the socket is closed or closing; its close event does the rest.
      socket.send(frame, () => {
        clearTimeout(stalled);
        resolve();
      });
    });
  }
}

/** Says why and closes; who does not even take that is ended. */
function end(socket: WebSocket, code?: number, reason?: string): void {
  if (socket.readyState !== socket.OPEN) return;
  socket.close(code, reason);
  const impatient = setTimeout(() => socket.terminate(), times.stopMs);
  socket.once('close', () => clearTimeout(impatient));
}

/** Sends what the subscriber gets, one frame at a time. As graphql-ws sees it: a stream that yields nothing until its end. */
function pump(subscriber: Subscriber, send: (payload: string) => Promise<void>): AsyncGenerator<never> {
  const run = async (): Promise<IteratorResult<never>> => {
    for (let payload = await subscriber.next(); payload !== undefined; payload = await subscriber.next()) {
      await send(payload);
    }
    return { done: true, value: undefined };
  };
  const end = async (): Promise<IteratorResult<never>> => {
    subscriber.leave();
    return { done: true, value: undefined };
  };
  return {
    next: run,
    return: end,
    throw: end,
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await end();
    },
  };
}
