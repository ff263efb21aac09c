/** The calculator in a process of its own. */
import { serveSide } from '../../framework/serve-side.ts';
import {
  type CalculatorPlace,
  calculatorGroup,
  calculatorTopics,
  candleTopic,
  type OurCalculator,
  openCalculatorLog,
  processedRecords,
  startOurCalculator,
} from '../our-calculator.ts';
import { fillMinutes, type MarketSize, SimulatedMinutes } from '../simulated-minutes.ts';
import { checkOwnMetrics, type Sample } from '../window-check.ts';

let calculator: OurCalculator | undefined;

const running = (): OurCalculator => {
  if (calculator === undefined) throw new Error('not open');
  return calculator;
};

serveSide({
  /** Embedded: candles to begin with. Returns how many records they are. */
  async fill({ place, size, minutes }: { place: CalculatorPlace; size: MarketSize; minutes: number }) {
    const log = await openCalculatorLog(place);
    await log.ensureTopics(calculatorTopics());
    const records = await fillMinutes(log, { topic: candleTopic, market: new SimulatedMinutes(size), minutes });
    await log.close();
    return records;
  },
  async open(place: CalculatorPlace) {
    calculator = await startOurCalculator(place);
  },
  cpuUs() {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  /** Embedded: nobody else sees it as soon. */
  processed: () => processedRecords(running().log, calculatorGroup, candleTopic),
  check: (sample: Sample) => checkOwnMetrics(running().log, sample),
  async close() {
    await calculator?.close();
  },
});
