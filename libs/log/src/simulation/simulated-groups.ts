/** The group coordinator: gives partitions to members, waits for those that give some up, and buries the silent. */
import type { AssignmentListener, Membership } from '../engine.ts';
import type { SimulatedEngine } from './simulated-engine.ts';
import type { World } from './world.ts';

/** How long a member that says nothing keeps its partitions. */
export const sessionTimeoutMs = 6_000;
/** How long the group waits for partitions that are given up. */
const revocationMsMax = 4_000;

interface GroupMember {
  readonly engine: SimulatedEngine;
  readonly listener: AssignmentListener;
  /** What the coordinator gave it. */
  owned: Set<number>;
  /** What it was told it has: messages may be under way. */
  readonly told: Set<number>;
  out: boolean;
}

interface Group {
  readonly partitions: number;
  readonly members: Set<GroupMember>;
  settled: Promise<void>;
}

export class SimulatedGroups {
  readonly #world: World;
  readonly #groups = new Map<string, Group>();

  constructor(world: World) {
    this.#world = world;
  }

  join(engine: SimulatedEngine, name: string, partitions: number, listener: AssignmentListener): Membership {
    const group: Group = this.#groups.get(name) ?? { partitions, members: new Set(), settled: Promise.resolve() };
    this.#groups.set(name, group);
    let member = this.#enter(group, engine, listener);
    let left = false;
    const whenSilent = (): void => {
      if (member.out) return;
      this.#leave(group, member);
      if (left) return;
      const dead = member;
      // Should it live after all, it hears of it when it listens again, gives everything up, and comes back.
      engine.deliver(`is out of ${name}`, () => {
        if (left) return;
        const gone = [...dead.told];
        dead.told.clear();
        const back = (): void => {
          if (!left) member = this.#enter(group, engine, listener);
        };
        void listener.revoked(gone).then(() => engine.send(`joins ${name} again`, back), listener.failed);
      });
    };
    engine.whenSilent(whenSilent);
    return {
      leave: async () => {
        left = true;
        const leave = (): void => this.#leave(group, member);
        // No answer, or nobody heard it: the group notices the silence.
        await engine.call(`leaves ${name}`, leave).catch(() => this.#world.time.after(sessionTimeoutMs, leave));
      },
    };
  }

  #enter(group: Group, engine: SimulatedEngine, listener: AssignmentListener): GroupMember {
    const member: GroupMember = { engine, listener, owned: new Set(), told: new Set(), out: false };
    group.members.add(member);
    this.#rebalance(group);
    return member;
  }

  #leave(group: Group, member: GroupMember): void {
    if (member.out) return;
    member.out = true;
    member.owned.clear();
    group.members.delete(member);
    this.#rebalance(group);
  }

  #rebalance(group: Group): void {
    group.settled = group.settled.then(() => this.#settle(group));
  }

  async #settle(group: Group): Promise<void> {
    const target = this.#assign(group);
    await Promise.all([...target].map(([member, keeps]) => this.#revoke(member, keeps)));
    const owned = new Set([...group.members].flatMap((member) => [...member.owned]));
    for (const [member, keeps] of target) {
      // Somebody may have come or gone meanwhile: the next rebalance puts it right.
      const gained = [...keeps].filter((partition) => !member.owned.has(partition) && !owned.has(partition));
      if (member.out || gained.length === 0) continue;
      for (const partition of gained) member.owned.add(partition);
      member.engine.deliverLater(`gets ${gained}`, () => {
        if (member.out) return;
        for (const partition of gained) member.told.add(partition);
        member.listener.assigned(gained);
      });
    }
  }

  /** Resolves when the member has settled what it loses, is out, or took too long. */
  #revoke(member: GroupMember, keeps: ReadonlySet<number>): Promise<void> {
    const lost = [...member.owned].filter((partition) => !keeps.has(partition));
    if (lost.length === 0 || member.out) return Promise.resolve();
    return new Promise((resolve) => {
      let isDone = false;
      const done = (): void => {
        if (isDone) return;
        isDone = true;
        for (const partition of lost) member.owned.delete(partition);
        resolve();
      };
      this.#world.time.after(revocationMsMax, done);
      member.engine.deliverLater(`gives up ${lost}`, () => {
        if (member.out) return;
        for (const partition of lost) member.told.delete(partition);
        void member.listener.revoked(lost).then(() => member.engine.send('has given up', done), member.listener.failed);
      });
    });
  }

  /** Even shares; everybody keeps what it has as far as its share goes, and who gets the rest is left to chance. */
  #assign(group: Group): Map<GroupMember, Set<number>> {
    const members = [...group.members].sort((a, b) => b.owned.size - a.owned.size);
    const target = new Map(members.map((member) => [member, new Set<number>()]));
    const free = new Set(Array.from({ length: group.partitions }, (_, partition) => partition));
    const shareOf = (index: number): number =>
      Math.floor(group.partitions / members.length) + (index < group.partitions % members.length ? 1 : 0);
    for (const [index, member] of members.entries()) {
      for (const partition of [...member.owned].slice(0, shareOf(index))) {
        target.get(member)?.add(partition);
        free.delete(partition);
      }
    }
    for (const [index, member] of members.entries()) {
      const keeps = target.get(member);
      while (keeps !== undefined && keeps.size < shareOf(index)) {
        const partition = this.#world.pick([...free]);
        if (partition === undefined) break;
        free.delete(partition);
        keeps.add(partition);
      }
    }
    return target;
  }
}
