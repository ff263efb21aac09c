/** What every side that takes frames is asked for, and what it answers. */
import type { Minutes } from './candles.ts';

/** A simulated exchange as others reach it. */
export interface ExchangePlace {
  readonly restBase: string;
  readonly wsBase: string;
  /** They are traded in every minute. */
  readonly symbols: readonly string[];
  readonly speed: number;
  /** What its clock showed when the wall clock showed `wallTime`. */
  readonly simulatedTime: number;
  readonly wallTime: number;
}

/** Its clock, wherever it is read. */
export const clockOf = ({ simulatedTime, wallTime, speed }: ExchangePlace): (() => number) => {
  return () => simulatedTime + (Date.now() - wallTime) * speed;
};

/** Between `begin` and `end`. */
export interface FrameWork {
  readonly frames: number;
  readonly cpuMs: number;
  readonly wallMs: number;
  /** The most that was seen. */
  readonly rssMB: number;
}

/** By instrument and open time, in ms of the wall clock with fractions. */
export type Moments = ReadonlyMap<string, number>;

/** Of final frames that a side wrote into a log. */
export interface Durability {
  /** The bytes of the frame were read from the connection. */
  readonly received: Moments;
  readonly durable: Moments;
}

export const momentKey = (instrument: string, openTime: number): string => `${instrument}@${openTime}`;
export const wallTime = (): number => performance.timeOrigin + performance.now();

/** Requests of a side. */
export interface FrameSideRequests<Place> {
  /** Resolves when every symbol was heard. */
  readonly connect: Place;
  readonly begin: undefined;
  readonly end: undefined;
  readonly candles: Minutes;
  readonly disconnect: undefined;
}

/** As fast as the exchange asks for it: several connections for many symbols. */
export const streamsPerConnection = 200;
