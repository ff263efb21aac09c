/** The candle in progress, from the final one: from the open to one extreme, to the other, to the close. */
import { mix, unitOf } from './hash.ts';
import { flat, stepsPerMinute, type Units } from './units.ts';

/** So much of the range does the price tremble around the way it goes. */
const trembleShare = 0.1;

/** `draw` decides when the extremes are reached, and which comes first. */
export function partialCandle(final: Units, steps: number, draw: number): Units {
  if (steps >= stepsPerMinute) return final;
  const done = steps / stepsPerMinute;
  const { open, high, low, close } = final;
  const trades = Math.min(final.trades, Math.floor(final.trades * done + unitOf(mix(draw, 11))));
  if (final.trades > 0 && trades === 0) return flat(final.openTime, open);
  const rises = (mix(draw, 12) & 1) === 0;
  const [first, second] = rises ? [low, high] : [high, low];
  const [firstAt, secondAt] = [0.05 + 0.4 * unitOf(mix(draw, 13)), 0.55 + 0.4 * unitOf(mix(draw, 14))];
  const way =
    done < firstAt
      ? open + ((first - open) * done) / firstAt
      : done < secondAt
        ? first + ((second - first) * (done - firstAt)) / (secondAt - firstAt)
        : second + ((close - second) * (done - secondAt)) / (1 - secondAt);
  const here = Math.round(way);
  const highest = rises
    ? done >= secondAt
      ? high
      : Math.max(open, here)
    : done >= firstAt
      ? high
      : Math.max(open, here);
  const lowest = rises ? (done >= firstAt ? low : Math.min(open, here)) : done >= secondAt ? low : Math.min(open, here);
  const tremble = Math.round((unitOf(mix(draw, 16 + steps)) - 0.5) * trembleShare * (high - low));
  const amount = final.trades === 0 ? Math.floor(final.amount * done) : share(final.amount, trades, final.trades);
  const takerAmount = Math.min(amount, Math.floor(final.takerAmount * (amount / Math.max(1, final.amount))));
  const value = Math.min(
    highest * amount,
    Math.max(lowest * amount, Math.round(final.value * (amount / Math.max(1, final.amount)))),
  );
  return {
    openTime: final.openTime,
    open,
    high: highest,
    low: lowest,
    close: Math.min(highest, Math.max(lowest, here + tremble)),
    amount,
    value,
    trades,
    takerAmount,
    takerValue: amount === 0 ? 0 : Math.round(value * (takerAmount / amount)),
    firstTrade: final.firstTrade,
  };
}

/** Every trade has its part, the first ones included. */
const share = (whole: number, part: number, parts: number): number =>
  part === parts ? whole : Math.max(1, Math.floor((whole * part) / parts));
