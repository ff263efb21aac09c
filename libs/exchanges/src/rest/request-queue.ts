/** Requests of a limit group in the order of their urgency; each starts when the limits let it. */
import { ScreenerError } from '@screener/errors';
import { type Priority, priorities } from '../exchange.ts';
import type { Timers } from '../timers.ts';
import type { LimitGroup, Permit, Weighed } from './limit-group.ts';

export interface QueuedRequest extends Weighed {
  /** For people, in error messages. */
  readonly exchange: string;
  readonly priority: Priority;
  /** Tried before: goes before its equals. */
  readonly again: boolean;
  /** Sends it within the call: nothing may happen between permission and sending. */
  start(permit: Permit): void;
  refuse(cause: ScreenerError): void;
}

interface Queued {
  readonly request: QueuedRequest;
  readonly turn: number;
}

/** Under way at a time with those that are as urgent or more: a slow answer to what can wait holds up nothing urgent. */
const underWayMax: Readonly<Record<Priority, number>> = { repair: 8, prime: 7, poll: 6, history: 4 };
const waitingMax = 10_000;
/** Whoever would have to wait longer for the end of a ban is told instead. Longer than any window of a limit. */
const banWaitMsMax = 90_000;

export class RequestQueue {
  readonly group: LimitGroup;
  readonly #now: () => number;
  readonly #timers: Timers;
  /** By priority, then by path: limits of one path do not hold up the others. */
  readonly #lanes = new Map<Priority, Map<string, Queued[]>>(priorities.map((priority) => [priority, new Map()]));
  #waiting = 0;
  #turns = 0;
  #underWay = 0;
  #cancelWake: (() => void) | undefined;

  constructor(group: LimitGroup, now: () => number, timers: Timers) {
    this.group = group;
    this.#now = now;
    this.#timers = timers;
  }

  /** The returned function takes the request out of the queue again; it does nothing once the request has started. */
  enter(request: QueuedRequest): () => void {
    const { exchange, priority, path, again } = request;
    if (this.#waiting >= waitingMax) {
      const reason = `${waitingMax} requests are waiting already`;
      request.refuse(new ScreenerError('EXCHANGE_UNREACHABLE', { exchange, address: path, reason }));
      return () => {};
    }
    const turn = again ? -++this.#turns : ++this.#turns;
    const queued = { request, turn };
    const lanes = this.#lanes.get(priority) ?? new Map<string, Queued[]>();
    const lane = lanes.get(path) ?? [];
    lanes.set(path, lane);
    if (again) lane.unshift(queued);
    else lane.push(queued);
    this.#waiting++;
    this.#pump();
    return () => {
      const at = lane.indexOf(queued);
      if (at < 0) return;
      lane.splice(at, 1);
      this.#waiting--;
      this.#pump();
    };
  }

  #pump(): void {
    this.#cancelWake?.();
    if (this.#waiting > 0) this.group.heedOthers();
    const banMs = this.group.bannedUntil - this.#now();
    if (banMs > 0) {
      if (banMs > banWaitMsMax) this.#refuseAll();
      else this.#wakeAfter(banMs);
      return;
    }
    const closed = new Set<object>();
    let wakeMs = Number.POSITIVE_INFINITY;
    for (const priority of priorities) {
      const held = new Set<Queued[]>();
      while (this.#underWay < underWayMax[priority]) {
        const lane = this.#firstLane(priority, held);
        const [first] = lane ?? [];
        if (lane === undefined || first === undefined) break;
        const { ms, limits } = this.group.waitOf(first.request, priority, closed);
        if (limits.length === 0) {
          lane.shift();
          this.#start(first.request);
          continue;
        }
        held.add(lane);
        for (const limit of limits) closed.add(limit);
        if (ms > 0) wakeMs = Math.min(wakeMs, ms);
      }
    }
    this.#wakeAfter(wakeMs);
  }

  /** Whose first request came first. */
  #firstLane(priority: Priority, held: ReadonlySet<Queued[]>): Queued[] | undefined {
    let first: Queued[] | undefined;
    for (const lane of this.#lanes.get(priority)?.values() ?? []) {
      if (lane[0] === undefined || held.has(lane)) continue;
      if (lane[0].turn < (first?.[0]?.turn ?? Number.POSITIVE_INFINITY)) first = lane;
    }
    return first;
  }

  #start(request: QueuedRequest): void {
    this.#waiting--;
    this.#underWay++;
    const { settle } = this.group.take(request);
    request.start({
      settle: (reported) => {
        this.#underWay--;
        settle(reported);
        // Whoever settles may have learned of a ban, and says so before anything else is sent.
        queueMicrotask(() => this.#pump());
      },
    });
  }

  #wakeAfter(ms: number): void {
    if (this.#waiting === 0 || ms === Number.POSITIVE_INFINITY) return;
    this.#cancelWake = this.#timers.after(Math.max(1, Math.ceil(ms)), () => this.#pump());
  }

  #refuseAll(): void {
    const until = new Date(this.group.bannedUntil).toISOString();
    for (const lanes of this.#lanes.values()) {
      for (const lane of lanes.values()) {
        for (const { request } of lane.splice(0)) {
          this.#waiting--;
          request.refuse(new ScreenerError('EXCHANGE_BANNED', { exchange: request.exchange, until }));
        }
      }
    }
  }
}
