/**
 * One member of a consumer group, for assignment and heartbeats only: fetching is done by readers, offsets are committed
 * by transactors. Classic protocol with the cooperative-sticky assignor: whoever keeps a partition works on undisturbed.
 *
 * A partition that moves is given up in two steps: the group first takes it from its owner, who settles it and joins
 * again, and only then does the group give it to somebody else. So the new owner usually finds it settled. Not where the
 * owner takes longer than REVOCATION_MS_MAX or is believed dead: then both work on it for a moment, and the transactional
 * id decides.
 */
import { Consumer, consumerHeartbeatChannel } from '@platformatic/kafka';
import type { ScreenerError } from '@screener/errors';
import type { AssignmentListener } from '../../engine.ts';
import type { Notify } from '../../notify.ts';
import {
  type Committer,
  type GroupMember,
  HEARTBEAT_INTERVAL_MS,
  LEAVE_TIMEOUT_MS,
  type MemberOptions,
  REBALANCE_TIMEOUT_MS,
  REVOCATION_MS_MAX,
  SESSION_TIMEOUT_MS,
} from '../client.ts';
import { type Cluster, UNREACHABLE_MS_MAX } from '../cluster.ts';
import { groupRefusal, isInstanceTaken } from '../group-refusal.ts';
import { describeError, isUnavailable } from '../kafka-errors.ts';
import { toRequestFailed } from './platformatic-errors.ts';

const JOIN_RETRY_DELAY_MS = 250;
/** As patient as everything else: of three brokers a coordinator that died is replaced after ten seconds at the earliest. */
const JOIN_RETRIES = UNREACHABLE_MS_MAX / JOIN_RETRY_DELAY_MS;
const ASSIGNOR = { name: 'cooperative-sticky', version: 3 };

export class PlatformaticMember implements GroupMember {
  readonly #options: MemberOptions;
  readonly #listener: AssignmentListener;
  readonly #notify: Notify;
  readonly #consumer: Consumer;
  readonly #onLeave: () => void;
  /** What the listener was told it has. */
  readonly #owned = new Set<number>();
  /** Changes are told one after the other. */
  #telling: Promise<void> = Promise.resolve();
  #leaving: Promise<void> | undefined;
  #cluster: Cluster | undefined;
  /** Another process has our name: we must not join again. */
  #taken: ScreenerError | undefined;

