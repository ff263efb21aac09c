/** What can be traded on the simulated exchange: names, prices and volumes of the kind that the real one has. */
import { catalogueRows } from './catalogue-rows.ts';
import { hashText, unitOf } from './hash.ts';

export interface SimulatedInstrument {
  /** As the exchange writes it. */
  readonly symbol: string;
  readonly base: string;
  readonly quote: 'USDT';
  /** Around which the price wanders. */
  readonly price: number;
  readonly priceDecimals: number;
  readonly amountDecimals: number;
  /** Typical traded value of one minute in USDT. */
  readonly minuteValue: number;
  /** Deviation of the logarithm of the price over one minute. */
  readonly minuteDeviation: number;
  readonly listedAt: number;
  /** Share of minutes in which somebody trades: 1 for most, 0 for what was listed and never bought. */
  readonly tradedShare: number;
  /** Of a minute without trades the exchange has a flat candle, or none. */
  readonly emptyMinutes: 'flat' | 'absent';
}

const listedFirst = Date.UTC(2019, 8, 8);
const dayMs = 86_400_000;

export const instrumentsMax = 2_000;

/** How an exchange writes a pair. */
export type SymbolOf = (base: string, quote: string) => string;

/** The base of a pair in USDT, however an exchange writes it. */
export const baseOf = (symbol: string): string => symbol.replace(/-?USDT(-SWAP)?$/, '');

const plainSymbol: SymbolOf = (base, quote) => `${base}${quote}`;
/** Beyond the named ones every so many trade now and then only, and of these every third never. */
const deadEvery = 20;
const deadShares = [0.35, 0.03, 0] as const;

/** The first `count` instruments; the same count and the same names every time. */
export function catalogue(count: number, symbolOf: SymbolOf = plainSymbol): readonly SimulatedInstrument[] {
  return Array.from({ length: count }, (_, index) => {
    const row = catalogueRows[index];
    const listedAt = listedFirst + Math.floor((index * 31) % 1_500) * dayMs;
    if (row === undefined) return unnamed(index, listedAt, symbolOf);
    const [base, price, priceDecimals, amountDecimals, minuteValue, points] = row;
    return {
      symbol: symbolOf(base, 'USDT'),
      base,
      quote: 'USDT',
      price,
      priceDecimals,
      amountDecimals,
      minuteValue,
      minuteDeviation: points / 10_000,
      listedAt,
      tradedShare: 1,
      emptyMinutes: 'flat',
    };
  });
}

/** Beyond the named ones: a long tail of small coins, some of them dead. */
function unnamed(index: number, listedAt: number, symbolOf: SymbolOf): SimulatedInstrument {
  const base = `COIN${index + 1}`;
  const draw = unitOf(hashText(index, base));
  const magnitude = Math.floor(draw * 5) - 3;
  const turn = Math.floor(index / deadEvery);
  const dead = index % deadEvery === deadEvery - 1;
  const tradedShare = dead ? (deadShares[turn % deadShares.length] ?? 0) : 1;
  return {
    symbol: symbolOf(base, 'USDT'),
    base,
    quote: 'USDT',
    price: (1 + ((draw * 7_919) % 8)) * 10 ** magnitude,
    priceDecimals: 4 - Math.min(magnitude, 2),
    amountDecimals: magnitude > 0 ? 1 : 0,
    minuteValue: dead ? 300 : 15_000 + ((draw * 104_729) % 60_000),
    minuteDeviation: 0.0005 + ((draw * 31) % 1) * 0.0004,
    listedAt,
    tradedShare,
    emptyMinutes: dead && turn % 2 === 1 ? 'absent' : 'flat',
  };
}
