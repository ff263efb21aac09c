/**
 * What may come of one instrument, seeded: candles that are dull or wild, zero volumes, flat bars, prices from 1e-8 to 1e6, single
 * minutes missing, silences of thirty days, gaps that are announced and some that are not.
 */
import { type Candle, MINUTE_MS } from '../candle.ts';

export type Random = () => number;

export interface SeriesKind {
  readonly price: number;
  readonly flat: number;
  readonly noVolume: number;
  /** Share of candles before which minutes are missing. */
  readonly holes: number;
  /** Prices that leap to another magnitude and back, volumes of any size. */
  readonly isWild: boolean;
  /** Prices and volumes as exchanges write them, not any double. */
  readonly isDecimal: boolean;
  /** One silence of thirty days somewhere. */
  readonly hasSilence: boolean;
}

export const silenceMinutes = 30 * 1_440;
const holeMinutesMax = 12;
/** 2024-01-01 00:00. Series begin within the following week, so that days and weeks end in the middle of some. */
const beginMinute = 28_401_120;
const beginSpreadMinutes = 7 * 1_440;

const prices = [1e-8, 1e-4, 1, 123.456, 1e6] as const;
const shares = [0, 0.15, 0.9] as const;
const holeShares = [0, 0.004, 0.05] as const;

/** Each seed another combination; neighbouring seeds go through them all. */
export function seriesKindOf(seed: number): SeriesKind {
  const choice = <T>(among: readonly T[], digit: number): T => among[Math.floor(seed / digit) % among.length] as T;
  return {
    price: choice(prices, 1),
    flat: choice(shares, 5),
    noVolume: choice(shares, 15),
    holes: choice(holeShares, 45),
    isWild: choice([false, false, true], 135),
    isDecimal: choice([true, false], 3),
    hasSilence: choice([false, false, true, false], 7),
  };
}

export function seededSeries(random: Random, kind: SeriesKind, count: number): Candle[] {
  const shape = (value: number): number => (kind.isDecimal ? Number(value.toPrecision(6)) : value);
  const silentBefore = kind.hasSilence ? 1 + Math.floor(random() * (count - 1)) : undefined;
  const candles: Candle[] = [];
  let minute = beginMinute + Math.floor(random() * beginSpreadMinutes);
  let price = kind.price;
  for (let index = 0; index < count; index++) {
    if (index === silentBefore) minute += silenceMinutes;
    if (random() < kind.holes) minute += Math.ceil(random() * holeMinutesMax);
    const candle = candleAfter(random, kind, price, shape);
    candles.push({ openTime: minute * MINUTE_MS, ...candle });
    // Wild prices come back, or they would leave what doubles can hold.
    price = kind.isWild && random() < 0.05 ? shape(kind.price * 10 ** Math.floor(random() * 5 - 2)) : candle.close;
    minute += 1;
  }
  return candles;
}

function candleAfter(
  random: Random,
  { flat, noVolume, isWild }: SeriesKind,
  price: number,
  shape: (value: number) => number,
): Omit<Candle, 'openTime'> {
  const isFlat = random() < flat;
  const open = shape(price);
  const close = isFlat ? open : shape(price * (1 + (random() - 0.5) * 0.02));
  const high = isFlat ? open : shape(Math.max(open, close) * (1 + random() * 0.003));
  const low = isFlat ? open : shape(Math.min(open, close) * (1 - random() * 0.003));
  const size = 10 ** Math.floor(isWild ? random() * 20 - 8 : random() * 6 - 2);
  const volume = random() < noVolume ? 0 : shape(random() * size);
  const share = random();
  return {
    open,
    high: Math.max(open, close, high),
    low: Math.min(open, close, low),
    close,
    volume,
    quoteVolume: volume * ((open + close) / 2),
    trades: volume === 0 ? 0 : Math.floor(random() * 1_000),
    takerBuyVolume: volume * share,
    takerBuyQuoteVolume: volume * share * open,
  };
}

/** The same minute, traded otherwise. */
export function tradedOtherwise(candle: Candle, random: Random): Candle {
  const open = candle.open * (1 + (random() - 0.5) * 0.2);
  const { close } = candle;
  const high = Math.max(open, close, candle.high) * (random() < 0.5 ? 1.3 : 1);
  const low = Math.min(open, close, candle.low) * (random() < 0.5 ? 0.7 : 1);
  const volume = random() < 0.2 ? 0 : candle.volume + random();
  return { ...candle, open, high, low, volume, quoteVolume: volume * open, trades: candle.trades + 1 };
}
