/** Subscribes over the WebSocket as clients do, and collects what they are told. */
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { eventually } from './gateway-fixture.ts';

export interface Followed<T> {
  readonly values: readonly T[];
  readonly errors: readonly unknown[];
  stop(): void;
  /** The value of that number, as soon as it is there. */
  at(index: number): Promise<T>;
}

export function graphqlFollower(address: () => string) {
  const clients: Client[] = [];
  const connect = (): Client => {
    const url = address().replace('http', 'ws').concat('/graphql');
    const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 });
    clients.push(client);
    return client;
  };
  return {
    connect,
    follow<T>(query: string, variables: Record<string, unknown> = {}, client = connect()): Followed<T> {
      const values: T[] = [];
      const errors: unknown[] = [];
      const stop = client.subscribe<Record<string, T>>(
        { query, variables },
        {
          next: ({ data, errors: failed }) => {
            if (failed) errors.push(failed);
            else if (data) values.push(Object.values(data)[0] as T);
          },
          error: (error) => errors.push(error),
          complete: () => {},
        },
      );
      const at = (index: number) => eventually(() => (values.length > index ? (values[index] as T) : undefined));
      return { values, errors, stop, at };
    },
    async dispose(): Promise<void> {
      for (const client of clients.splice(0)) await client.dispose();
    },
  };
}
