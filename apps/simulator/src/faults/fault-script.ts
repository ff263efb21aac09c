/**
 * Plays a plan of faults, and such as are injected while it runs, on the seams of the exchange, and counts what really
 * happened. Without an active fault it passes everything on as it is.
 */
import type { Duplex } from 'node:stream';
import type { FrameOutlet, KlineFrame } from '../kline-feed.ts';
import type { RestCall, RestSeam } from '../rest/rest-api.ts';
import type { Connection } from '../streams/connection.ts';
import type { StreamSeam } from '../streams/stream-api.ts';
import type { PrintedCandle } from '../units.ts';
import type { ActiveFault, FaultRow, FaultTools, PassOn, Stage } from './active-fault.ts';
import { type FaultKind, faultKinds } from './fault-kinds.ts';
import { type Fault, wrongIn } from './fault-plan.ts';
import { faultRows } from './fault-rows.ts';

export interface FaultRecord {
  readonly fault: Fault;
  readonly startedAt: number;
  /** Undefined while it lasts. */
  readonly endedAt: number | undefined;
  /** How often it really happened: frames, requests, connections, candles. 0: it never fired. */
  readonly effects: number;
}

export interface FaultCount {
  /** Faults that had an effect. */
  readonly fired: number;
  /** Faults that were started, with an effect or without. */
  readonly started: number;
  readonly effects: number;
}

interface Running {
  readonly fault: Fault;
  readonly active: ActiveFault;
  readonly endsAt: number;
  readonly record: { -readonly [field in keyof FaultRecord]: FaultRecord[field] };
}

export class FaultScript implements StreamSeam, RestSeam {
  readonly #beganAt: number;
  readonly #records: Running['record'][] = [];
  readonly #planned: Fault[];
  #stage: Stage | undefined;
  #running: readonly Running[] = [];
  /** Those with a frame hook: frames are many, faults are few. */
  #frameFaults: readonly ActiveFault[] = [];

  /** `beganAt`: simulated time that `atMs` counts from. */
  constructor(plan: readonly Fault[], beganAt: number) {
    this.#beganAt = beganAt;
    this.#planned = [...plan].sort((left, right) => (left.atMs ?? 0) - (right.atMs ?? 0));
  }

  set stage(stage: Stage) {
    this.#stage = stage;
  }

  /** At once, or at its `atMs`. */
  inject(fault: Fault): void {
    const wrong = wrongIn(fault);
    if (wrong !== undefined) throw new RangeError(`fault ${JSON.stringify(fault)}: ${wrong}`);
    if (fault.atMs === undefined) this.#start(fault);
    else {
      this.#planned.push(fault);
      this.#planned.sort((left, right) => (left.atMs ?? 0) - (right.atMs ?? 0));
    }
  }

  /** Every fault that was started, in this order. */
  get records(): readonly FaultRecord[] {
    return this.#records;
  }

  get planned(): number {
    return this.#planned.length;
  }

  get active(): number {
    return this.#running.length;
  }

  counts(): Readonly<Record<FaultKind, FaultCount>> {
    const none: FaultCount = { fired: 0, started: 0, effects: 0 };
    const counts = Object.fromEntries(faultKinds.map((kind) => [kind, none])) as Record<FaultKind, FaultCount>;
    for (const { fault, effects } of this.#records) {
      const before = counts[fault.kind];
      counts[fault.kind] = {
        fired: before.fired + (effects > 0 ? 1 : 0),
        started: before.started + 1,
        effects: before.effects + effects,
      };
    }
    return counts;
  }

