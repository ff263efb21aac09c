/** An engine that is restored from snapshots again and again, and looks at other live prices, says what one says that never was. */
import { MINUTE_MS, type Window } from '@screener/market';
import { expect, it } from 'vitest';
import type { RuleDefinition } from '../rule.ts';
import { always, everything, ruleOf } from '../testing/rule-of.ts';
import { SeededRandom } from '../testing/seeded-random.ts';
import type { EngineEvent } from './engine-event.ts';
import type { ClosedMinute } from './instrument-watch.ts';
import { RuleEngine } from './rule-engine.ts';

const begin = Date.UTC(2026, 0, 5);
const symbols = ['AAA', 'BBB', 'CCC'];
const instruments = symbols.map((symbol) => `some:market:${symbol}`);
const conditions = [
  ...['price > 100.5', 'change_5m > 0.5', 'previous.price < 100.0 && price >= 100.0', 'market.instruments > 2.0'],
  ...[
    'candles.last(2).exists(c, c.close > c.open)',
    'candles.last(3).all(c, c.close > 99.5)',
    'candles.last(10).map(c, c.close).mean() < price',
  ],
  ...['change_1m > 0.3 || rank.volume_1d <= 2.0', 'previous.change_5m < price'],
];

function randomRule(random: SeededRandom, rule: string, version: number): RuleDefinition {
  const isLevel = random.chance(0.3);
  const frequencies = isLevel
    ? (['once', 'every_time'] as const)
    : (['once', 'once_per_bar', 'once_per_minute', 'every_time'] as const);
  return ruleOf({
    ...{ rule, version, parameters: {}, enabled: random.chance(0.9), arming: random.below(2) },
    condition: isLevel && random.chance(0.7) ? 'true' : random.pick(conditions),
    cooldownMs: random.pick([0, 0, 60_000, 150_000, 300_000]),
    mode: isLevel || random.chance(0.5) ? 'live' : 'close',
    frequency: random.pick(frequencies),
    forMinutes: isLevel ? 0 : random.pick([0, 0, 0, 2, 3]),
    priceLevel: isLevel
      ? { level: 99.25 + random.below(4) / 2, direction: random.pick(['up', 'down', 'either'] as const) }
      : null,
    universe: random.pick([
      ...[null, null, { ...everything, quotes: ['USDT'] }, { ...everything, topByVolume: 2 }],
      ...[
        { ...everything, watchlist: 'majors' },
        { ...everything, exclude: ['AAA'] },
      ],
    ]),
    schedule: random.chance(0.15) ? { ...always, from: '00:10', until: '00:40' } : null,
  });
}

const windowOf = (minutes: number, [open, high, low, close]: readonly [number, number, number, number]): Window => {
  const prices = { open, oldestClose: close, high, low, close };
  return { minutes, ...prices, volume: 10, quoteVolume: 1_000, trades: 5, takerBuyQuoteVolume: 500 };
};
const windowsOf = (open: number, high: number, low: number, close: number): readonly Window[] => [
  windowOf(1, [open, high, low, close]),
  windowOf(5, [100, Math.max(high, 101), Math.min(low, 99), close]),
];

/** Both engines with all that is told to them; what one says beyond the other ends the test. */
class Pair {
  told: EngineEvent[] = [];
  readonly straight = new RuleEngine({ changeBasis: 'open', alertsPerMinuteMax: 3 });
  restored = new RuleEngine({ changeBasis: 'open', alertsPerMinuteMax: 3 });
  readonly #sides: ((engine: RuleEngine) => void)[] = [];

  side(tell: (engine: RuleEngine) => void): void {
    this.#sides.push(tell);
    tell(this.straight);
    tell(this.restored);
  }

  both(step: (engine: RuleEngine) => EngineEvent[]): void {
    const events = step(this.straight);
    const again = step(this.restored);
    // An expectation for every step would take most of the time.
    if (JSON.stringify(again) !== JSON.stringify(events)) expect(again).toEqual(events);
    this.told.push(...events);
  }

  restart(): void {
    const next = new RuleEngine({ changeBasis: 'open', alertsPerMinuteMax: 3 });
    for (const tell of this.#sides) tell(next);
    for (const instrument of instruments) {
      const snapshot = this.restored.snapshot(instrument);
      if (snapshot !== undefined) next.restore(instrument, structuredClone(snapshot));
    }
    this.restored = next;
  }
}

class Day {
  readonly #random: SeededRandom;
  readonly #pair = new Pair();
  readonly #versions = new Map<string, number>();
  readonly #prices = new Map(instruments.map((instrument) => [instrument, 100]));
  readonly #closed = new Map<string, ClosedMinute>();

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
    for (let count = 0; count < 6; count++) this.#saveRule();
  }

