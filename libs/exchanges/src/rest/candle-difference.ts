/** Whether an exchange states a candle differently than before. */
import { type Candle, candleValueNames } from '@screener/market';
import type { Capabilities } from '../exchange.ts';

const fields: readonly (keyof Candle)[] = ['openTime', ...candleValueNames];

/**
 * The first field in which they differ, of those that the exchange states itself, pushed and fetched alike. Fields that
 * are computed of others differ in their last digits without meaning anything.
 */
export function candleDifference(
  left: Candle,
  right: Candle,
  { candleFieldsAbsent, candleFieldsDerived }: Pick<Capabilities, 'candleFieldsAbsent' | 'candleFieldsDerived'>,
): keyof Candle | undefined {
  const silent: readonly string[] = [...candleFieldsAbsent, ...candleFieldsDerived];
  return fields.find((field) => left[field] !== right[field] && !silent.includes(field));
}
