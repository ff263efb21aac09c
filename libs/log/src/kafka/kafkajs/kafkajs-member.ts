/**
 * One member of a consumer group over kafkajs's protocol, for assignment and heartbeats only. kafkajs has no cooperative
 * assignment: with every rebalance all members give up all their partitions, settle them and join again, so this client
 * moves more than it must. Members of the other client cannot be in the same group: stop all of one kind first.
 *
 * kafkajs's own consumer is not used: it joins again without waiting for anybody, ignores static membership, and fetches.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Backoff } from '../backoff.ts';
import {
  type Committer,
  type GroupMember,
  HEARTBEAT_INTERVAL_MS,
  LEAVE_TIMEOUT_MS,
  type MemberOptions,
  NO_GENERATION,
  REBALANCE_TIMEOUT_MS,
  REVOCATION_MS_MAX,
  SESSION_TIMEOUT_MS,
} from '../client.ts';
import { type Cluster, UNREACHABLE_MS_MAX } from '../cluster.ts';
import { groupRefusal } from '../group-refusal.ts';
import { describeError, isUnavailable, protocolCode } from '../kafka-errors.ts';
import { groupMetadata, nameOfCode } from './internals.ts';
import type { KafkajsClient, KafkajsConnection } from './kafkajs-client.ts';
import { allOf, refused } from './kafkajs-errors.ts';

const ASSIGNOR = 'screener-round-robin';
const METADATA_VERSION = 0;
const NO_MEMBER = '';

interface JoinAnswer {
  readonly errorCode: number;
  readonly generationId: number;
  readonly leaderId: string;
  readonly memberId: string;
  readonly members: readonly { readonly memberId: string; readonly groupInstanceId?: string | null }[];
}

/** The group goes on, and so do we: by joining again. */
const rejoining = new Set(['REBALANCE_IN_PROGRESS', 'UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'MEMBER_ID_REQUIRED']);
const forgotten = new Set(['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION']);
/** Members of the other client, or of an older version, are still in the group: that may pass. */
const INCONSISTENT = 'INCONSISTENT_GROUP_PROTOCOL';

export class KafkajsMember implements GroupMember {
  readonly #client: KafkajsClient;
  readonly #options: MemberOptions;
  readonly #stopping = new AbortController();
  #connection: KafkajsConnection | undefined;
  #memberId = NO_MEMBER;
  #generation = NO_GENERATION;
  #owned: readonly number[] = [];
  #running: Promise<void> | undefined;
  #leaving: Promise<void> | undefined;

  constructor(client: KafkajsClient, options: MemberOptions) {
    this.#client = client;
    this.#options = options;
  }

  get committer(): Committer | undefined {
    return this.#generation === NO_GENERATION ? undefined : { memberId: this.#memberId, generation: this.#generation };
  }

  get #left(): boolean {
    return this.#stopping.signal.aborted;
  }

  async join(cluster: Cluster): Promise<void> {
    await cluster.topic(this.#options.topic);
    try {
      await this.#joinGroup(cluster);
    } catch (cause) {
      await this.leave();
      throw cause;
    }
    this.#running = this.#run(cluster).catch((cause: unknown) => {
      if (!this.#left) this.#options.listener.failed(cause);
    });
  }

  async #run(cluster: Cluster): Promise<void> {
    while (!this.#left) {
      await this.#sendHeartbeats(cluster);
      if (this.#left) return;
      await this.#giveUpAll();
      await this.#joinGroup(cluster);
    }
  }

  /** Until there is a generation with us in it. */
  async #joinGroup(cluster: Cluster): Promise<void> {
    const trouble = new Backoff(UNREACHABLE_MS_MAX);
    while (!this.#left) {
      try {
        const partitions = await this.#attemptToJoin(cluster);
        if (this.#left) return;
        this.#owned = partitions;
        if (partitions.length > 0) this.#options.listener.assigned(partitions);
        return;
      } catch (cause) {
        if (this.#left) return;
        const code = protocolCode(cause) ?? '';
        if (forgotten.has(code)) this.#memberId = NO_MEMBER;
        if (rejoining.has(code)) continue;
        if (!isUnavailable(cause) && code !== INCONSISTENT) throw groupRefusal(cluster, this.#options, cause);
        if (trouble.exhausted) throw cluster.unreachable(cause);
        this.#disconnect(cluster);
        await trouble.wait(this.#stopping.signal);
      }
    }
  }

  async #attemptToJoin(cluster: Cluster): Promise<readonly number[]> {
    const { group, topic, instanceId } = this.#options;
    const connection = await this.#connect(cluster);
    const metadata = groupMetadata.MemberMetadata.encode({ version: METADATA_VERSION, topics: [topic] });
    const joined = await connection.ask<JoinAnswer>('JoinGroup', {
      groupId: group,
      memberId: this.#memberId,
      ...(instanceId !== undefined && { groupInstanceId: instanceId }),
      sessionTimeout: SESSION_TIMEOUT_MS,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      protocolType: 'consumer',
      groupProtocols: [{ name: ASSIGNOR, metadata }],
    });
    if (nameOfCode(joined.errorCode) === 'MEMBER_ID_REQUIRED') this.#memberId = joined.memberId;
    if (joined.errorCode !== 0) throw refused(joined.errorCode);
    const { memberId, generationId, leaderId } = joined;
    this.#memberId = memberId;
    const groupAssignment = memberId === leaderId ? await this.#assign(cluster, joined) : [];
    const synced = allOf(
      await connection.ask<{ memberAssignment: Buffer }>('SyncGroup', {
        groupId: group,
        generationId,
        memberId,
        ...(instanceId !== undefined && { groupInstanceId: instanceId }),
        groupAssignment,
      }),
    );
    this.#generation = generationId;
    const given = groupMetadata.MemberAssignment.decode(synced.memberAssignment)?.assignment[topic] ?? [];
    return [...given].sort((left, right) => left - right);
  }

  /** Round robin, in the order of names: static members get the same partitions again. */
  async #assign(cluster: Cluster, { members }: JoinAnswer) {
    const { topic } = this.#options;
    const { leaders } = await cluster.topic(topic);
    const nameOf = (index: number): string => members[index]?.groupInstanceId ?? members[index]?.memberId ?? '';
    const order = members.map((_, index) => index).sort((left, right) => (nameOf(left) < nameOf(right) ? -1 : 1));
    return order.map((index, place) => {
      const partitions = [...leaders.keys()].filter((partition) => partition % members.length === place);
      const assignment = { version: METADATA_VERSION, assignment: { [topic]: partitions } };
      return {
        memberId: members[index]?.memberId,
        memberAssignment: groupMetadata.MemberAssignment.encode(assignment),
      };
    });
  }

  /** Returns when the group rebalances, or when it may believe us dead. */
  async #sendHeartbeats(cluster: Cluster): Promise<void> {
    const { group, instanceId, notify } = this.#options;
    let heardAt = performance.now();
    for (;;) {
      await delay(HEARTBEAT_INTERVAL_MS, undefined, { signal: this.#stopping.signal }).catch(() => {});
      if (this.#left) return;
      try {
        const connection = await this.#connect(cluster);
        const given = { groupId: group, groupGenerationId: this.#generation, memberId: this.#memberId };
        const instance = instanceId === undefined ? {} : { groupInstanceId: instanceId };
        allOf(await connection.ask('Heartbeat', { ...given, ...instance }));
        heardAt = performance.now();
      } catch (cause) {
        if (this.#left) return;
        const code = protocolCode(cause) ?? '';
        if (forgotten.has(code)) this.#memberId = NO_MEMBER;
        if (rejoining.has(code)) return;
        if (!isUnavailable(cause)) throw groupRefusal(cluster, this.#options, cause);
        notify(`group ${group} got no heartbeat through: ${describeError(cause)}`, cause);
        this.#disconnect(cluster);
        if (performance.now() - heardAt > SESSION_TIMEOUT_MS) return;
      }
    }
  }

  async #giveUpAll(): Promise<void> {
    const given = this.#owned;
    this.#owned = [];
    if (given.length === 0) return;
    const { listener, group, notify } = this.#options;
    const settled = listener.revoked(given).catch((cause: unknown) => listener.failed(cause));
    const late = delay(REVOCATION_MS_MAX, 'late' as const, { signal: this.#stopping.signal }).catch(() => undefined);
    if ((await Promise.race([settled, late])) === 'late')
      notify(`group ${group}: partitions ${given.join(', ')} are given up before they are settled`);
  }

  async #connect(cluster: Cluster): Promise<KafkajsConnection> {
    if (this.#connection) return this.#connection;
    const node = await cluster.coordinator('group', this.#options.group);
    const connection = await this.#client.connect(await cluster.address(node));
    if (this.#left) connection.destroy();
    this.#connection = connection;
    connection.onClose(() => {
      if (this.#connection === connection) this.#connection = undefined;
    });
    return connection;
  }

  #disconnect(cluster: Cluster): void {
    cluster.forgetCoordinator('group', this.#options.group);
    this.#connection?.destroy();
    this.#connection = undefined;
  }

  leave(): Promise<void> {
    this.#leaving ??= this.#leave();
    return this.#leaving;
  }

  async #leave(): Promise<void> {
    const connection = this.#connection;
    this.#stopping.abort();
    // A static member keeps its place for its successor; the session timeout frees it when none comes.
    if (connection && this.#memberId !== NO_MEMBER && this.#options.instanceId === undefined) {
      const leaving = connection.ask('LeaveGroup', { groupId: this.#options.group, memberId: this.#memberId });
      // A request to join that waits for the others keeps this one waiting: then the session timeout has to do.
      const late = new AbortController();
      await Promise.race([
        leaving.catch(() => {}),
        delay(LEAVE_TIMEOUT_MS, undefined, { signal: late.signal }).catch(() => {}),
      ]);
      late.abort();
    }
    connection?.destroy();
    this.#connection?.destroy();
    this.#generation = NO_GENERATION;
    await this.#running;
    this.#options.onLeave();
  }
}
