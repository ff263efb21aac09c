/** A week of a small market, minute by minute: what a calculator says of it, prices in progress, corrections and edits of rules. */
import { encodeEvent, type MetricsClosed, type RuleSaved } from '@screener/events';
import type { LogRecord } from '@screener/log';
import { type Candle, InstrumentState, MINUTE_MS } from '@screener/market';
import { presetRules } from '@screener/rules';

const begin = Date.UTC(2026, 0, 5);
const instruments = ['BTCUSDT', 'ETHUSDT', 'DOGEUSDC'].map((symbol) => `binance:usdm:${symbol}`);

export interface SimulatedMinute {
  readonly openTime: number;
  /** Of side topics: known when the minute opens. */
  readonly sides: readonly LogRecord[];
  /** Prices in progress, of metrics.live. */
  readonly live: readonly LogRecord[];
  /** Of metrics.closed, the marker last. */
  readonly closed: readonly LogRecord[];
}

const recordOf = (topic: string, key: string | null, timestamp: number, value: Buffer): LogRecord => {
  return { topic, key, timestamp, value, partition: 0, offset: 0 };
};

function ruleRecord(rule: RuleSaved): LogRecord {
  return recordOf('rules', `${rule.rule}/${rule.version}`, begin, encodeEvent('RuleSaved', rule));
}

const mine: RuleSaved = {
  ...{ rule: 'mine', version: 1, owner: 'ann', title: 'Mine', text: '', parameters: { least: 0.6 }, timeframe: '5m' },
  ...{ condition: 'change_5m > params.least && btc.change_1h > -5.0', cooldownMs: 600_000, enabled: true },
};
const others: readonly RuleSaved[] = [
  { ...mine, rule: 'three', condition: 'candles.last(3).all(c, c.close > c.open * 1.001)', cooldownMs: 0 },
  { ...mine, rule: 'held', condition: 'previous.price < price', forMinutes: 4, frequency: 'once_per_bar' },
  { ...mine, rule: 'spike', condition: 'change_1m > 0.5 || change_1m < -0.5', timeframe: '1m', mode: 'live' },
  {
    ...{ ...mine, rule: 'level', condition: 'true', mode: 'live', cooldownMs: 0 },
    ...{ priceLevel: { level: 100, direction: 'either' }, universe: { ...emptyUniverse(), quotes: ['USDT'] } },
  },
];

function emptyUniverse() {
  return { quotes: [], topByVolume: null, watchlist: null, symbols: [], exclude: [] };
}

/** Edits by the minute: thresholds, whole conditions, off and on again, one that cannot be compiled. */
function editsAt(minute: number): readonly RuleSaved[] {
  if (minute === 0) return [mine, ...others, ...presetRules];
  if (minute % 700 !== 0) return [];
  const version = minute / 700 + 1;
  const [first = mine] = others;
  switch (version % 5) {
    case 0:
      return [{ ...mine, version, enabled: false }];
    case 1:
      return [{ ...mine, version, condition: 'nothing_of_that_name > 1' }];
    case 2:
      return [{ ...mine, version, parameters: { least: 0.4 } }];
    case 3:
      return [
        { ...mine, version, universe: { ...emptyUniverse(), topByVolume: 2 } },
        { ...first, version },
      ];
    default:
      return [{ ...mine, version, condition: 'change_5m < -params.least', cooldownMs: 120_000 }];
  }
}

