import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Candle, MINUTE_MS } from '@screener/market';
import type { BenchmarkCase, CaseRun, Measurement } from '../framework/benchmark.ts';
import { measuredSide } from '../framework/measured-side.ts';
import { interleave, type MeasuredSide, valuesOf } from '../framework/rounds.ts';
import { installPythonPeer, runPythonPeer } from './python-peer.ts';
import { burstingCandles } from './seeded-minutes.ts';

export interface BacktestRun {
  readonly rule: string;
  readonly files: readonly string[];
  /** Every window, indicator and statistic is computed, not only what the rule names. */
  readonly everything: boolean;
}

const DAY_MINUTES = 1_440;
const unit = 'candles/CPU s';

export const backtest: BenchmarkCase = {
  name: 'backtest',
  about:
    'minutes at which a rule would have fired, over a month of eight instruments; beside the same conditions in pandas',
  async run(bench: CaseRun): Promise<readonly Measurement[]> {
    await installPythonPeer(bench.say);
    const size = bench.quick ? { instruments: 4, days: 8 } : { instruments: 8, days: 30 };
    const files = writeCandles(bench.directory(), size);
    const work = size.instruments * size.days * DAY_MINUTES;
    const measurements: Measurement[] = [];
    for (const rule of ['big_bull_60m', 'bottom_hunter_rsi']) {
      const ours = (name: string, everything: boolean): MeasuredSide => {
        const run: BacktestRun = { rule, files, everything };
        return measuredSide(bench, {
          name,
          file: new URL('sides/our-backtest.ts', import.meta.url),
          request: 'run',
          run,
          work,
        });
      };
      const sides = [ours('named', false), ours('everything', true), pandasSide(rule, files, work)];
      const rounds = await interleave(sides, bench);
      const rate = (name: string) => valuesOf(rounds, name, 'rate');
      const beside = { unit, peer: 'pandas, what the rule names', theirs: rate('pandas') };
      measurements.push(
        { name: `backtest/${rule}`, ...beside, ours: rate('named'), goal: { oursMin: 500_000 } },
        { name: `backtest/${rule}/all-indicators`, ...beside, ours: rate('everything'), goal: { oursMin: 100_000 } },
      );
    }
    return measurements;
  },
};

const pandasSide = (rule: string, files: readonly string[], work: number): MeasuredSide => ({
  name: 'pandas',
  measure: async () => {
    const { cpuUs, output } = await runPythonPeer(rule, files);
    return { figures: { us: cpuUs / work, rate: (work * 1e6) / cpuUs }, output };
  },
});

const columns = ['open', 'high', 'low', 'close', 'volume'] as const satisfies readonly (keyof Candle)[];

/** As exchanges write them: no number has more than nine digits. */
function inTicks(candle: Candle): Candle {
  const entries = Object.entries(candle).map(([name, value]) => [name, name === 'openTime' ? value : ticks(value)]);
  return Object.fromEntries(entries) as Candle;
}

const ticks = (value: number): number => Number(value.toPrecision(value < 10_000 ? 6 : 9));

/** One file for each instrument; both sides read them before they are measured. */
function writeCandles(
  directory: string,
  { instruments, days }: { instruments: number; days: number },
): readonly string[] {
  const head = `open_time_ms,${columns.join(',')},close_time_ms,quote_volume,trades,taker_buy_volume,taker_buy_quote_volume`;
  return Array.from({ length: instruments }, (_, index) => {
    const candles = burstingCandles(index + 1);
    const lines = [head];
    for (let minute = 0; minute < days * DAY_MINUTES; minute++) {
      const candle = inTicks(candles.next().value);
      const { openTime, quoteVolume, trades, takerBuyVolume, takerBuyQuoteVolume } = candle;
      const prices = columns.map((column) => candle[column]);
      const others = [openTime + MINUTE_MS - 1, quoteVolume, trades, takerBuyVolume, takerBuyQuoteVolume];
      lines.push([openTime, ...prices, ...others].join(','));
    }
    const file = join(directory, `COIN${index}USDT.csv`);
    writeFileSync(file, `${lines.join('\n')}\n`);
    return file;
  });
}
