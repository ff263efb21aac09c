/**
 * The engine as one simulated process sees it. Every call is a request that arrives some time, has its effect on the
 * storage, and is answered some time; on the way it can be lost, late, or overtaken, and the process can be killed or
 * stopped for a while between any two of these.
 */
import { ScreenerError } from '@screener/errors';
import type { AssignmentListener, Engine, Membership, Transactor } from '../engine.ts';
import type { PartitionOffsets, Reader, ReaderOptions, Writer } from '../port.ts';
import { upkeepQuietMs } from '../processor/upkeep.ts';
import type { Timers } from '../timers.ts';
import type { TopicDescription, TopicSpec } from '../topology.ts';
import { sessionTimeoutMs } from './simulated-groups.ts';
import { simulatedReader } from './simulated-reader.ts';
import type { InputPlace } from './simulated-storage.ts';
import { simulatedTransactor } from './simulated-transactor.ts';
import type { World } from './world.ts';

/** How long a process waits for an answer that does not come. */
const requestTimeoutMs = 500;

const unreachable = (): ScreenerError =>
  new ScreenerError('BROKER_UNREACHABLE', { brokers: 'the simulation', reason: 'no answer' });

export class SimulatedEngine implements Engine {
  readonly name = 'embedded';
  readonly cluster = 'simulated';
  readonly process: string;
  readonly timers: Timers;
  readonly world: World;
  #life: 'running' | 'stopped' | 'dead' = 'running';
  /** What arrived while the process was stopped. */
  #held: (() => void)[] = [];
  #underWay = 0;
  #upkeepsWaiting = 0;
  #upkeepsUnderWay = 0;
  #whenSilent: (() => void)[] = [];