  /** Starts and ends what is due. */
  advance(now: number): void {
    for (const running of this.#running) running.active.advance?.(now);
    for (const running of this.#running) if (isOver(running, now)) this.#end(running, now);
    while (this.#planned[0] !== undefined && this.#beganAt + (this.#planned[0].atMs ?? 0) <= now) {
      const fault = this.#planned.shift();
      if (fault !== undefined) this.#start(fault);
    }
  }

  stop(): void {
    for (const running of this.#running) this.#end(running, this.#stage?.now() ?? 0);
  }

  /** The outlet of the feed with the faults before it. */
  before(outlet: FrameOutlet): FrameOutlet {
    const last: PassOn = (frame) => outlet.emit(frame);
    return {
      emit: (frame) => {
        if (this.#frameFaults.length === 0) return last(frame);
        this.#through(this.#frameFaults, 0, frame, last);
      },
    };
  }

  refuses(): number | undefined {
    for (const { active } of this.#running) {
      const status = active.refuses?.();
      if (status !== undefined) return status;
    }
    return undefined;
  }

  answers(socket: Duplex): boolean {
    return this.#running.every(({ active }) => active.answers?.(socket) ?? true);
  }

  opened(connection: Connection): void {
    for (const { active } of this.#running) active.opened?.(connection);
  }

  delivers(connection: Connection, stream: string): boolean {
    for (const { active } of this.#running) if (active.delivers?.(connection, stream) === false) return false;
    return true;
  }

  subscribes(connection: Connection, stream: string): boolean {
    return this.#running.every(({ active }) => active.subscribes?.(connection, stream) ?? true);
  }

  pongs(connection: Connection): boolean {
    return this.#running.every(({ active }) => active.pongs?.(connection) ?? true);
  }

  asked(call: RestCall): void {
    for (const { active } of this.#running) active.asked?.(call);
  }

  alterCandle(call: RestCall, candle: PrintedCandle): PrintedCandle {
    return this.#running.reduce((altered, { active }) => active.alterCandle?.(call, altered) ?? altered, candle);
  }

  behindMs(call: RestCall): number {
    return this.#running.reduce((most, { active }) => Math.max(most, active.behindMs?.(call) ?? 0), 0);
  }

  intercept(call: RestCall): boolean {
    return this.#running.some(({ active }) => active.intercept?.(call) ?? false);
  }

  alter(call: RestCall, body: string): string {
    let altered = body;
    for (const { active } of this.#running) altered = active.alter?.(call, altered) ?? altered;
    return altered;
  }

  skewMs(): number {
    return this.#running.reduce((sum, { active }) => sum + (active.skewMs?.() ?? 0), 0);
  }

  #through(faults: readonly ActiveFault[], index: number, frame: KlineFrame, last: PassOn): void {
    const fault = faults[index];
    if (fault?.frame === undefined) last(frame);
    else fault.frame(frame, (passed) => this.#through(faults, index + 1, passed, last));
  }

  #start(fault: Fault): void {
    const stage = this.#stage;
    if (stage === undefined) throw new Error('faults need a stage before they start');
    const row = stage.dialect.faults.impossible.includes(fault.kind) ? nothing : faultRows[fault.kind];
    const startedAt = stage.now();
    const endsAt = startedAt + (fault.durationMs ?? row.durationMs);
    const record: Running['record'] = { fault, startedAt, endedAt: undefined, effects: 0 };
    this.#records.push(record);
    const atOnce = endsAt === startedAt;
    const tools: FaultTools = {
      ...stage,
      fault,
      open: () => (atOnce || stage.now() < endsAt) && record.effects < (fault.times ?? Number.POSITIVE_INFINITY),
      left: () => record.effects < (fault.times ?? Number.POSITIVE_INFINITY),
      fired() {
        record.effects++;
      },
      hits: (symbol) => fault.symbols?.includes(symbol) ?? true,
      symbols: () =>
        stage.market.instruments.map(({ symbol }) => symbol).filter((symbol) => stage.market.known(symbol, startedAt)),
      turn: () => record.effects,
    };
    this.#set([...this.#running, { fault, active: row.start(tools), endsAt, record }]);
  }

  #end(running: Running, now: number): void {
    running.record.endedAt = now;
    this.#set(this.#running.filter((one) => one !== running));
    running.active.end?.();
  }

  #set(running: readonly Running[]): void {
    this.#running = running;
    this.#frameFaults = running.map(({ active }) => active).filter(({ frame }) => frame !== undefined);
  }
}

/** Where the exchange has no such thing: started, and without effect. */
const nothing: FaultRow = { durationMs: 0, start: () => ({}) };

const isOver = ({ active, endsAt }: Running, now: number): boolean => now >= endsAt && active.busy?.() !== true;