  constructor(options: MemberOptions) {
    this.#options = options;
    this.#listener = options.listener;
    this.#notify = options.notify;
    this.#onLeave = options.onLeave;
    this.#consumer = new Consumer({
      groupId: options.group,
      clientId: options.clientId,
      bootstrapBrokers: [...options.bootstrapBrokers],
      ...(options.instanceId !== undefined && { groupInstanceId: options.instanceId }),
      sessionTimeout: SESSION_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_INTERVAL_MS,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      protocols: [ASSIGNOR],
      protocolsMetadata: () => this.#beforeJoining(),
      retries: JOIN_RETRIES,
      retryDelay: JOIN_RETRY_DELAY_MS,
      autocommit: false,
    });
    this.#consumer.on('consumer:group:join', () => this.#tell());
    this.#consumer.on('consumer:heartbeat:error', ({ error }) => {
      this.#notify(`group ${options.group} got no heartbeat through: ${describeError(toRequestFailed(error))}`, error);
    });
    if (options.instanceId !== undefined) consumerHeartbeatChannel.error.subscribe(this.#onHeartbeatError);
    // Emitted when joining anew has failed for good: no heartbeat is sent any more.
    this.#consumer.on(
      'error' as 'consumer:group:rejoin',
      ((cause: unknown) => {
        const failure = toRequestFailed(cause);
        const told = isUnavailable(failure) ? this.#cluster?.unreachable(failure) : undefined;
        if (!this.#leaving && !this.#taken) this.#listener.failed(told ?? failure);
      }) as () => void,
    );
  }

  /** The client itself joins again when its name was taken, and tells nobody why: only this channel hears of it. */
  readonly #onHeartbeatError = (message: unknown): void => {
    const { client, error } = message as { readonly client?: unknown; readonly error?: unknown };
    if (client !== this.#consumer || !this.#cluster || !isInstanceTaken(toRequestFailed(error))) return;
    this.#taken = groupRefusal(this.#cluster, this.#options, toRequestFailed(error));
    this.#listener.failed(this.#taken);
  };

  async join(cluster: Cluster): Promise<void> {
    this.#cluster = cluster;
    await cluster.topic(this.#options.topic);
    this.#consumer.topics.track(this.#options.topic);
    try {
      await this.#consumer.joinGroup({});
    } catch (cause) {
      await this.leave();
      throw cluster.unreachable(toRequestFailed(cause));
    }
  }

  /** undefined while it is no member. */
  get committer(): Committer | undefined {
    const { memberId, generationId } = this.#consumer;
    return memberId === null ? undefined : { memberId, generation: generationId };
  }

  /** The client calls this before every JoinGroup, which is what makes the group wait for us. */
  async #beforeJoining(): Promise<Buffer> {
    if (this.#taken) throw this.#taken;
    const kept = this.#assigned();
    const gone = [...this.#owned].filter((partition) => !kept.has(partition));
    if (gone.length > 0) {
      const settled = this.#revoke(gone);
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<'late'>((wake) => (timer = setTimeout(wake, REVOCATION_MS_MAX, 'late')));
      if ((await Promise.race([settled, late])) === 'late') {
        this.#notify(
          `group ${this.#options.group}: partitions ${gone.join(', ')} are given up before they are settled`,
        );
      }
      clearTimeout(timer);
    }
    // Data of the assignor: the generation, as versions below 2 of the protocol expect it here.
    const userData = Buffer.alloc(4);
    userData.writeInt32BE(this.#owned.size > 0 ? this.#consumer.generationId : -1);
    return userData;
  }

  #assigned(): Set<number> {
    return new Set(this.#consumer.assignments?.flatMap(({ partitions }) => partitions) ?? []);
  }

  #tell(): void {
    if (this.#leaving) return;
    const assigned = this.#assigned();
    const gone = [...this.#owned].filter((partition) => !assigned.has(partition));
    if (gone.length > 0) void this.#revoke(gone);
    const added = [...assigned].filter((partition) => !this.#owned.has(partition)).sort((left, right) => left - right);
    if (added.length === 0) return;
    for (const partition of added) this.#owned.add(partition);
    this.#telling = this.#telling.then(() => {
      if (!this.#leaving) this.#listener.assigned(added);
    });
  }

  #revoke(partitions: readonly number[]): Promise<void> {
    for (const partition of partitions) this.#owned.delete(partition);
    this.#telling = this.#telling.then(async () => {
      try {
        await this.#listener.revoked(partitions);
      } catch (cause) {
        this.#listener.failed(cause);
      }
    });
    return this.#telling;
  }

  leave(): Promise<void> {
    this.#leaving ??= this.#leave();
    return this.#leaving;
  }

  async #leave(): Promise<void> {
    consumerHeartbeatChannel.error.unsubscribe(this.#onHeartbeatError);
    // A static member keeps its place for its successor; the session timeout frees it when none comes.
    if (this.#options.instanceId === undefined) {
      // While the group rebalances, the broker answers only when that is over: then the session timeout has to do.
      await withinTime(Promise.resolve(this.#consumer.leaveGroup()), LEAVE_TIMEOUT_MS);
    }
    await withinTime(Promise.resolve(this.#consumer.close(true)), LEAVE_TIMEOUT_MS);
    this.#onLeave();
  }
}

async function withinTime(work: Promise<unknown>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((wake) => (timer = setTimeout(wake, timeoutMs)));
  await Promise.race([work.catch(() => {}), late]);
  clearTimeout(timer);
}
