/**
 * A day of simulated time: an exchange on which everything goes wrong, collectors that are killed, and at the end every minute
 * in the log compared with what the exchange says. See README.md.
 */
import { formatInstrument, MINUTE_MS } from '@screener/market';
import { type FaultKind, faultKinds } from '@screener/simulator';
import { type DayReport, reportDay } from './day-report.ts';
import { faultsAgain, type Kill, peaceMsLast } from './day-schedule.ts';
import { type DayStage, openStage } from './day-stage.ts';

export interface SimulatedDayOptions {
  readonly durationMs: number;
  readonly instruments: number;
  readonly seed: number;
  /** Simulated time runs so many times as fast as the wall clock at most. */
  readonly speed: number;
  readonly faults: number;
  /** Default: every kind there is. */
  readonly kinds?: readonly FaultKind[];
  readonly killEveryMs: number;
  readonly primeMinutes: number;
  readonly primeBars: number;
  /** Collectors at the same time; more than one need Kafka. */
  readonly members: number;
  /** None: the embedded log. */
  readonly brokers: readonly string[];
  /** Everything is written there. */
  readonly directory: string;
  readonly say: (line: string) => void;
  readonly interrupt?: AbortSignal;
}

const lookEveryMs = 20;
const sayEveryMs = 10_000;
/** What met nobody happens again, so often at most. */
const roundsMost = 4;
/** The last minutes may take so long to come. Simulated. */
const lastMinutesMs = 10 * MINUTE_MS;
/** A kill waits until a refusal that was just sent has certainly been heard. Wall clock. */
const heardWithinMs = 300;

export async function runSimulatedDay(options: SimulatedDayOptions): Promise<DayReport> {
  const began = performance.now();
  const stage = await openStage(options);
  try {
    const to = await new SimulatedDay(options, stage).pass();
    return await reportDay({ options, stage, began, to });
  } finally {
    await stage.close();
  }
}

class SimulatedDay {
  readonly #options: SimulatedDayOptions;
  readonly #stage: DayStage;
  readonly #startAt: number;
  readonly #kills: Kill[];
  #refusedAt = 0;
  #refusals = 0;
  #saidAt = 0;

  constructor(options: SimulatedDayOptions, stage: DayStage) {
    this.#options = options;
    this.#stage = stage;
    this.#startAt = stage.startAt;
    this.#kills = [...stage.schedule.kills];
  }

  /** Returns the open time of the last minute that must be in the log. */
  async pass(): Promise<number> {
    const { clock, crew, simulator, lively } = this.#stage;
    const { members, durationMs } = this.#options;
    for (let member = 0; member < members; member++) crew.start();
    const end = this.#startAt + durationMs;
    await this.#until(() => clock.now() >= end - peaceMsLast && this.#faultsLeft() === 0);
    const unfired = (): readonly FaultKind[] => this.#unfired();
    for (let round = 0; round < roundsMost && unfired().length > 0; round++) {
      this.#say(`once more: ${unfired().join(', ')}`);
      const fromMs = clock.now() - this.#startAt;
      for (const fault of faultsAgain(unfired(), lively, round, fromMs)) simulator.faults.inject(fault);
      await this.#until(() => this.#faultsLeft() === 0);
    }
    const peace = Math.max(end, clock.now() + peaceMsLast);
    await this.#until(() => clock.now() >= peace);
    const to = Math.floor(clock.now() / MINUTE_MS) * MINUTE_MS - MINUTE_MS;
    const patience = clock.now() + lastMinutesMs;
    await this.#until(() => this.#isThere(to) || clock.now() > patience);
    for (const member of crew.members) await crew.kill(member);
    return to;
  }

  #faultsLeft(): number {
    const { planned, active } = this.#stage.simulator.faults;
    return planned + active;
  }

  #unfired(): readonly FaultKind[] {
    const counts = this.#stage.simulator.faults.counts();
    return (this.#options.kinds ?? faultKinds).filter((kind) => counts[kind].fired === 0);
  }

  #isThere(openTime: number): boolean {
    const { watch, simulator } = this.#stage;
    const delisted = new Set(simulator.ledger.delistings.map(({ symbol }) => symbol));
    return simulator.symbols.every((symbol) => {
      const newest = watch.newest(formatInstrument({ exchange: 'binance', market: 'usdm', symbol }));
      const expected = simulator.ledger.hasCandle(symbol, openTime) || (newest !== undefined && !delisted.has(symbol));
      return !expected || (newest ?? 0) >= openTime;
    });
  }

  /** Time goes by, collectors die and come back. */
  async #until(condition: () => boolean): Promise<void> {
    const { clock } = this.#stage;
    while (!condition()) {
      this.#options.interrupt?.throwIfAborted();
      await pause();
      this.#look();
      const [kill] = this.#kills;
      if (kill === undefined || clock.now() < this.#startAt + kill.atMs || !this.#mayKill()) continue;
      this.#kills.shift();
      await this.#kill(kill);
    }
  }

  async #kill({ goneMs }: Kill): Promise<void> {
    const { clock, crew } = this.#stage;
    const { members } = this.#options;
    const all = crew.members;
    const victim = all[crew.kills % all.length];
    if (victim === undefined) return;
    await crew.kill(victim);
    const backAt = clock.now() + goneMs;
    while (clock.now() < backAt) {
      await pause();
      this.#look();
    }
    this.#say(`killed, gone for ${Math.round((clock.now() - backAt + goneMs) / 1_000)} s`);
    // Where several share the work, there is one more of them now and then.
    const wanted = members > 1 && crew.kills % 2 === 1 ? members + 1 : members;
    while (crew.members.length < wanted) crew.start();
  }

  /** Not while a refusal is on its way: nobody could know of it. */
  #mayKill(): boolean {
    return Date.now() - this.#refusedAt > heardWithinMs && this.#stage.crew.members.every(({ heard }) => heard);
  }

  #look(): void {
    const { simulator, crew } = this.#stage;
    if (crew.failure !== undefined) throw new Error(crew.failure);
    const refusals = simulator.ledger.requestsRefused;
    if (refusals > this.#refusals) this.#refusedAt = Date.now();
    this.#refusals = refusals;
    if (Date.now() - this.#saidAt > sayEveryMs) this.#say();
  }

  #say(line = ''): void {
    const { clock, crew, watch, simulator } = this.#stage;
    this.#saidAt = Date.now();
    const hours = ((clock.now() - this.#startAt) / 3_600_000).toFixed(2);
    const texts = crew.members.map(({ text }) => text).join(' | ');
    const fired = simulator.faults.records.filter(({ effects }) => effects > 0).length;
    this.#options.say(
      `${hours} h, ${Math.round(clock.speed)} x, ${watch.candles} candles, ${fired} faults, ${crew.kills} kills: ${line || texts}`,
    );
  }
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, lookEveryMs));
