/** A cluster without brokers: a test says what each address answers, and reads who was asked what. */
import type { Address, BrokerConnection, GroupMember, KafkaClient, Metadata, RequestName } from './client.ts';
import { RequestFailed } from './client.ts';

/** Answers, or throws what the broker refuses with. */
export type Script = (name: RequestName, question: unknown) => unknown;

export class ScriptedClient implements KafkaClient {
  readonly name = 'platformatic';
  /** By port; an address that is not there cannot be connected. */
  readonly brokers = new Map<number, Script>();
  /** Port and request, in order, without those that every new connection asks first. */
  readonly asked: string[] = [];

  async connect({ port }: Address): Promise<BrokerConnection> {
    this.#scriptOf(port);
    const closed = Promise.withResolvers<void>();
    return {
      send: async (name, question) => {
        if (!(name === 'Metadata' && isGreeting(question))) this.asked.push(`${port} ${name}`);
        try {
          return this.#scriptOf(port)(name, question) as never;
        } catch (cause) {
          if (cause instanceof RequestFailed && cause.code === undefined) closed.resolve();
          throw cause;
        }
      },
      onClose: (call) => void closed.promise.then(call),
      destroy: () => closed.resolve(),
    };
  }

  #scriptOf(port: number): Script {
    const script = this.brokers.get(port);
    if (script === undefined) throw new RequestFailed(undefined, `connect ECONNREFUSED port ${port}`);
    return script;
  }

  member(): GroupMember {
    throw new Error('nobody joins here');
  }

  async close(): Promise<void> {}
}

const isGreeting = (question: unknown): boolean =>
  Array.isArray((question as { topics: unknown }).topics) && (question as { topics: unknown[] }).topics.length === 0;

/** Brokers by node id and port. */
export const metadataOf = (brokers: Readonly<Record<number, number>>, controllerId: number): Metadata => ({
  clusterId: 'scripted',
  controllerId,
  brokers: Object.entries(brokers).map(([nodeId, port]) => ({ nodeId: Number(nodeId), host: 'scripted', port })),
  topics: [],
});
