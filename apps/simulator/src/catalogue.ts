/** What can be traded on the simulated exchange: names, prices and volumes of the kind that the real one has. */
import { hashText, unitOf } from './hash.ts';

export interface SimulatedInstrument {
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
}

const listedFirst = Date.UTC(2019, 8, 8);
const dayMs = 86_400_000;

/** base, price, price decimals, amount decimals, value of a minute, deviation of a minute in basis points. */
const rows: readonly (readonly [string, number, number, number, number, number])[] = [
  ['BTC', 64_350, 1, 3, 9_200_000, 3.2],
  ['ETH', 3_120, 2, 3, 7_400_000, 4.1],
  ['BNB', 602.5, 2, 2, 420_000, 3.6],
  ['SOL', 148.2, 3, 0, 2_300_000, 5.4],
  ['XRP', 0.5234, 4, 1, 1_100_000, 4.9],
  ['DOGE', 0.1243, 5, 0, 900_000, 6],
  ['1000PEPE', 0.01162, 7, 0, 780_000, 7.8],
  ['币安人生', 0.1187, 5, 0, 210_000, 9],
  ['1000SATS', 0.0000125, 8, 0, 60_000, 7.2],
  ['ADA', 0.4411, 4, 0, 330_000, 5.1],
  ['AVAX', 27.35, 3, 0, 290_000, 5.6],
  ['LINK', 13.92, 3, 2, 270_000, 5.2],
  ['DOT', 6.174, 3, 1, 150_000, 5],
  ['LTC', 71.43, 2, 3, 180_000, 4.6],
  ['BCH', 384.1, 2, 3, 160_000, 5.3],
  ['TRX', 0.1321, 5, 0, 95_000, 3.1],
  ['NEAR', 5.231, 3, 0, 210_000, 6.1],
  ['UNI', 7.842, 4, 0, 140_000, 6],
  ['ATOM', 6.611, 3, 2, 90_000, 5.2],
  ['FIL', 4.387, 3, 1, 130_000, 5.5],
  ['APT', 8.734, 4, 1, 150_000, 6.2],
  ['ARB', 0.8312, 4, 1, 170_000, 6.1],
  ['OP', 1.812, 4, 1, 160_000, 6.4],
  ['SUI', 1.0421, 4, 1, 380_000, 7],
  ['INJ', 23.61, 3, 1, 120_000, 6.8],
  ['SEI', 0.3871, 4, 0, 100_000, 6.9],
  ['TIA', 6.231, 4, 0, 140_000, 7.1],
  ['WIF', 2.1374, 4, 1, 290_000, 8.3],
  ['ORDI', 38.12, 3, 1, 130_000, 7.4],
  ['FET', 1.3812, 4, 0, 160_000, 7],
  ['RUNE', 4.123, 3, 0, 80_000, 6.5],
  ['LDO', 1.743, 4, 0, 85_000, 6.3],
  ['AAVE', 92.41, 2, 1, 110_000, 5.9],
  ['MKR', 2_411, 1, 3, 60_000, 5.1],
  ['CRV', 0.3312, 3, 1, 70_000, 6.4],
  ['GALA', 0.02231, 5, 0, 80_000, 6.6],
  ['SAND', 0.3214, 5, 0, 60_000, 5.9],
  ['AXS', 5.832, 3, 0, 50_000, 5.7],
  ['CHZ', 0.07412, 5, 0, 45_000, 5.5],
  ['ALGO', 0.1443, 4, 1, 55_000, 5.4],
  ['1000SHIB', 0.01723, 6, 0, 310_000, 6.2],
  ['1000BONK', 0.02381, 6, 0, 240_000, 8],
  ['ENA', 0.4127, 4, 0, 170_000, 7.9],
  ['JUP', 0.9114, 4, 0, 110_000, 7.2],
  ['PENDLE', 3.742, 4, 0, 70_000, 7.5],
  ['STX', 1.742, 4, 0, 75_000, 6.7],
  ['IMX', 1.413, 4, 0, 55_000, 6.4],
  ['WLD', 2.114, 4, 0, 190_000, 7.6],
  ['TON', 7.113, 4, 1, 140_000, 4.8],
  ['ETC', 22.74, 3, 2, 95_000, 5],
];

export const instrumentsMax = 2_000;

/** The first `count` instruments; the same count and the same names every time. */
export function catalogue(count: number): readonly SimulatedInstrument[] {
  return Array.from({ length: count }, (_, index) => {
    const row = rows[index];
    const listedAt = listedFirst + Math.floor((index * 31) % 1_500) * dayMs;
    if (row === undefined) return unnamed(index, listedAt);
    const [base, price, priceDecimals, amountDecimals, minuteValue, points] = row;
    return {
      symbol: `${base}USDT`,
      base,
      quote: 'USDT',
      price,
      priceDecimals,
      amountDecimals,
      minuteValue,
      minuteDeviation: points / 10_000,
      listedAt,
    };
  });
}

/** Beyond the named ones: a long tail of small coins. */
function unnamed(index: number, listedAt: number): SimulatedInstrument {
  const base = `COIN${index + 1}`;
  const draw = unitOf(hashText(index, base));
  const magnitude = Math.floor(draw * 5) - 3;
  return {
    symbol: `${base}USDT`,
    base,
    quote: 'USDT',
    price: (1 + ((draw * 7_919) % 8)) * 10 ** magnitude,
    priceDecimals: 4 - Math.min(magnitude, 2),
    amountDecimals: magnitude > 0 ? 1 : 0,
    minuteValue: 15_000 + ((draw * 104_729) % 60_000),
    minuteDeviation: 0.0005 + ((draw * 31) % 1) * 0.0004,
    listedAt,
  };
}
