/**
 * Requests with bytes of our own. The client picks the version, carries them, and finds the answer; what is in them it need
 * not know. For the two requests that bring records, where its way of making an object of everything is what costs.
 */
import type { Connection, ResponseParser, Writer } from '@platformatic/kafka';

interface Own {
  /** The body of the request. */
  write?(version: number): Writer;
  /** The body of the answer. */
  readonly read?: ResponseParser<unknown>;
}

/** A connection for one call of the client's function for that request. */
export function carrying(connection: Connection, { write, read }: Own): Connection {
  const carrier: Pick<Connection, 'send'> = {
    send: (key, version, payload, parser, ...rest) =>
      connection.send(
        key,
        version,
        write === undefined ? payload : () => write(version),
        (read as typeof parser | undefined) ?? parser,
        ...rest,
      ),
  };
  return carrier as Connection;
}
