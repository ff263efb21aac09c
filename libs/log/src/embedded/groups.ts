/** Consumer groups within the one process of an embedded log: who has which partitions, moved as little as possible. */
import type { AssignmentListener, Membership } from '../engine.ts';

interface GroupMember {
  readonly listener: AssignmentListener;
  partitions: readonly number[];
  left: boolean;
}

interface Group {
  readonly members: Set<GroupMember>;
  /** Rebalances run one after the other. */
  settled: Promise<void>;
}

export class Groups {
  readonly #groups = new Map<string, Group>();
  /** Members of each group, whatever they read. */
  readonly #members = new Map<string, number>();

  hasMembers(group: string): boolean {
    return (this.#members.get(group) ?? 0) > 0;
  }

  join(group: string, topic: string, partitions: number, listener: AssignmentListener): Membership {
    const name = JSON.stringify([group, topic]);
    const joined: Group = this.#groups.get(name) ?? { members: new Set(), settled: Promise.resolve() };
    this.#groups.set(name, joined);
    const member: GroupMember = { listener, partitions: [], left: false };
    joined.members.add(member);
    this.#count(group, 1);
    const rebalance = (): Promise<void> => {
      joined.settled = joined.settled.then(() => rebalanceGroup(joined, partitions));
      return joined.settled;
    };
    void rebalance();
    return {
      // The one who leaves has stopped working already: nothing is revoked from it.
      leave: async () => {
        if (member.left) return;
        member.left = true;
        joined.members.delete(member);
        this.#count(group, -1);
        if (joined.members.size === 0) this.#groups.delete(name);
        await rebalance();
      },
    };
  }

  #count(group: string, change: number): void {
    const count = (this.#members.get(group) ?? 0) + change;
    if (count > 0) this.#members.set(group, count);
    else this.#members.delete(group);
  }
}

/** First everybody gives up what it loses, and only then anybody gets something. */
async function rebalanceGroup(group: Group, partitions: number): Promise<void> {
  const target = assign([...group.members], partitions);
  await Promise.all(
    [...target].map(async ([member, keeps]) => {
      const lost = member.partitions.filter((partition) => !keeps.includes(partition));
      if (lost.length === 0 || member.left) return;
      member.partitions = member.partitions.filter((partition) => keeps.includes(partition));
      try {
        await member.listener.revoked(lost);
      } catch (cause) {
        member.listener.failed(cause);
      }
    }),
  );
  for (const [member, keeps] of target) {
    const gained = keeps.filter((partition) => !member.partitions.includes(partition));
    if (gained.length === 0 || member.left) continue;
    member.partitions = keeps;
    member.listener.assigned(gained);
  }
}

/** Even shares; everybody keeps what it has as far as its share goes. */
function assign(members: readonly GroupMember[], partitions: number): Map<GroupMember, readonly number[]> {
  const byOwned = [...members].sort((a, b) => b.partitions.length - a.partitions.length);
  const share = members.length === 0 ? 0 : Math.floor(partitions / members.length);
  const withOneMore = members.length === 0 ? 0 : partitions % members.length;
  const target = new Map<GroupMember, number[]>();
  const kept = new Set<number>();
  for (const [index, member] of byOwned.entries()) {
    const keeps = member.partitions.slice(0, share + (index < withOneMore ? 1 : 0));
    for (const partition of keeps) kept.add(partition);
    target.set(member, keeps);
  }
  const free = Array.from({ length: partitions }, (_, i) => i).filter((partition) => !kept.has(partition));
  for (const [index, member] of byOwned.entries()) {
    const owns = target.get(member) ?? [];
    while (owns.length < share + (index < withOneMore ? 1 : 0)) {
      const next = free.shift();
      if (next === undefined) break;
      owns.push(next);
    }
  }
  return target;
}