  constructor(world: World, process: string) {
    this.world = world;
    this.process = process;
    this.timers = { now: world.time.now, after: (delayMs, call) => this.#after(delayMs, call) };
  }

  /** As kill -9: nothing arrives here any more, and nothing leaves that is not on its way already. */
  kill(): void {
    this.world.count('killed');
    if (this.#underWay > 0) this.world.count('killed with a request under way');
    if (this.#upkeepsWaiting > 0) this.world.count('killed before an upkeep');
    if (this.#upkeepsUnderWay > 0) this.world.count('killed in an upkeep');
    this.world.trace(`${this.process} is killed, ${this.#underWay} requests under way`);
    this.#life = 'dead';
    this.#held = [];
    this.world.time.after(sessionTimeoutMs, () => this.#silent());
  }

  /** As SIGSTOP and SIGCONT: longer than the session makes a zombie. */
  stop(forMs: number): void {
    if (this.#life !== 'running') return;
    this.#life = 'stopped';
    this.world.count(forMs > sessionTimeoutMs ? 'zombies' : 'paused');
    this.world.trace(`${this.process} is stopped for ${Math.round(forMs)} ms`);
    if (forMs > sessionTimeoutMs) this.world.time.after(sessionTimeoutMs, () => this.#silent());
    this.world.time.after(forMs, () => {
      if (this.#life !== 'stopped') return;
      this.world.trace(`${this.process} goes on`);
      this.#life = 'running';
      for (const call of this.#held.splice(0)) call();
    });
  }

  /** Something reaches the process now. */
  deliver(what: string, call: () => void): void {
    if (this.#life === 'dead') return;
    if (what !== '') this.world.trace(`${this.process} ${this.#life === 'stopped' ? '(later) ' : ''}${what}`);
    if (this.#life === 'stopped') this.#held.push(call);
    else call();
  }

  deliverLater(what: string, call: () => void): void {
    this.world.time.after(this.world.latencyMs(), () => this.deliver(what, call));
  }

  /** Something leaves the process and has its effect elsewhere. */
  send(what: string, effect: () => void): void {
    this.world.time.after(this.world.latencyMs(), () => {
      // What a dead process had sent may have been in its own buffers still.
      if (this.#life === 'dead' && this.world.chance(0.5)) return;
      if (this.world.isTraced) this.world.trace(`${this.process} ${what}`);
      effect();
    });
  }

  /**
   * A request that a client may well send twice, because it got no answer: what was done twice counts, and the second
   * answer is the one that is taken.
   */
  repeatable<T>(what: string, effect: () => T, fault?: () => Error): Promise<T> {
    if (!this.world.chance(this.world.trouble / 3)) return this.call(what, effect, fault);
    const twice = (): T => {
      this.world.count('requests doubled');
      attempt(effect);
      return effect();
    };
    return this.call(`${what}, twice`, twice, fault);
  }

  /** A request and its answer. `fault` is what the caller gets when there is none. */
  call<T>(what: string, effect: () => T, fault: () => Error = unreachable): Promise<T> {
    const { world } = this;
    const dice = world.random();
    const share = world.trouble / 3;
    this.#underWay += 1;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const answer = (settle: () => void): void => {
      this.#underWay -= 1;
      settle();
    };
    const giveUp = (): void => {
      this.timers.after(requestTimeoutMs, () => answer(() => reject(fault())));
    };
    if (dice < share) {
      world.count('requests lost');
      world.trace(`${this.process} ${what}: lost`);
      giveUp();
    } else if (dice < 2 * share) {
      // The caller gives up first; whatever it does then, this comes after it.
      world.count('requests late');
      giveUp();
      world.time.after(requestTimeoutMs + world.between(0, 2_000), () => {
        world.trace(`${this.process} ${what}: late`);
        attempt(effect);
      });
    } else if (dice < 3 * share) {
      world.count('answers lost');
      this.send(`${what}: answer lost`, () => void attempt(effect));
      giveUp();
    } else {
      this.send(what, () => {
        const result = attempt(effect);
        this.deliverLater('', () => answer(() => ('failed' in result ? reject(result.failed) : resolve(result.value))));
      });
    }
    return promise;
  }

  /** The answer is called when it is over. */
  upkeepBegins(): () => void {
    this.#upkeepsUnderWay += 1;
    return () => {
      this.#upkeepsUnderWay -= 1;
    };
  }

  /** Told when the process has been silent for longer than its session. */
  whenSilent(call: () => void): void {
    this.#whenSilent.push(call);
  }

  async createTopic(spec: TopicSpec): Promise<void> {
    this.world.storage.createTopic(spec);
  }

  changeRetention(): Promise<void> {
    return Promise.reject(new Error('nobody does that in a simulation'));
  }

  topics(): Promise<readonly TopicDescription[]> {
    return this.repeatable('describes the topics', () => this.world.storage.topics);
  }

  writer(): Writer {
    const refused = (): Error =>
      new ScreenerError('APPEND_FAILED', { topic: 'any', partition: 0, reason: 'no answer' });
    return {
      append: (records) => this.call('appends', () => this.world.storage.append(records), refused),
      close: async () => {},
    };
  }

  reader(options: ReaderOptions): Reader {
    return simulatedReader(this, options);
  }

  offsets(topic: string): Promise<readonly PartitionOffsets[]> {
    return this.call(`asks for the offsets of ${topic}`, () =>
      this.world.storage
        .partitions(topic)
        .map(({ beginning, stableEnd }, partition) => ({ partition, beginning, end: stableEnd })),
    );
  }

  committed(group: string, topic: string): Promise<ReadonlyMap<number, number>> {
    const { storage } = this.world;
    return this.call(`asks for the offsets of ${group}`, () => {
      const committed = storage.partitions(topic).map((_, i) => storage.committed({ group, topic, partition: i }));
      return new Map([...committed.entries()].flatMap(([i, next]) => (next === undefined ? [] : [[i, next]])));
    });
  }

  join(group: string, topic: string, listener: AssignmentListener): Promise<Membership> {
    const partitions = this.world.storage.partitions(topic).length;
    return Promise.resolve(this.world.groups.join(this, group, partitions, listener));
  }

  transactor(group: string, topic: string, partition: number): Promise<Transactor> {
    const place: InputPlace = { group, topic, partition };
    return simulatedTransactor(this, place);
  }

  mirror(group: string, topic: string, partition: number, nextOffset: number): Promise<void> {
    return this.call('mirrors an offset', () =>
      this.world.storage.setCommitted({ group, topic, partition }, nextOffset),
    );
  }

  protect(group: string, topic: string, partition: number, offset: number): Promise<void> {
    return this.repeatable(`needs ${topic} partition ${partition} from ${offset} on`, () =>
      this.world.storage.protect({ group, topic, partition }, offset),
    );
  }

  async close(): Promise<void> {}

  #after(delayMs: number, call: () => void): () => void {
    const { time } = this.world;
    if (delayMs !== upkeepQuietMs) return time.after(delayMs, () => this.deliver('', call));
    this.#upkeepsWaiting += 1;
    let waits = true;
    const over = (): void => {
      if (waits) this.#upkeepsWaiting -= 1;
      waits = false;
    };
    const cancel = time.after(delayMs, () => {
      over();
      this.deliver('', call);
    });
    return () => {
      over();
      cancel();
    };
  }

  #silent(): void {
    for (const call of this.#whenSilent) call();
  }
}

type Attempt<T> = { readonly value: T } | { readonly failed: unknown };

function attempt<T>(effect: () => T): Attempt<T> {
  try {
    return { value: effect() };
  } catch (failed) {
    return { failed };
  }
}
