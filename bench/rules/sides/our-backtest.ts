import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { CandleTape, prepareRule, presetRules, watchPast } from '@screener/rules';
import { serveSide } from '../../framework/serve-side.ts';
import type { BacktestRun } from '../backtest.ts';

function tapeOf(file: string): CandleTape {
  const tape = new CandleTape();
  for (const line of readFileSync(file, 'utf8').trimEnd().split('\n').slice(1)) {
    const [openTime = 0, open = 0, high = 0, low = 0, close = 0, volume = 0, , ...amounts] = line
      .split(',')
      .map(Number);
    const [quoteVolume = 0, trades = 0, takerBuyVolume = 0, takerBuyQuoteVolume = 0] = amounts;
    tape.put({ openTime, open, high, low, close, volume, quoteVolume, trades, takerBuyVolume, takerBuyQuoteVolume });
  }
  return tape;
}

serveSide({
  run({ rule: id, files, everything }: BacktestRun) {
    const rule = presetRules.find((each) => each.rule === id);
    if (rule === undefined) throw new Error(`no preset ${id}`);
    const prepared = [prepareRule(rule)];
    const options = {
      changeBasis: 'open',
      from: Number.NEGATIVE_INFINITY,
      to: Number.POSITIVE_INFINITY,
      everything,
    } as const;
    const hash = createHash('sha256');
    let [cpuUs, alerts] = [0, 0];
    // The first instrument comes twice: programs are compiled in its first run, which is not counted.
    for (const [index, file] of [files[0] ?? '', ...files].entries()) {
      const instrument = `bench:usdm:${basename(file, '.csv')}`;
      const subject = { instrument, quote: 'USDT', tape: tapeOf(file), primed: new Map() };
      const began = process.cpuUsage();
      const watching = watchPast(subject, prepared, options);
      let step = watching.next();
      while (!step.done) step = watching.next();
      const { user, system } = process.cpuUsage(began);
      if (index === 0) continue;
      cpuUs += user + system;
      for (const { openTime } of step.value.fired[0] ?? []) {
        alerts++;
        hash.update(`${openTime}\n`);
      }
    }
    if (alerts === 0) throw new Error(`${id} never fired`);
    return { cpuUs, output: `${alerts} ${hash.digest('hex')}` };
  },
});
