/** What can happen to a kline frame on its way. */
import type { KlineFrame } from '../kline-feed.ts';
import { printed } from '../units.ts';
import { frameAbsurdities } from './absurdities.ts';
import type { FaultRow, PassOn } from './active-fault.ts';

const minute = 60_000;
/** Of the 240 of a minute. */
const stepsKept = 150;

interface Held {
  readonly frame: KlineFrame;
  readonly passOn: PassOn;
  readonly dueAt: number;
}

export const lateFinal: FaultRow = {
  durationMs: 2 * minute,
  start({ fault, now, open, hits, fired }) {
    const held: Held[] = [];
    const release = (until: number): void => {
      for (const one of held.filter(({ dueAt }) => dueAt <= until)) {
        held.splice(held.indexOf(one), 1);
        one.passOn(one.frame);
      }
    };
    return {
      frame(frame, passOn) {
        if (!frame.closed || !open() || !hits(frame.instrument.symbol)) return passOn(frame);
        fired();
        held.push({ frame, passOn, dueAt: now() + (fault.delayMs ?? 20_000) });
      },
      advance: release,
      busy: () => held.length > 0,
      end: () => release(Number.POSITIVE_INFINITY),
    };
  },
};

export const missingFinal: FaultRow = {
  durationMs: 2 * minute,
  start: ({ open, hits, fired }) => ({
    frame(frame, passOn) {
      if (!frame.closed || !open() || !hits(frame.instrument.symbol)) return passOn(frame);
      fired();
    },
  }),
};

export const duplicateFrames: FaultRow = {
  durationMs: 2 * minute,
  start: ({ open, hits, fired }) => ({
    frame(frame, passOn) {
      passOn(frame);
      if (!open() || !hits(frame.instrument.symbol)) return;
      fired();
      passOn(frame);
    },
  }),
};

/** A frame overtakes the one before it. */
export const outOfOrder: FaultRow = {
  durationMs: 2 * minute,
  start({ open, hits, fired }) {
    const held = new Map<string, Held>();
    return {
      frame(frame, passOn) {
        const earlier = held.get(frame.stream);
        if (earlier !== undefined) {
          held.delete(frame.stream);
          passOn(frame);
          earlier.passOn(earlier.frame);
          fired();
        } else if (open() && hits(frame.instrument.symbol)) held.set(frame.stream, { frame, passOn, dueAt: 0 });
        else passOn(frame);
      },
      end() {
        for (const { frame, passOn } of held.values()) passOn(frame);
        held.clear();
      },
    };
  },
};

/** The final frame misses the last trades of its minute, which REST has: there the truth is. */
export const wrongFinal: FaultRow = {
  durationMs: 2 * minute,
  start: ({ market, dialect, open, hits, fired }) => ({
    frame(frame, passOn) {
      const { instrument, closed, minutes, candle } = frame;
      if (!closed || minutes !== 1 || !open() || !hits(instrument.symbol)) return passOn(frame);
      const short = printed(market.candle(instrument.symbol, candle.openTime, stepsKept), instrument);
      const text = dialect.streams.kline({ ...frame, candle: short });
      if (text === frame.text) return passOn(frame);
      fired();
      passOn({ ...frame, candle: short, text });
    },
  }),
};

export const malformedFrames: FaultRow = {
  durationMs: minute,
  start: ({ dialect, open, hits, fired, turn }) => ({
    frame(frame, passOn) {
      if (!open() || !hits(frame.instrument.symbol)) return passOn(frame);
      const { breaks } = dialect.faults;
      const text = breaks[turn() % breaks.length]?.(frame.text) ?? '';
      fired();
      passOn({ ...frame, text });
    },
  }),
};

export const absurdNumbers: FaultRow = {
  durationMs: minute,
  start: ({ dialect, open, hits, fired, turn }) => ({
    frame(frame, passOn) {
      if (!open() || !hits(frame.instrument.symbol)) return passOn(frame);
      const candle = frameAbsurdities[turn() % frameAbsurdities.length]?.(frame.candle) ?? frame.candle;
      fired();
      passOn({ ...frame, candle, text: dialect.streams.kline({ ...frame, candle }) });
    },
  }),
};

/** Since 2026-06-30 streams carry both markets: `st` 1 is USD-M, 2 is COIN-M, which nobody asked for. */
export const mergedMarkets: FaultRow = {
  durationMs: minute,
  start: ({ open, hits, fired }) => ({
    frame(frame, passOn) {
      const { symbol, base, quote } = frame.instrument;
      if (!open() || !hits(symbol)) return passOn(frame);
      const name = JSON.stringify(symbol);
      passOn({ ...frame, text: frame.text.replace(`"s":${name}`, `"s":${name},"st":1,"ps":${name}`) });
      fired();
      const coinMargined = JSON.stringify(`${base}${quote.replace('USDT', 'USD')}_PERP`);
      const pair = JSON.stringify(`${base}USD`);
      const text = frame.text
        .replaceAll(`"s":${name}`, `"s":${coinMargined}`)
        .replace(`"s":${coinMargined}`, `"s":${coinMargined},"st":2,"ps":${pair}`);
      passOn({ ...frame, text });
    },
  }),
};

export const clockSkew: FaultRow = {
  durationMs: 5 * minute,
  start({ fault, dialect, open, fired }) {
    const skew = fault.skewMs ?? 30_000;
    return {
      frame(frame, passOn) {
        if (!open()) return passOn(frame);
        const eventTime = frame.eventTime + skew;
        fired();
        const skewed = { ...frame, eventTime };
        passOn({ ...skewed, text: dialect.streams.kline(skewed) });
      },
      skewMs() {
        if (!open()) return 0;
        fired();
        return skew;
      },
    };
  },
};
