/** The collectors of a day, and how fast time may run with them: as fast as the busiest process keeps up. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CollectorSettings } from './collector-messages.ts';
import { CollectorProcess } from './collectors.ts';
import type { DayClock } from './day-clock.ts';
import { createLoadMeter } from './event-loop-load.ts';
import type { Reachability } from './reachability.ts';
import { SpeedControl } from './speed-control.ts';

export interface CrewOptions {
  readonly settings: Omit<CollectorSettings, 'stretch' | 'seed' | 'logFile'>;
  readonly clock: DayClock;
  readonly reachability: Reachability;
  readonly seed: number;
  /** Of the topic `instruments`: somebody should look after each. */
  readonly partitions: number;
}

/** Wall clock. */
const grantEveryMs = 15;
const grantsPerLook = 4;
/** In real time while a process starts: that takes its time by the wall clock. */
const speedLeast = 1;
/** While REST is out of reach: requests hang and are tried again, which takes its time by the wall clock. */
const speedMostInTrouble = 20;
/** While hundreds of minutes are fetched at once: every request takes its time by the wall clock. */
const speedMostInARush = 8;
const linesTold = 20;
/** A rush: so large a part of the instruments lacks a minute, or has not been looked after since the process began. */
const behindShareMax = 0.03;

export class CollectorCrew {
  readonly #options: CrewOptions;
  readonly #members = new Set<CollectorProcess>();
  readonly #control: SpeedControl;
  readonly #load = createLoadMeter();
  readonly #timer: NodeJS.Timeout;
  #started = 0;
  #grants = 0;
  kills = 0;
  /** How one of them ended by itself, which none should. */
  failure: string | undefined;

  constructor(options: CrewOptions) {
    this.#options = options;
    const most = options.settings.speedMost;
    this.#control = new SpeedControl({ least: Math.min(speedLeast, most), most });
    this.#timer = setInterval(() => this.#lead(), grantEveryMs);
  }

  get members(): readonly CollectorProcess[] {
    return [...this.#members];
  }

  start(): CollectorProcess {
    const { clock, settings, seed, reachability } = this.#options;
    this.#control.slowDown();
    this.#grant();
    const number = this.#started++;
    const logFile = join(settings.directory, `collector-${number}.log`);
    const member = new CollectorProcess(
      { ...settings, stretch: clock.stretch, seed: seed + number, logFile },
      (how) => {
        this.#members.delete(member);
        this.failure ??= `collector ${number} ended by itself: ${how}\n${lastLines(logFile)}`;
      },
    );
    this.#members.add(member);
    reachability.back(clock.now());
    return member;
  }

  /** kill -9. */
  async kill(member: CollectorProcess): Promise<void> {
    const { clock, reachability } = this.#options;
    if (this.#members.size === 1) reachability.gone(clock.now());
    const killed = await member.kill();
    this.#members.delete(member);
    if (killed) this.kills++;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.members.map((member) => member.kill()));
  }

  /** Fast time goes on while everybody keeps up with it. */
  #lead(): void {
    if (++this.#grants % grantsPerLook === 0) this.#look();
    if (this.members.every((member) => member.keepsUp || !member.heard)) this.#grant();
  }

  #look(): void {
    const own = this.#load();
    const members = this.members;
    if (members.some(({ hangs }) => hangs)) this.failure ??= 'a collector hangs';
    if (this.#isUnsettled()) this.#control.slowDown();
    else this.#control.look(Math.max(own, ...members.map(({ load }) => load)), this.#speedMost());
  }

  /** A process starts, or a group shares its partitions anew: that takes its time by the wall clock, unless REST holds it up. */
  #isUnsettled(): boolean {
    const { partitions, clock, reachability } = this.#options;
    if (this.members.some(({ heard }) => !heard)) return true;
    if (reachability.isTroubled(clock.now())) return false;
    const owned = this.members.reduce((sum, { numbers }) => sum + (numbers.partitions ?? 0), 0);
    return this.members.length > 0 && owned < partitions;
  }

  #speedMost(): number {
    const { clock, reachability, settings } = this.#options;
    const { speedMost } = settings;
    if (this.members.some(isBehind)) return Math.min(speedMost, speedMostInARush);
    return reachability.isTroubled(clock.now()) ? Math.min(speedMost, speedMostInTrouble) : speedMost;
  }

  #grant(): void {
    const stretch = this.#options.clock.grant(this.#control.speed);
    for (const member of this.#members) member.follow(stretch);
  }
}

const isBehind = ({ numbers: { behind = 0, primed = 0, instruments = 0 } }: CollectorProcess): boolean =>
  behind + instruments - primed > instruments * behindShareMax + 1;

const lastLines = (file: string): string =>
  existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').slice(-linesTold).join('\n') : 'it said nothing';