export function* simulatedWeek(random: () => number, minutes: number): Generator<SimulatedMinute> {
  const states = instruments.map(() => new InstrumentState());
  const candles: Candle[][] = instruments.map(() => []);
  const prices = instruments.map(() => 100);
  let marketBefore: LogRecord | undefined;
  for (let minute = 0; minute < minutes; minute++) {
    const openTime = begin + minute * MINUTE_MS;
    const end = openTime + MINUTE_MS - 1;
    const closed: LogRecord[] = [];
    const live: LogRecord[] = [];
    const measured = (metrics: MetricsClosed, timestamp = end): void => {
      closed.push(recordOf('metrics.closed', metrics.instrument, timestamp, encodeEvent('MetricsClosed', metrics)));
    };
    // Now and then something happens.
    const liveliness = minute % 240 < 12 ? 12 : 1;
    for (const [index, instrument] of instruments.entries()) {
      const state = states[index];
      if (state === undefined || random() < 0.002) {
        state?.addGap(openTime);
        continue;
      }
      const candle = nextCandle(prices[index] ?? 100, openTime, liveliness, random);
      prices[index] = candle.close;
      for (const share of [0.3, 0.9]) {
        const high = candle.open + (candle.high - candle.open) * share;
        const inProgress = { ...candle, close: share < 0.5 ? high : candle.close, high, low: candle.low };
        const eventTime = openTime + share * MINUTE_MS;
        const preview = state.preview(inProgress);
        if (preview === undefined) continue;
        const value = encodeEvent('MetricsLive', { instrument, eventTime, ...preview, final: false });
        live.push(recordOf('metrics.live', instrument, eventTime, value));
      }
      const result = state.add(candle);
      if (result.outcome === 'metrics') measured({ ...result, instrument });
      const mineOfPast = candles[index] ?? [];
      mineOfPast.push(candle);
      if (mineOfPast.length > 4) mineOfPast.shift();
      if (random() < (liveliness > 1 ? 0.05 : 0.001)) {
        const wrong = mineOfPast[Math.floor(random() * mineOfPast.length)] ?? candle;
        const corrected = state.correct({ ...wrong, close: wrong.open, high: Math.max(wrong.high, wrong.open) });
        if (corrected.outcome !== 'corrected') continue;
        for (const revised of corrected.revised)
          measured({ ...revised, instrument, revised: true }, revised.openTime + MINUTE_MS - 1);
      }
    }
    const value = encodeEvent('MinuteClosed', { openTime, missing: [] });
    closed.push(recordOf('metrics.closed', null, end, value));
    const edits = editsAt(minute).map(ruleRecord);
    const listed = minute === 0 ? instruments.map(listing) : [];
    yield { openTime, sides: [...edits, ...listed, ...(marketBefore ? [marketBefore] : [])], live, closed };
    marketBefore = marketRecord(openTime, random);
  }
}

function nextCandle(open: number, openTime: number, liveliness: number, random: () => number): Candle {
  // Drawn back to where it began, so that a week ends where people still trade.
  const close = open * (1 + ((random() - 0.5) / 500) * liveliness + (100 - open) / 20_000);
  const quoteVolume = 10_000 * random() * liveliness;
  const [high, low] = [Math.max(open, close) * (1 + random() / 1_000), Math.min(open, close) * (1 - random() / 1_000)];
  const volume = quoteVolume / close;
  return {
    ...{ openTime, open, high, low, close, volume, quoteVolume, trades: 10 },
    ...{ takerBuyVolume: volume / 2, takerBuyQuoteVolume: quoteVolume / 2 },
  };
}

const listing = (instrument: string): LogRecord => {
  const [exchange = '', market = '', symbol = ''] = instrument.split(':');
  const [base, quote] = [symbol.slice(0, -4), symbol.slice(-4)];
  const value = encodeEvent('InstrumentChanged', {
    instrument,
    exchange,
    market,
    symbol,
    base,
    quote,
    status: 'trading',
  });
  return recordOf('instruments', instrument, begin, value);
};

function marketRecord(openTime: number, random: () => number): LogRecord {
  const ranks = instruments.map((instrument) => ({ instrument, volume_1d: 1 + Math.floor(random() * 3) }));
  const btc = { instrument: instruments[0] ?? '', price: 1, change_1h: random() * 12 - 6 };
  const counts = { instruments: 3, advancing_1h: 1, declining_1h: 1, advancing_1d: 1, declining_1d: 1 };
  const value = encodeEvent('MarketClosed', {
    ...{ openTime, missingPartitions: [], missing: [], ...counts, btc, eth: null, ranks },
  });
  return recordOf('market.closed', null, openTime + MINUTE_MS - 1, value);
}
