/** What can happen to the market itself. */
import { baseOf, type SimulatedInstrument } from '../catalogue.ts';
import { type InstrumentStatus, minuteAfter } from '../truth.ts';
import type { FaultRow, FaultTools } from './active-fault.ts';

const minute = 60_000;

/** As the exchange announces listings and settlements, where it does. */
function announce(
  { dialect, streams, now }: FaultTools,
  instrument: SimulatedInstrument,
  status: InstrumentStatus,
): void {
  const news = dialect.streams.news?.(instrument, status, now());
  if (news !== undefined) streams.send(news.stream, news.text);
}

/** A closed minute turns out otherwise: from now on REST tells it with one trade more. */
export const correctedBar: FaultRow = {
  durationMs: 0,
  start({ fault, market, now, symbols, open, fired }) {
    const newest = Math.floor(now() / minute) * minute;
    for (const symbol of fault.symbols ?? symbols().slice(0, 1)) {
      if (!open()) break;
      if (market.correct(symbol, newest - (fault.minutesBack ?? 2) * minute, now())) fired();
    }
    return {};
  },
};

/** From the next minute on; without names one called after the number of listings before it. */
export const listing: FaultRow = {
  durationMs: 0,
  start(tools) {
    const { fault, market, now, fired, dialect } = tools;
    for (const symbol of fault.symbols ?? [dialect.symbolOf(`FRESH${market.listings.length + 1}`, 'USDT')]) {
      if (market.instrument(symbol) !== undefined) continue;
      const instrument: SimulatedInstrument = {
        symbol,
        base: baseOf(symbol),
        quote: 'USDT',
        price: 1.25,
        priceDecimals: 4,
        amountDecimals: 0,
        minuteValue: 150_000,
        minuteDeviation: 0.0009,
        listedAt: minuteAfter(now()),
        tradedShare: 1,
        emptyMinutes: 'flat',
      };
      market.list(instrument);
      announce(tools, instrument, 'trading');
      fired();
    }
    return {};
  },
};

export const delisting: FaultRow = {
  durationMs: 0,
  start(tools) {
    const { fault, market, now, symbols, fired } = tools;
    for (const symbol of fault.symbols ?? symbols().slice(-1)) {
      const instrument = market.instrument(symbol);
      if (instrument === undefined || !market.trades(symbol, now())) continue;
      market.delist(symbol, now(), fault.removeAfterMs ?? 10 * minute);
      announce(tools, instrument, 'delisted');
      fired();
    }
    return {};
  },
};

export const halt: FaultRow = {
  durationMs: 5 * minute,
  start({ fault, market, now, symbols, fired }) {
    for (const symbol of fault.symbols ?? symbols().slice(0, 1)) {
      if (!market.trades(symbol, now())) continue;
      market.halt(symbol, now(), fault.durationMs ?? halt.durationMs, fault.bars ?? 'flat');
      fired();
    }
    return {};
  },
};

/** A status that the documentation does not know. */
export const unknownStatus: FaultRow = {
  durationMs: 3 * minute,
  start({ fault, market, symbols, fired, dialect }) {
    const named = (fault.symbols ?? symbols().slice(0, 1)).filter((symbol) => market.instrument(symbol) !== undefined);
    for (const symbol of named) {
      market.setStatus(symbol, fault.status ?? dialect.faults.unknownStatus);
      fired();
    }
    return {
      end() {
        for (const symbol of named) market.setStatus(symbol, undefined);
      },
    };
  },
};