  run(minutes: number): readonly EngineEvent[] {
    for (let minute = 0; minute < minutes; minute++) {
      for (const instrument of instruments) {
        this.#minuteOf(instrument, minute);
        if (this.#random.chance(0.1)) this.#pair.restart();
      }
      this.#pair.both((engine) => {
        engine.minuteOver(begin + minute * MINUTE_MS);
        return [];
      });
    }
    return this.#pair.told;
  }

  #saveRule(): void {
    const rule = `r${this.#random.below(8)}`;
    const version = (this.#versions.get(rule) ?? 0) + 1;
    this.#versions.set(rule, version);
    const definition = randomRule(this.#random, rule, version);
    this.#pair.side((engine) => void engine.saveRule(definition));
  }

  #tellSides(minute: number): void {
    const random = this.#random;
    if (random.chance(0.2)) this.#saveRule();
    if (random.chance(0.4)) {
      const [instrument, quote] = [random.pick(instruments), random.pick(['USDT', 'BTC'])];
      this.#pair.side((engine) => engine.knowInstrument(instrument, quote));
    }
    if (random.chance(0.1)) {
      const list = random.chance(0.3) ? undefined : symbols.filter(() => random.chance(0.5));
      this.#pair.side((engine) => engine.knowWatchlist('test', 'majors', list));
    }
    if (minute === 0 || random.chance(0.2)) return;
    const openTime = begin + (minute - 1) * MINUTE_MS;
    const ranks = instruments.map((instrument) => ({ instrument, volume_1d: 1 + random.below(3) }));
    const counts = { instruments: 3, advancing_1h: 1, declining_1h: 1, advancing_1d: 1, declining_1d: 1 };
    this.#pair.side((engine) => engine.knowMarket(openTime, () => ({ openTime, ...counts, ranks })));
  }

  #minuteOf(instrument: string, minute: number): void {
    const random = this.#random;
    const moved = (price: number, by: number): number => price * (1 + (random.next() - 0.5) * by);
    const openTime = begin + minute * MINUTE_MS;
    const open = this.#prices.get(instrument) ?? 100;
    let [high, low, price] = [open, open, open];
    const move = (by: number): void => {
      price = moved(price, by);
      high = Math.max(high, price);
      low = Math.min(low, price);
    };
    for (let count = random.below(4), place = 0; place < count; place++) {
      // Not every price is looked at.
      if (random.chance(0.5)) move(0.012);
      move(0.012);
      const eventTime = openTime + 1 + Math.floor((place + random.next()) * 12_000);
      const live = { instrument, openTime, eventTime, price, windows: windowsOf(open, high, low, price) };
      const sample = this.#pair.straight.peek(live);
      // What it looks at in vain is its own business.
      if (random.chance(0.5)) this.#pair.restored.peek(live);
      if (sample === undefined) continue;
      this.#pair.both((engine) => engine.live(sample));
      if (random.chance(0.1)) this.#pair.both((engine) => engine.live(sample));
    }
    // What was saved since is told where the minute is over, after prices in progress.
    if (random.chance(0.5)) this.#tellSides(minute);
    move(0.006);
    // Now and then the next minute opens elsewhere.
    this.#prices.set(instrument, random.chance(0.1) ? moved(price, 0.02) : price);
    if (random.chance(0.15)) return;
    const closed = { instrument, openTime, price, windows: windowsOf(open, high, low, price), indicators: [] };
    this.#closed.set(`${instrument} ${minute}`, closed);
    this.#pair.both((engine) => engine.closed(closed));
    if (random.chance(0.15)) this.#correct(instrument, minute);
  }

  #correct(instrument: string, newest: number): void {
    for (let minute = newest - this.#random.below(6); minute <= newest; minute++) {
      const known = this.#closed.get(`${instrument} ${minute}`);
      const [candle] = known?.windows ?? [];
      if (known === undefined || candle === undefined) continue;
      const price = known.price * (1 + (this.#random.next() - 0.5) * 0.01);
      const [high, low] = [Math.max(candle.high, price), Math.min(candle.low, price)];
      const corrected = { ...known, price, windows: windowsOf(candle.open, high, low, price) };
      this.#closed.set(`${instrument} ${minute}`, corrected);
      this.#pair.both((engine) => engine.revised(corrected));
    }
  }
}

it('whatever it is restored among: gaps, live prices, corrections, edits, listings', { timeout: 240_000 }, () => {
  const counts = new Map<string, number>();
  for (let seed = 1; seed <= 30; seed++) {
    for (const { type, event } of new Day(seed).run(60)) {
      counts.set(type, (counts.get(type) ?? 0) + 1);
      const isOnTheWay = 'terms' in event && /^(highest|lowest) price since/.test(event.terms[0]?.term ?? '');
      if (isOnTheWay) counts.set('on the way', (counts.get('on the way') ?? 0) + 1);
    }
  }
  for (const type of ['AlertTriggered', 'AlertAmended', 'AlertRetracted', 'AlertsSummarised', 'on the way']) {
    expect(counts.get(type) ?? 0, type).toBeGreaterThan(5);
  }
});
