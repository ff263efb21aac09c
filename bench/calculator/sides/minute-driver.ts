/**
 * Writes minutes and watches what comes of them, for every side the same. On the embedded log the calculator runs here too, as
 * it does in the product; on Kafka in a process of its own.
 */
import type { Log } from '@screener/log';
import { serveSide } from '../../framework/serve-side.ts';
import type { CheckedMinute } from '../minute-driver.ts';
import { type LanePlace, type LaneRun, type MinuteLane, openLane } from '../minute-lane.ts';
import {
  type CalculatorPlace,
  calculatorTopics,
  openCalculatorLog,
  processedRecords,
  startOurCalculator,
} from '../our-calculator.ts';
import { ExpectedWindows, type MinuteWindows, readOurs, readPeers } from '../window-check.ts';

let log: Log | undefined;
const lanes = new Map<string, MinuteLane>();

const opened = (): Log => {
  if (log === undefined) throw new Error('not open');
  return log;
};

const laneOf = (name: string): MinuteLane => {
  const lane = lanes.get(name);
  if (lane === undefined) throw new Error(`no lane ${name}`);
  return lane;
};

const readers: Readonly<Record<CheckedMinute['by'], (value: Uint8Array) => MinuteWindows | undefined>> = {
  ours: readOurs,
  peers: readPeers,
};

serveSide({
  async open(place: CalculatorPlace) {
    log = await openCalculatorLog(place);
    if (place.brokers !== undefined) return;
    await log.ensureTopics(calculatorTopics());
    await startOurCalculator(place, log);
  },
  async lane({ name, place }: { name: string; place: LanePlace }) {
    lanes.set(name, await openLane(opened(), place));
  },
  fill: ({ name, minutes }: { name: string; minutes: number }) => laneOf(name).fill(minutes),
  processed: ({ group, topic }: { group: string; topic: string }) => processedRecords(opened(), group, topic),
  run: ({ name, run }: { name: string; run: LaneRun }) => laneOf(name).run(run),
  minute: (name: string) => laneOf(name).minute(),
  /** Of the newest minute: every window of the first output and of a sample. Returns how many windows are right. */
  check({ name, by, minutes, sample }: { name: string } & CheckedMinute) {
    const outputs = laneOf(name).outputs;
    const first = Number(/COIN(\d+)USDT/.exec(outputs[0]?.instrument ?? '')?.[1]);
    const expected = new ExpectedWindows({ minutes, sample: [...new Set([first, ...sample])] });
    let checked = 0;
    for (const { instrument, value } of outputs) {
      const found = expected.knows(instrument) ? readers[by](value) : undefined;
      if (found !== undefined) checked += expected.check(instrument, found);
    }
    return checked;
  },
});
